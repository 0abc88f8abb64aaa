import type { ClientBase } from 'pg';
import type { Instant } from '../../core/delivery/types';
import type { ColumnName } from '../sql/columns';
import type { Dialect, Session, Target } from '../sql/dialect';
import { type Cell, type Cells, joined, nothing, raw, sql, type Sql } from '../sql/statement';

/** What LATERAL ends with: without it, and without statistics, the planner would read the whole table instead. */
const ends = { one: 'LIMIT 1', many: 'OFFSET 0', locked: 'FOR NO KEY UPDATE' } as const;

const locks = { none: '', share: 'FOR SHARE', update: 'FOR UPDATE' } as const;

const dialect: Dialect = {
	locksRows: true,
	list: (alias, values, sorted) => {
		const list = sql`unnest(${values}::text[]) AS ${raw(alias)} (item)`;
		return sorted === undefined
			? list
			: sql`(SELECT item FROM ${list} ORDER BY item COLLATE "C") AS ${raw(alias)}`;
	},
	item: (alias) => raw(`${alias}.item COLLATE "C"`),
	oneOf: (column, type, values) => sql`${raw(column)} = ANY(${values}::${raw(type)}[])`,
	join: (how, table, alias, on, rows) => {
		const [name, as] = [raw(table), raw(alias)];
		const rowsOf = sql`LATERAL (SELECT * FROM ${name} AS ${as} WHERE ${on} ${raw(ends[rows])}) AS ${as}`;
		return how === 'left' ? sql`LEFT JOIN ${rowsOf} ON true` : sql`CROSS JOIN ${rowsOf}`;
	},
	by: () => nothing,
	lock: (how) => raw(locks[how]),
	skipLocked: (alias) => raw(`FOR UPDATE OF ${alias} SKIP LOCKED`),
	apart: raw('OFFSET 0'),
};

/** Stands between texts in a list; no text that is kept has one. */
const unitSeparator = '\u001f';

const namesOf = (columns: readonly ColumnName[], alias = ''): Sql =>
	raw(columns.map(({ name }) => alias + name).join(', '));

const byteOrder = ({ name, type }: ColumnName, alias: string): string =>
	`${alias}.${name}${type === 'text' ? ' COLLATE "C"' : ''}`;

/** Rows as one array for each column, under the names of the columns. */
function rowsAs(
	alias: string,
	columns: readonly ColumnName[],
	rows: readonly Cells[],
	numbered = false,
): Sql {
	const arrays = columns.map(
		({ type }, column) => sql`${rows.map((row) => row[column] ?? null)}::${raw(type)}[]`,
	);
	const names = [...columns.map(({ name }) => name), ...(numbered ? ['place'] : [])].join(', ');
	return sql`unnest(${joined(arrays, ', ')})${raw(numbered ? ' WITH ORDINALITY' : '')} AS ${raw(`${alias} (${names})`)}`;
}

const matching = (key: readonly ColumnName[]): Sql =>
	raw(key.map((column) => `t.${column.name} = ${byteOrder(column, 'u')}`).join(' AND '));

/** A transaction on one connection, READ COMMITTED. */
export class PostgresSession implements Session {
	readonly dialect = dialect;

	constructor(
		private readonly client: ClientBase,
		private readonly clock: (() => Instant) | null,
	) {}

	/** Taken when asked for, not when the transaction began: a lock may have been waited for. */
	async now(): Promise<Instant> {
		if (this.clock !== null) return this.clock();
		const [row] = await this.all(sql`SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`);
		return Number(row?.[0]);
	}

	async all(statement: Sql): Promise<readonly Cells[]> {
		const result = await this.client.query<Cell[]>({ ...queryOf(statement), rowMode: 'array' });
		return result.rows;
	}

	async run(statement: Sql): Promise<number> {
		return (await this.client.query(queryOf(statement))).rowCount ?? 0;
	}

	async insert(target: Omit<Target, 'key'>, rows: readonly Cells[]): Promise<void> {
		if (rows.length > 0) await this.run(inserted(target, rows));
	}

	async insertNumbered(target: Omit<Target, 'key'>, rows: readonly Cells[]): Promise<readonly number[]> {
		if (rows.length === 0) return [];
		return (await this.all(sql`${inserted(target, rows)} RETURNING id`)).map(([id]) => Number(id));
	}

