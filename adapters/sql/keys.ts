import type { KeyPlace, KeyQuery, KeyTransaction } from '../../app/ledger/keys';
import type { Instant } from '../../core/delivery/types';
import type { KeyRecord, KeyRequest, KeyState } from '../../core/once/record';
import { Columns, number, text, textOrNull, word } from './columns';
import type { Session } from './dialect';
import { type Cells, nothing, raw, sql, type Sql } from './statement';

/** Names a key among the scopes. */
const id = [
	{ name: 'scope', type: 'text' },
	{ name: 'key', type: 'text' },
] as const;

/** What keys of one claim share. */
const batchColumns = new Columns<Omit<KeyRecord, 'key' | 'digest' | 'state' | 'changedAt'>>({
	token: ['token', number],
	leaseUntil: ['lease_until', number],
	expiresAt: ['expires_at', number],
	owner: ['owner', text],
	claimedAt: ['claimed_at', number],
});

/** What a key holds itself, beside its name, once it changes. */
const ownColumns = new Columns<Omit<KeyRecord, 'key'>>({
	digest: ['digest', textOrNull],
	state: ['state', word<KeyState>()],
	token: ['token', number],
	leaseUntil: ['lease_until', number],
	expiresAt: ['expires_at', number],
	owner: ['owner', text],
	claimedAt: ['claimed_at', number],
	changedAt: ['changed_at', number],
});

const batchName = { name: 'batch', type: 'bigint' } as const;
const digestName = ownColumns.only('digest').names;
const results = { table: 'key_results', columns: [...id, { name: 'text', type: 'text' } as const], key: id };

/** What keys share that were changed together, which is all but their names and what they came with. */
const alikeColumns = ownColumns.only(
	'state',
	'token',
	'leaseUntil',
	'expiresAt',
	'owner',
	'claimedAt',
	'changedAt',
);

/** The state of `c`, or of its batch `b`: one that was claimed and not changed since has none. */
const state = "coalesce(c.state, b.state, 'claimed')";

/** The key and all it holds, of `c` and its batch `b`. */
const record = raw(
	[
		'c.key',
		'c.digest',
		state,
		...batchColumns.names.map(({ name }) => `coalesce(c.${name}, b.${name})`),
		'coalesce(c.changed_at, b.changed_at, b.claimed_at)',
	].join(', '),
);

const toRecord = (cells: Cells): KeyRecord => ({ key: String(cells[0]), ...ownColumns.read(cells, 1) });

/** Fewest keys that are kept by their batch. */
const fewestAlike = 20;

/** Keys that are done once, within the transaction of the session. */
export class SqlKeys implements KeyTransaction {
	constructor(private readonly session: Session) {}

	async insertKeys(
		scope: string,
		alike: Omit<KeyRecord, 'key' | 'digest'>,
		keys: readonly KeyRequest[],
	): Promise<readonly boolean[] | null> {
		if (keys.length >= fewestAlike) return await this.insertBatch(scope, alike, keys);
		const columns = [...id, ...ownColumns.names];
		return await this.session.insertNew(
			{ table: 'key_claims', columns, key: id },
			keys.map(({ key, digest }) => [scope, key, ...ownColumns.cells({ ...alike, digest })]),
		);
	}

	private async insertBatch(
		scope: string,
		alike: Omit<KeyRecord, 'key' | 'digest'>,
		keys: readonly KeyRequest[],
	): Promise<readonly boolean[] | null> {
		const [batch = 0] = await this.session.insertNumbered(
			{ table: 'key_batches', columns: batchColumns.names },
			[batchColumns.cells(alike)],
		);
		const [scopeName, keyName] = id;
		const inserted = await this.session.insertAlike(
			{ table: 'key_claims', columns: [scopeName, batchName, keyName, ...digestName] },
			[scope, batch],
			[keys.map(({ key }) => key), keys.map(({ digest }) => digest)],
		);
		if (inserted === keys.length) return null;
		const names = keys.map(({ key }) => key);
		const own = await this.session.all(sql`SELECT c.key, c.batch ${this.each('c', scope, names)}`);
		const mine = new Set(own.flatMap(([key, of]) => (of === batch ? [key] : [])));
		return names.map((key) => mine.has(key));
	}

	/** Locks in one statement and reads in the next, whose snapshot sees what the lock waited for. */
	async lockKeys(scope: string, keys: readonly string[]): Promise<readonly (KeyRecord | null)[]> {
		const { dialect } = this.session;
		if (dialect.locksRows) {
			const one = sql`c.scope = ${scope} AND c.key = ${dialect.item('k')}`;
			await this.session.run(sql`SELECT 1 FROM ${dialect.list('k', keys, 'sorted')}
				${dialect.join('inner', 'key_claims', 'c', one, 'locked')}`);
		}
		return await this.readKeys(scope, keys);
	}

	async readKeys(scope: string, keys: readonly string[]): Promise<readonly (KeyRecord | null)[]> {
		const rows = await this.session.all(
			sql`SELECT ${record} ${this.each('c', scope, keys)} ${this.withBatch()}`,
		);
		const found = new Map(rows.map((cells) => [cells[0], toRecord(cells)]));
		return keys.map((key) => found.get(key) ?? null);
	}

