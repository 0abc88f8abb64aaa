import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../core/delivery/types';
import type { ColumnName } from '../sql/columns';
import type { Dialect, Session, Target } from '../sql/dialect';
import { type Cell, type Cells, nothing, type Parameter, raw, sql, type Sql } from '../sql/statement';

const dialect: Dialect = {
	locksRows: false,
	list: (alias, values) => sql`json_each(${JSON.stringify(values)}) AS ${raw(alias)}`,
	item: (alias) => raw(`${alias}.value`),
	oneOf: (column, _type, values) =>
		sql`${raw(column)} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`,
	// CROSS JOIN keeps SQLite's planner from turning the order (https://sqlite.org/optoverview.html#crossjoin).
	join: (how, table, alias, on) =>
		sql`${raw(how === 'left' ? 'LEFT JOIN' : 'CROSS JOIN')} ${raw(table)} AS ${raw(alias)} ON ${on}`,
	by: (index) => raw(`INDEXED BY ${index}`),
	lock: () => nothing,
	skipLocked: () => nothing,
	apart: nothing,
};

/** Rows of one statement where many are inserted. */
const rowsPerStatement = 50;

const namesOf = (columns: readonly ColumnName[]): string => columns.map(({ name }) => name).join(', ');
const matching = (key: readonly ColumnName[]): string => key.map(({ name }) => `${name} = ?`).join(' AND ');
const questions = (columns: readonly ColumnName[]): string => columns.map(() => '?').join(', ');

/**
 * The one connection to the file. Parameters are bare question marks: `node:sqlite` before Node 22.20 and 24.7 cannot
 * bind numbered ones by position (https://github.com/nodejs/node/pull/59350).
 */
export class SqliteSession implements Session {
	readonly dialect = dialect;
	private readonly prepared = new Map<string, StatementSync>();

	constructor(
		private readonly db: DatabaseSync,
		private readonly clock: () => Instant,
	) {}

	private prepare(text: string): StatementSync {
		let statement = this.prepared.get(text);
		if (statement === undefined) {
			statement = this.db.prepare(text);
			statement.setReturnArrays(true);
			this.prepared.set(text, statement);
		}
		return statement;
	}

	async now(): Promise<Instant> {
		return this.clock();
	}

	async all(statement: Sql): Promise<readonly Cells[]> {
		const rows: unknown = this.prepare(textOf(statement)).all(...cellsOf(statement.values));
		return rows as readonly Cells[];
	}

	async run(statement: Sql): Promise<number> {
		return Number(this.prepare(textOf(statement)).run(...cellsOf(statement.values)).changes);
	}

	async insert({ table, columns }: Omit<Target, 'key'>, rows: readonly Cells[]): Promise<void> {
		this.each(`INSERT INTO ${table} (${namesOf(columns)}) VALUES (${questions(columns)})`, rows);
	}

	async insertNumbered(
		{ table, columns }: Omit<Target, 'key'>,
		rows: readonly Cells[],
	): Promise<readonly number[]> {
		const statement = this.prepare(
			`INSERT INTO ${table} (${namesOf(columns)}) VALUES (${questions(columns)})`,
		);
		return rows.map((cells) => Number(statement.run(...cells).lastInsertRowid));
	}

	async insertMissing(target: Target, rows: readonly Cells[]): Promise<void> {
		await this.insertNew(target, rows);
	}

	async insertNew({ table, columns }: Target, rows: readonly Cells[]): Promise<readonly boolean[]> {
		const statement = this.prepare(
			`INSERT INTO ${table} (${namesOf(columns)}) VALUES (${questions(columns)}) ON CONFLICT DO NOTHING`,
		);
		return rows.map((cells) => statement.run(...cells).changes !== 0);
	}

	/**
	 * Many rows to a statement: the database's work for one row is less than a call for it. OR ROLLBACK, since what may fail
	 * in the middle and go on makes SQLite copy each page first (https://sqlite.org/tempfiles.html#statement_journal_files):
	 * twice the bytes for random keys.
	 */
	async insertAlike(
		{ table, columns }: Omit<Target, 'key'>,
		shared: Cells,
		own: readonly (readonly (string | null)[])[],
	): Promise<number> {
		const of = (count: number): StatementSync => {
			const row = `(${own.map(() => '?').join(', ')})`;
			const values = Array.from({ length: count }, () => row).join(', ');
			const same = shared.map(() => '?').join(', ');
			const cells = own.map((_column, at) => `column${at + 1}`).join(', ');
			// The columns of VALUES are named column1, column2, … (https://sqlite.org/lang_select.html#the_values_clause);
			// WHERE true tells ON CONFLICT from a join (https://sqlite.org/lang_upsert.html#parsing_ambiguity).
			return this.prepare(`INSERT OR ROLLBACK INTO ${table} (${namesOf(columns)})
				SELECT ${same}, ${cells} FROM (VALUES ${values}) WHERE true ON CONFLICT DO NOTHING`);
		};
		const length = own[0]?.length ?? 0;
		let changes = 0;
		for (let start = 0; start < length;) {
			const count = length - start >= rowsPerStatement ? rowsPerStatement : 1;
			const cells: Cell[] = [...shared];
			for (let at = start; at < start + count; at += 1) {
				for (const column of own) cells.push(column[at] ?? null);
			}
			changes += Number(of(count).run(...cells).changes);
			start += count;
		}
		return changes;
	}

	async replace({ table, columns }: Target, rows: readonly Cells[]): Promise<void> {
		this.each(`INSERT OR REPLACE INTO ${table} (${namesOf(columns)}) VALUES (${questions(columns)})`, rows);
	}

	writeLocked(target: Target, rows: readonly Cells[]): Promise<void> {
		return this.replace({ ...target, columns: [...target.columns, ...target.key] }, rows);
	}

	async update({ table, columns, key }: Target, rows: readonly Cells[]): Promise<void> {
		const changes = columns.map(({ name }) => `${name} = ?`).join(', ');
		this.each(`UPDATE ${table} SET ${changes} WHERE ${matching(key)}`, rows);
	}

	async remove({ table, key }: Omit<Target, 'columns'>, keys: readonly Cells[]): Promise<number> {
		return this.each(`DELETE FROM ${table} WHERE ${matching(key)}`, keys);
	}

	async hold(): Promise<void> {
		return;
	}

	async tryToHold(): Promise<boolean> {
		return true;
	}

	private each(text: string, rows: readonly Cells[]): number {
		const statement = this.prepare(text);
		let changes = 0;
		for (const cells of rows) changes += Number(statement.run(...cells).changes);
		return changes;
	}
}

const textOf = (statement: Sql): string => statement.text(() => '?');

const isCell = (value: Parameter): value is Cell =>
	value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array;

/** Lists and truth values are Postgres's alone. */
function cellsOf(values: readonly Parameter[]): readonly Cell[] {
	if (values.every(isCell)) return values;
	throw new TypeError('SQLite binds no list and no truth value.');
}
