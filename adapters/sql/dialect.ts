import type { Instant } from '../../core/delivery/types';
import type { ColumnName } from './columns';
import type { Cell, Cells, Sql } from './statement';

/** How many rows of a table a row is joined to: one by a whole key, or all in a range of it. */
export type JoinedRows = 'one' | 'many' | 'locked';

/** Where the SQL of the two stores truly differs. */
export interface Dialect {
	/** Whether rows are locked one by one; SQLite keeps every other writer out of the whole file instead. */
	readonly locksRows: boolean;
	/** Texts as rows to join with, named `alias`; sorted, where they are locked one after the other. */
	list(alias: string, values: readonly string[], sorted?: 'sorted'): Sql;
	/** The text in a row of such a list. */
	item(alias: string): Sql;
	/** Whether a column holds one of these values. */
	oneOf(column: string, type: ColumnName['type'], values: readonly Cell[]): Sql;
	/**
	 * Joins a table along its key, in the order written, whatever the planner believes of the table: `locked` is `one`
	 * with the row locked.
	 */
	join(how: 'inner' | 'left', table: string, alias: string, on: Sql, rows: JoinedRows): Sql;
	/** Names the index to go by, where the planner can be told. */
	by(index: string): Sql;
	/** Locks what a SELECT reads. */
	lock(how: 'none' | 'share' | 'update'): Sql;
	/** Locks what a SELECT reads of `alias`, and leaves out what others hold. */
	skipLocked(alias: string): Sql;
	/** The last word on a subquery that must be asked row by row: the planner is not to turn it into a join. */
	readonly apart: Sql;
}

/** The table, the columns that are written and the key by which its rows are found. */
export interface Target {
	readonly table: string;
	readonly columns: readonly ColumnName[];
	readonly key: readonly ColumnName[];
}

/**
 * One transaction's way to the database. Batches are one statement over arrays on Postgres, and one prepared statement
 * run for each row on SQLite; their cells come in the order of the columns named.
 */
export interface Session {
	readonly dialect: Dialect;
	/** The ledger's clock, in milliseconds. */
	now(): Promise<Instant>;
	all(statement: Sql): Promise<readonly Cells[]>;
	/** Returns how many rows changed. */
	run(statement: Sql): Promise<number>;
	/** Inserts rows in the order given. */
	insert(target: Omit<Target, 'key'>, rows: readonly Cells[]): Promise<void>;
	/** Inserts rows in the order given and returns the `id` that each was given. */
	insertNumbered(target: Omit<Target, 'key'>, rows: readonly Cells[]): Promise<readonly number[]>;
	/** Inserts the rows whose key is free, in order of the key. */
	insertMissing(target: Target, rows: readonly Cells[]): Promise<void>;
	/** As {@link insertMissing}, and says for each row whether it was inserted. The key stands first in `columns`. */
	insertNew(target: Target, rows: readonly Cells[]): Promise<readonly boolean[]>;
	/**
	 * Inserts the rows whose key is free, in the order given, and returns how many: the fastest way for many. The first
	 * columns hold the same cells in every row. The rest, of type text, come column by column, without control
	 * characters; empty text is `null`.
	 */
	insertAlike(
		target: Omit<Target, 'key'>,
		shared: Cells,
		columns: readonly (readonly (string | null)[])[],
	): Promise<number>;
	/** Inserts rows, or replaces those with their key. */
	replace(target: Target, rows: readonly Cells[]): Promise<void>;
	/** Writes rows that this transaction has locked: on Postgres they are there since, on SQLite they may be missing. */
	writeLocked(target: Target, rows: readonly Cells[]): Promise<void>;
	/** Changes rows; the cells of the key follow those of the columns. */
	update(target: Target, rows: readonly Cells[]): Promise<void>;
	/** Removes rows by their keys and returns how many there were. */
	remove(target: Omit<Target, 'columns'>, keys: readonly Cells[]): Promise<number>;
	/** Waits until no other transaction holds the name, and holds it to the end of this one. */
	hold(name: string): Promise<void>;
	/** Holds the name within this ledger unless another transaction does; whether it does now. */
	tryToHold(name: string): Promise<boolean>;
}