	/** Sorted, so that two batches wait for each other in one order. Losers write nothing. */
	private missing({ table, columns, key }: Target, rows: readonly Cells[]): Sql {
		return sql`INSERT INTO ${raw(table)} (${namesOf(columns)})
			SELECT ${namesOf(columns, 'u.')} FROM ${rowsAs('u', columns, rows)}
			ORDER BY ${raw(key.map((column) => byteOrder(column, 'u')).join(', '))}
			ON CONFLICT DO NOTHING`;
	}

	async insertMissing(target: Target, rows: readonly Cells[]): Promise<void> {
		if (rows.length > 0) await this.run(this.missing(target, rows));
	}

	async insertNew(target: Target, rows: readonly Cells[]): Promise<readonly boolean[]> {
		if (rows.length === 0) return [];
		const { key } = target;
		const keyOf = (cells: Cells): string => cells.slice(0, key.length).join('\u0000');
		const done = await this.all(sql`${this.missing(target, rows)} RETURNING ${namesOf(key)}`);
		const keys = new Set(done.map(keyOf));
		return rows.map((cells) => keys.has(keyOf(cells)));
	}

	/** One text for a column: an array of ten thousand takes the driver and the server far longer. */
	async insertAlike(
		{ table, columns }: Omit<Target, 'key'>,
		shared: Cells,
		own: readonly (readonly (string | null)[])[],
	): Promise<number> {
		const same = columns
			.slice(0, shared.length)
			.map(({ type }, at) => sql`${shared[at] ?? null}::${raw(type)}`);
		const names = columns.slice(shared.length);
		const lists = own.map(
			(cells) => sql`string_to_array(${cells.join(unitSeparator)}, ${unitSeparator}, '')`,
		);
		return await this.run(sql`INSERT INTO ${raw(table)} (${namesOf(columns)})
			SELECT ${joined(same, ', ')}, ${namesOf(names, 'u.')}
			FROM unnest(${joined(lists, ', ')}) AS u (${namesOf(names)})
			ON CONFLICT DO NOTHING`);
	}

	async replace({ table, columns, key }: Target, rows: readonly Cells[]): Promise<void> {
		if (rows.length === 0) return;
		const kept = new Set(key.map(({ name }) => name));
		const changes = columns
			.filter(({ name }) => !kept.has(name))
			.map(({ name }) => `${name} = excluded.${name}`)
			.join(', ');
		await this.run(sql`INSERT INTO ${raw(table)} (${namesOf(columns)})
			SELECT ${namesOf(columns, 'u.')} FROM ${rowsAs('u', columns, rows)}
			ON CONFLICT (${namesOf(key)}) DO UPDATE SET ${raw(changes)}`);
	}

	writeLocked(target: Target, rows: readonly Cells[]): Promise<void> {
		return this.update(target, rows);
	}

	async update({ table, columns, key }: Target, rows: readonly Cells[]): Promise<void> {
		if (rows.length === 0) return;
		const changes = columns.map(({ name }) => `${name} = u.${name}`).join(', ');
		await this.run(sql`UPDATE ${raw(table)} AS t SET ${raw(changes)}
			FROM ${rowsAs('u', [...columns, ...key], rows)} WHERE ${matching(key)}`);
	}

	async remove({ table, key }: Omit<Target, 'columns'>, keys: readonly Cells[]): Promise<number> {
		if (keys.length === 0) return 0;
		return await this.run(
			sql`DELETE FROM ${raw(table)} AS t USING ${rowsAs('u', key, keys)} WHERE ${matching(key)}`,
		);
	}

	async hold(name: string): Promise<void> {
		await this.run(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
	}

	async tryToHold(name: string): Promise<boolean> {
		const lock = sql`hashtextextended(${name}::text || ':' || current_schema(), 0)`;
		const [row] = await this.all(sql`SELECT pg_try_advisory_xact_lock(${lock})::int`);
		return row?.[0] === 1;
	}
}

/** Inserts rows in the order given. */
const inserted = ({ table, columns }: Omit<Target, 'key'>, rows: readonly Cells[]): Sql =>
	sql`INSERT INTO ${raw(table)} (${namesOf(columns)})
		SELECT ${namesOf(columns, 'u.')} FROM ${rowsAs('u', columns, rows, true)} ORDER BY u.place`;

const queryOf = (statement: Sql): { text: string; values: unknown[] } => ({
	text: statement.text((at) => `$${at}`),
	values: [...statement.values],
});
