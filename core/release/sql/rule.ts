import type { SqlFinding } from './finding';
import type { Names } from './names';
import type { TreeNode } from './tree';

/** Where a statement stands, and what the migration has done before it. */
export interface Context {
	readonly line: number;
	readonly names: Names;
	/** Major version of PostgreSQL. */
	readonly postgres: number;
	/** Tables with a trigger or a generated column of this migration. */
	readonly inStep: Set<string>;
	/** Trigger functions of this migration that only fill columns of their row, and which. */
	readonly fillers: Map<string, readonly string[]>;
}

export type Rule = (body: TreeNode, context: Context) => readonly SqlFinding[];
