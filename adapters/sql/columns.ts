import { type Cell, type Cells, joined, raw, sql, type Sql } from './statement';

/** One column of a table: what Postgres calls its type, and how a value of the row becomes a cell and comes back. */
export interface Column<Value> {
	readonly type: 'text' | 'bigint';
	/** Where the value is no cell as it is. */
	readonly write?: (value: Value) => Cell;
	/** Where the cell is not the value as it is. */
	readonly read?: (cell: Cell) => Value;
}

/** Free text both stores keep alike: Postgres takes neither NUL nor half of a surrogate pair. */
const safe = (value: string | null): string | null =>
	value === null ? null : value.toWellFormed().replaceAll('\u0000', '\ufffd');

export const text: Column<string> = { type: 'text' };
export const textOrNull: Column<string | null> = { type: 'text' };
/** Text that others wrote. */
export const foreignText: Column<string | null> = { type: 'text', write: safe };
/** One of a few words. */
export const word = <Word extends string | null>(): Column<Word> => ({ type: 'text' });
export const number: Column<number> = { type: 'bigint' };
export const numberOrNull: Column<number | null> = { type: 'bigint' };
export const flag: Column<boolean> = {
	type: 'bigint',
	write: (value) => (value ? 1 : 0),
	read: (cell) => cell === 1,
};

/** A document, by how it is written and read. */
export const document = <Value>(
	write: (value: Value) => string,
	read: (stored: string) => Value,
): Column<Value> => ({ type: 'text', write, read: (cell) => read(String(cell)) });

/** The name of a column and its type. */
export interface ColumnName {
	readonly name: string;
	readonly type: 'text' | 'bigint';
}

type Fields<Row> = {
	readonly [Property in keyof Row]-?: readonly [name: string, column: Column<Row[Property]>];
};

/**
 * The columns of a table or of a part of it, said once: statements name them, rows are written and read by them. Every
 * property of the row has its column.
 */
export class Columns<Row extends object> {
	readonly names: readonly ColumnName[];
	/** The place of each property's cell among the cells of the row. */
	readonly at: Readonly<Record<keyof Row, number>>;
	private readonly properties: readonly (keyof Row)[];
	private readonly writers: readonly (((value: never) => Cell) | undefined)[];
	private readonly readers: readonly (((cell: Cell) => unknown) | undefined)[];
	private readonly blank: Readonly<Record<string, unknown>>;
	private readonly lists = new Map<string, Sql>();

	constructor(private readonly fields: Fields<Row>) {
		this.properties = Object.keys(fields) as (keyof Row)[];
		const columns = this.properties.map((property) => fields[property]);
		this.names = columns.map(([name, { type }]) => ({ name, type }));
		const places: unknown = Object.fromEntries(this.properties.map((property, place) => [property, place]));
		this.at = places as Readonly<Record<keyof Row, number>>;
		this.writers = columns.map(([, { write }]) => write);
		this.readers = columns.map(([, { read }]) => read);
		this.blank = Object.fromEntries(this.properties.map((property) => [property, null]));
	}

	get length(): number {
		return this.names.length;
	}

	/** Some of the columns, in the order of the table. */
	only<Property extends keyof Row>(...properties: readonly Property[]): Columns<Pick<Row, Property>> {
		const wanted = new Set<keyof Row>(properties);
		return new Columns(this.part((property) => wanted.has(property)) as Fields<Pick<Row, Property>>);
	}

	/** All but some of the columns. */
	without<Property extends keyof Row>(...properties: readonly Property[]): Columns<Omit<Row, Property>> {
		const left = new Set<keyof Row>(properties);
		return new Columns(this.part((property) => !left.has(property)) as Fields<Omit<Row, Property>>);
	}

	private part(isWanted: (property: keyof Row) => boolean): unknown {
		return Object.fromEntries(
			this.properties.filter(isWanted).map((property) => [property, this.fields[property]]),
		);
	}

	/** The columns in a statement: `d.state, d.token`, or without an alias `state, token`. */
	of(alias = ''): Sql {
		let list = this.lists.get(alias);
		if (list === undefined) {
			const prefix = alias === '' ? '' : `${alias}.`;
			list = raw(this.names.map(({ name }) => prefix + name).join(', '));
			this.lists.set(alias, list);
		}
		return list;
	}

	/** The cells of a row, in the order of the columns. */
	cells(row: Row): Cell[] {
		const { properties, writers } = this;
		const cells = new Array<Cell>(properties.length);
		for (let at = 0; at < properties.length; at += 1) {
			const value = row[properties[at] as keyof Row];
			const write = writers[at];
			cells[at] = write === undefined ? (value as Cell) : write(value as never);
		}
		return cells;
	}

	/** The columns set to the cells of a row: `state = $1, token = $2`. */
	set(cells: Cells): Sql {
		return joined(
			this.names.map(({ name }, at) => sql`${raw(name)} = ${cells[at] ?? null}`),
			', ',
		);
	}

	/** The row whose cells begin at `from`. */
	read(cells: Cells, from = 0): Row {
		const { properties, readers } = this;
		// A copy has the shape of all rows from the start; a row that grows by a property at a time is slow.
		const row: Record<keyof Row, unknown> = { ...this.blank } as Record<keyof Row, unknown>;
		for (let at = 0; at < properties.length; at += 1) {
			const cell = cells[from + at] ?? null;
			const read = readers[at];
			row[properties[at] as keyof Row] = read === undefined ? cell : read(cell);
		}
		return row as Row;
	}

	/** Whether two rows would be written with the same cells. */
	same(a: Row, b: Row): boolean {
		for (const property of this.properties) if (a[property] !== b[property]) return false;
		return true;
	}
}