	private withBatch(): Sql {
		return this.session.dialect.join('left', 'key_batches', 'b', raw('b.id = c.batch'), 'one');
	}

	/** One look-up for each key, among the claims `c` or the results `r`. */
	private each(alias: 'c' | 'r', scope: string, keys: readonly string[]): Sql {
		const { dialect } = this.session;
		const on = sql`${raw(alias)}.scope = ${scope} AND ${raw(alias)}.key = ${dialect.item('k')}`;
		const table = alias === 'c' ? 'key_claims' : 'key_results';
		return sql`FROM ${dialect.list('k', keys)} ${dialect.join('inner', table, alias, on, 'one')}`;
	}

	/**
	 * What many keys share stands in a batch of theirs: rows stay as narrow as new ones. Among wide rows Postgres would put
	 * each new one into what is left of another page, and write that page anew.
	 */
	async writeKeys(scope: string, rows: readonly KeyRecord[]): Promise<void> {
		const groups = new Map<string, KeyRecord[]>();
		for (const row of rows) {
			const shared = alikeColumns.cells(row).join(' ');
			const group = groups.get(shared);
			if (group === undefined) groups.set(shared, [row]);
			else group.push(row);
		}
		const batches = [...groups.values()].filter(({ length }) => length >= fewestAlike);
		const ids = await this.session.insertNumbered(
			{ table: 'key_batches', columns: alikeColumns.names },
			batches.map(([first]) => alikeColumns.cells(first as KeyRecord)),
		);
		const batchOf = new Map(batches.flatMap((group, at) => group.map((row) => [row, ids[at]] as const)));
		await this.session.update(
			{ table: 'key_claims', columns: [batchName, ...ownColumns.names], key: id },
			rows.map((row) => {
				const batch = batchOf.get(row) ?? null;
				const own = ownColumns.cells(row);
				const cells =
					batch === null ? own : own.map((cell, at) => (at === ownColumns.at.digest ? cell : null));
				return [batch, ...cells, scope, row.key];
			}),
		);
	}

	async readResults(scope: string, keys: readonly string[]): Promise<readonly (string | null)[]> {
		const rows = await this.session.all(sql`SELECT r.key, r.text ${this.each('r', scope, keys)}`);
		const found = new Map(rows.map(([key, stored]) => [key, String(stored)]));
		return keys.map((key) => found.get(key) ?? null);
	}

	async writeResults(
		scope: string,
		entries: readonly { readonly key: string; readonly text: string | null }[],
	): Promise<void> {
		const kept = entries.filter((entry) => entry.text !== null);
		const gone = entries.filter((entry) => entry.text === null);
		await this.session.replace(
			results,
			kept.map((entry) => [scope, entry.key, entry.text]),
		);
		await this.session.remove(
			results,
			gone.map(({ key }) => [scope, key]),
		);
	}

	/** Along the key. A claim whose lease is over counts as in doubt. */
	async listKeys(
		{ scope, states, limit, after = '' }: KeyQuery,
		now: Instant,
	): Promise<readonly KeyRecord[]> {
		const over = sql`(${raw(state)} IN ('claimed', 'asking')
			AND coalesce(c.lease_until, b.lease_until) <= ${now})`;
		const ofStates = (wanted: readonly KeyState[]): Sql => {
			const { dialect } = this.session;
			const own = sql`(${dialect.oneOf(state, 'text', wanted)} AND NOT ${over})`;
			return wanted.includes('in-doubt') ? sql`AND (${own} OR ${over})` : sql`AND ${own}`;
		};
		const rows = await this.session.all(sql`SELECT ${record} FROM key_claims AS c ${this.withBatch()}
			WHERE c.scope = ${scope} AND c.key > ${after}
				${states === undefined ? nothing : ofStates(states)}
			ORDER BY c.key LIMIT ${limit}`);
		return rows.map(toRecord);
	}

	async pruneKeys(
		before: Instant,
		after: KeyPlace,
		limit: number,
	): Promise<{ readonly removed: number; readonly next: KeyPlace | null }> {
		const [scope, key] = after;
		const looked = await this.session.all(sql`SELECT c.scope, c.key, coalesce(c.expires_at, b.expires_at)
			FROM key_claims AS c ${this.withBatch()}
			WHERE (c.scope, c.key) > (${scope}, ${key})
			ORDER BY c.scope, c.key LIMIT ${limit}`);
		const old = looked.flatMap(([ofScope = '', ofKey = '', expiresAt]) =>
			Number(expiresAt) <= before ? [[ofScope, ofKey]] : [],
		);
		const removed = await this.session.remove({ table: 'key_claims', key: id }, old);
		await this.session.remove(results, old);
		const last = looked.length < limit ? undefined : looked.at(-1);
		return { removed, next: last === undefined ? null : [String(last[0]), String(last[1])] };
	}

	async pruneKeyBatches(before: Instant, limit: number): Promise<number> {
		return await this.session.run(sql`DELETE FROM key_batches WHERE id IN (
			SELECT id FROM key_batches WHERE expires_at <= ${before} LIMIT ${limit})`);
	}
}
