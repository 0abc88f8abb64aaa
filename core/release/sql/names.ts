import { each, isObject, text } from './tree';
import type { TypeFacts } from './tables/type-facts';

/** What this migration gave a column it added. */
export interface ColumnFacts {
	/** Whether rows that say nothing of it get a value. */
	readonly filled: boolean;
	/** Whether a constraint, a domain or an unknown type may refuse values: NULL, or another default. */
	readonly bound: boolean;
	/** Whether its type may refuse a value for its size, e.g. `varchar(20)`. */
	readonly limited: boolean;
	/** Whether its type has a length, a precision or a small range, so that a value of the same kind may not fit. */
	readonly narrow: boolean;
}

/** What one transaction may take back. */
interface State {
	/** Schemas in which unqualified names are looked up; `null` once nobody can tell. */
	path: readonly string[] | null;
	/** Tables of this migration for sure, as `schema.table`; temporary ones as `pg_temp.table`. */
	tables: Set<string>;
	/** Temporary tables that vanish when the transaction ends. */
	passing: Set<string>;
	/** Other things of this migration for sure, as `kind schema.name`. */
	things: Set<string>;
	/** Columns this migration added for sure, as `schema.table.column`. */
	columns: Map<string, ColumnFacts>;
	/** Types this migration made for sure, as `type schema.name`. */
	types: Map<string, TypeFacts>;
}

interface Frame {
	readonly name: string;
	readonly state: State;
}

const copy = (state: State): State => ({
	path: state.path,
	tables: new Set(state.tables),
	passing: new Set(state.passing),
	things: new Set(state.things),
	columns: new Map(state.columns),
	types: new Map(state.types),
});

const TEMP = 'pg_temp';

/**
 * Follows names through a migration: what an unqualified name means (search path, temporary tables that hide others), what
 * the migration itself made, and what a rollback takes back. Where nobody can tell, a thing is not the migration's own.
 */
export class Names {
	private state: State = {
		path: ['public'],
		tables: new Set(),
		passing: new Set(),
		things: new Set(),
		columns: new Map(),
		types: new Map(),
	};
	private frames: Frame[] = [];

	/** Whether an explicit transaction is open. */
	get inTransaction(): boolean {
		return this.frames.length > 0;
	}

	/** Schemas in which unqualified names are looked up; `null` when nobody can tell. */
	get path(): readonly string[] | null {
		return this.state.path;
	}

	/** `schema.table` of a RangeVar (or of the parts of a name); `null` where nobody can tell which table it is. */
	resolve(value: unknown): string | null {
		const parts = Array.isArray(value) ? (value as readonly string[]) : partsOf(value);
		const name = parts.at(-1) ?? '';
		const schema = parts.length > 1 ? parts.at(-2) : undefined;
		if (schema !== undefined) return `${schema.startsWith(TEMP) ? TEMP : schema}.${name}`;
		if (this.state.tables.has(`${TEMP}.${name}`)) return `${TEMP}.${name}`;
		const { path } = this.state;
		const [first] = path ?? [];
		if (path === null || first === undefined) return null;
		const own = path.findIndex((candidate) => this.state.tables.has(`${candidate}.${name}`));
		// An earlier schema of the path may hold another table of that name.
		return own > 0 ? null : `${first}.${name}`;
	}

	/** Where a table is made: as `resolve`, but never the temporary one that is already there. */
	private target(value: unknown): string | null {
		const parts = partsOf(value);
		if (isObject(value) && value.relpersistence === 't') return `${TEMP}.${parts.at(-1) ?? ''}`;
		if (parts.length > 1) return this.resolve(parts);
		const [first] = this.state.path ?? [];
		return first === undefined ? null : `${first}.${parts.at(-1) ?? ''}`;
	}

	/** Whether a table was made by this migration, for sure. */
	isOwn(value: unknown): boolean {
		const name = this.resolve(value);
		return name !== null && this.state.tables.has(name);
	}

	makeTable(relation: unknown, vanishesOnCommit: boolean): void {
		const name = this.target(relation);
		if (name === null || (vanishesOnCommit && !this.inTransaction)) return;
		this.state.tables.add(name);
		if (vanishesOnCommit) this.state.passing.add(name);
	}

	/** A table (or view) is gone; what was its own no longer is. */
	dropTable(value: unknown): void {
		const name = this.resolve(value);
		if (name !== null) this.forget(name);
	}

	private forget(table: string): void {
		this.state.tables.delete(table);
		for (const column of this.columnsOf(table).keys()) this.state.columns.delete(`${table}.${column}`);
	}

	/** A table has another name or stands in another schema; what was known of the new name is not it. */
	moveTable(from: unknown, to: { readonly name?: string; readonly schema?: string }): void {
		const old = this.resolve(from);
		const parts = partsOf(from);
		const schema = to.schema ?? old?.split('.')[0] ?? '';
		const target = `${schema}.${to.name ?? parts.at(-1) ?? ''}`;
		const own = old !== null && this.state.tables.has(old);
		const columns = old === null ? new Map<string, ColumnFacts>() : this.columnsOf(old);
		if (old !== null) this.forget(old);
		this.forget(target);
		if (own) this.state.tables.add(target);
		for (const [column, facts] of columns) this.state.columns.set(`${target}.${column}`, facts);
	}

	private columnsOf(table: string): ReadonlyMap<string, ColumnFacts> {
		const found = [...this.state.columns].filter(([column]) => column.startsWith(`${table}.`));
		return new Map(found.map(([column, facts]) => [column.slice(table.length + 1), facts]));
	}

