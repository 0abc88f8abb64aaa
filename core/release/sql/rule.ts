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
	readonly doings: Doings;
}

/** What the migration's own tables and views do when they are used. */
export interface Doings {
	/** Functions of unknown effect that a write to one of its tables may call. */
	readonly writes: Set<string>;
	/** Its views that call such functions, by name. */
	readonly views: Map<string, string>;
	/** Tables of others whose rows its tables refer to, so that they cannot be deleted. */
	readonly refers: Set<string>;
	/** Whether it has put rows into a table of its own. */
	filled: boolean;
}

export type Rule = (body: TreeNode, context: Context) => readonly SqlFinding[];
