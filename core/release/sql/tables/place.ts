import { partsOf, type Names } from '../names';
import type { SqlFinding } from '../finding';
import type { TreeNode } from '../tree';

/** Where an ALTER TABLE stands: the table, and what is known of names at this line. */
export interface Place {
	readonly table: string;
	readonly relation: unknown;
	readonly line: number;
	readonly names: Names;
	/** Major version of PostgreSQL. */
	readonly postgres: number;
}

/** Judges one command of it. */
export type Rule = (place: Place, command: TreeNode) => readonly SqlFinding[];

/** A thing of the table, e.g. a constraint, by the table's schema. */
export const thing = ({ relation }: Place, name: string): readonly string[] => [...partsOf(relation), name];