	dropSchema(schema: string): void {
		for (const table of [...this.state.tables]) if (table.startsWith(`${schema}.`)) this.forget(table);
		for (const thing of [...this.state.things])
			if (thing.includes(` ${schema}.`)) this.state.things.delete(thing);
	}

	/** A column this migration adds, or what it has become. */
	addColumn(table: unknown, column: string, facts: ColumnFacts): void {
		const name = this.resolve(table);
		if (name !== null) this.state.columns.set(`${name}.${column}`, facts);
	}

	/** What this migration gave a column that it added; `null` for any other one. */
	columnFacts(table: unknown, column: string): ColumnFacts | null {
		const name = this.resolve(table);
		return name === null ? null : (this.state.columns.get(`${name}.${column}`) ?? null);
	}

	/** Whether this migration added the column (or the whole table), for sure. */
	hasAdded(table: unknown, column: string): boolean {
		const name = this.resolve(table);
		return name !== null && (this.state.tables.has(name) || this.state.columns.has(`${name}.${column}`));
	}

	moveColumn(table: unknown, from: string, to: string | null): void {
		const name = this.resolve(table);
		if (name === null) return;
		const facts = this.state.columns.get(`${name}.${from}`);
		this.state.columns.delete(`${name}.${from}`);
		if (to === null) return;
		if (facts) this.state.columns.set(`${name}.${to}`, facts);
		else this.state.columns.delete(`${name}.${to}`);
	}

	/** Another thing this migration made: an index, a constraint, a trigger, a function. */
	make(kind: string, parts: readonly string[]): void {
		const name = this.thing(kind, parts);
		if (name !== null) this.state.things.add(name);
	}

	made(kind: string, parts: readonly string[]): boolean {
		const name = this.thing(kind, parts);
		return name !== null && this.state.things.has(name);
	}

	/** What follows the name of a thing that was kept as `name rest`. */
	partsMade(kind: string, parts: readonly string[]): readonly string[] {
		const name = this.thing(kind, parts);
		return name === null
			? []
			: [...this.state.things].flatMap((thing) =>
					thing.startsWith(`${name} `) ? [thing.slice(name.length + 1)] : [],
				);
	}

	unmake(kind: string, parts: readonly string[]): void {
		const name = this.thing(kind, parts);
		if (name !== null) this.state.things.delete(name);
	}

	/** The one name of a thing, whichever way it is written; `null` where nobody can tell. */
	thing(kind: string, parts: readonly string[]): string | null {
		if (parts.length > 1) return `${kind} ${parts.join('.')}`;
		const passing = `${kind} ${TEMP}.${parts[0] ?? ''}`;
		if (this.state.things.has(passing)) return passing;
		const [first] = this.state.path ?? [];
		return first === undefined ? null : `${kind} ${first}.${parts[0] ?? ''}`;
	}

	/** A type this migration made; `null`: nothing is known of it. */
	makeType(parts: readonly string[], facts: TypeFacts | null): void {
		const name = this.thing('type', parts);
		if (name === null) return;
		if (facts === null) this.state.types.delete(name);
		else this.state.types.set(name, facts);
	}

	/** What is known of a type that is not built in. */
	typeFacts(parts: readonly string[]): TypeFacts | null {
		const name = this.thing('type', parts);
		return name === null ? null : (this.state.types.get(name) ?? null);
	}

	/** DISCARD TEMP: what was temporary is gone, and hides nothing any more. */
	discardTemporary(): void {
		for (const table of [...this.state.tables]) if (table.startsWith(`${TEMP}.`)) this.forget(table);
		for (const thing of [...this.state.things])
			if (thing.includes(` ${TEMP}.`)) this.state.things.delete(thing);
	}

	/** `null`: the path was set to what nobody can read. `$user` is taken to have no schema, as in a fresh database. */
	setPath(path: readonly string[] | null, local: boolean): void {
		// Whether the tool runs the file in one transaction, in which SET LOCAL counts, nobody can tell.
		if (local && !this.inTransaction) {
			this.state.path = null;
			return;
		}
		this.state.path = path?.filter((schema) => schema !== '$user') ?? null;
		if (local) this.localPath = true;
	}

	private localPath = false;

	begin(): void {
		this.frames = [{ name: '', state: copy(this.state) }];
		this.localPath = false;
	}

	savepoint(name: string): void {
		if (this.inTransaction) this.frames.push({ name, state: copy(this.state) });
	}

	rollbackTo(name: string): void {
		const at = this.frames.findLastIndex((frame) => frame.name === name);
		const frame = this.frames[at];
		if (!frame) return;
		this.state = copy(frame.state);
		this.frames.length = at + 1;
	}

	commit(): void {
		const [outer] = this.frames;
		if (outer && this.localPath) this.state.path = outer.state.path;
		for (const table of this.state.passing) this.forget(table);
		this.state.passing.clear();
		this.frames = [];
	}

	rollback(): void {
		const [outer] = this.frames;
		if (outer) this.state = outer.state;
		else this.forgetAll();
		this.frames = [];
	}

	/** A ROLLBACK without BEGIN takes back all there was, where the tool runs the file in one transaction. */
	private forgetAll(): void {
		const { tables, things, columns, types } = this.state;
		for (const kept of [tables, things, columns, types]) kept.clear();
	}
}

/** The parts of a RangeVar's name: schema (if it is given) and table. */
export function partsOf(value: unknown): readonly string[] {
	if (!isObject(value)) return [];
	const schema = text(value.schemaname);
	return [...(schema === '' ? [] : [schema]), text(value.relname)];
}

/** The parts of a name given as a list of strings. */
export const listed = (body: Readonly<Record<string, unknown>>, field: string): readonly string[] =>
	each(body, field, 'String').map(({ sval }) => text(sval));
