import {
	erasedKey,
	type ErasureTransaction,
	type Pseudonyms,
	type TextRow,
	type TextTable,
} from '../../app/ledger/erasure/port';
import type { LinkedRow, RecipientRef, RecipientRow } from '../../app/ledger/store';
import {
	type DeliveryRow,
	type RecipientFacts,
	type Remembered,
	unknownRecipient,
} from '../../core/delivery/transitions';
import type { Instant } from '../../core/delivery/types';
import type { Session } from './dialect';
import { toDelivery, toFacts } from './rows';
import { type Cells, listed, raw, sql, type Sql } from './statement';
import {
	deliveryColumns,
	deliveryKey,
	type ErasedRow,
	erasedColumns,
	erasedKeyColumn,
	eventColumns,
	outboxState,
	recipientColumns,
} from './tables';
import type { Witness } from './witness';

const { names: key } = deliveryKey;

/** Where each kind of text stands: its table, the columns of its key, the text, and which rows have one. */
const places: Readonly<
	Record<TextTable, { readonly table: string; readonly key: readonly string[]; readonly text: string }>
> = {
	reasons: { table: 'deliveries', key: key.map(({ name }) => name), text: 'reason' },
	settings: { table: 'spine_versions', key: ['spine', 'version'], text: 'settings' },
	keys: { table: 'key_claims', key: ['scope', 'key'], text: 'key' },
	results: { table: 'key_results', key: ['scope', 'key'], text: 'text' },
};

/** What a keyed name is made of. */
const nameOf = ({ spine, recipient }: RecipientRef): string => JSON.stringify([spine, recipient]);

const toEvent = (cells: Cells): LinkedRow => {
	const state = cells[eventColumns.length] ?? null;
	return { ...eventColumns.read(cells), state: state === null ? null : String(state) };
};

/** What it takes to erase one person, within the transaction of the session. */
export class SqlErasure implements ErasureTransaction {
	constructor(
		private readonly session: Session,
		private readonly witness: Witness,
		private readonly pseudonyms: Pseudonyms,
	) {}

	/** One look-up for each slot: a recipient's deliveries stand apart. */
	async deliveriesOf(
		recipient: string,
	): Promise<readonly { readonly row: DeliveryRow; readonly input: string | null }[]> {
		const { dialect } = this.session;
		const ofSlot = raw('d.spine = s.spine AND d.space = s.space AND d.slot = s.slot');
		const sameKey = raw(key.map(({ name }) => `i.${name} = d.${name}`).join(' AND '));
		const select = sql`SELECT ${deliveryKey.of('d')}, ${deliveryColumns.of('d')}, i.text FROM slots AS s
			${dialect.join('inner', 'deliveries', 'd', sql`${ofSlot} AND d.recipient = ${recipient}`, dialect.locksRows ? 'locked' : 'one')}
			${dialect.join('left', 'inputs', 'i', sameKey, 'one')}
			ORDER BY s.spine, s.space, s.slot`;
		const rows = await this.session.all(select);
		const end = key.length + deliveryColumns.length;
		return rows.map((cells) => {
			const row = toDelivery(cells);
			this.witness.sawDelivery(row.ref, cells, key.length);
			const text = cells[end] ?? null;
			return { row, input: text === null ? null : String(text) };
		});
	}

	async factsOf(recipient: string): Promise<readonly RecipientRow[]> {
		const { dialect } = this.session;
		const on = sql`r.spine = s.spine AND r.space = s.space AND r.recipient = ${recipient}`;
		const rows = await this.session.all(sql`SELECT r.spine, r.space, ${recipientColumns.of('r')}
			FROM (SELECT DISTINCT spine, space FROM slots) AS s
			${dialect.join('inner', 'recipients', 'r', on, dialect.locksRows ? 'locked' : 'one')}
			ORDER BY r.spine, r.space`);
		return rows.map((cells) => {
			const ref = { spine: String(cells[0]), space: String(cells[1]) as RecipientRef['space'], recipient };
			const facts = toFacts(cells, 2);
			this.witness.sawRecipient(ref.spine, ref.space, recipient, facts);
			return { ...ref, facts };
		});
	}

	async replaceDelivery(former: DeliveryRow, row: DeliveryRow): Promise<void> {
		const old = [deliveryKey.cells(former.ref)];
		await this.session.remove({ table: 'messages', key }, old);
		await this.session.remove({ table: 'inputs', key }, old);
		await this.session.remove({ table: 'deliveries', key }, old);
		await this.session.insert({ table: 'deliveries', columns: [...key, ...deliveryColumns.names] }, [
			[...deliveryKey.cells(row.ref), ...deliveryColumns.cells(row)],
		]);
		this.witness.movedDelivery(former, row);
	}

	async renameRecipient({ spine, space, recipient, facts }: RecipientRow, name: string): Promise<void> {
		await this.session.run(sql`UPDATE recipients SET recipient = ${name}
			WHERE spine = ${spine} AND space = ${space} AND recipient = ${recipient}`);
		this.witness.movedRecipient({ spine, space, recipient: name, facts });
	}

	async eraseOutbox(
		recipient: string,
		name: string,
	): Promise<{ readonly entries: number; readonly givenUp: number }> {
		const state = raw(outboxState.join(', '));
		const found = await this.session.all(sql`SELECT id, ${state} FROM outbox
			WHERE recipient = ${recipient} OR object_id = ${recipient} ORDER BY id ${this.session.dialect.lock('update')}`);
		if (found.length === 0) return { entries: 0, givenUp: 0 };
		const ids = found.map(([id]) => Number(id));
		for (const [id, ...cells] of found) this.witness.saw('outbox', [String(id)], cells);
		const changed = await this.session
			.all(sql`UPDATE outbox SET payload = '{}', reason = NULL, lease_until = NULL,
			object_id = CASE WHEN object_id = ${recipient} THEN ${name} ELSE object_id END,
			recipient = CASE WHEN recipient = ${recipient} THEN ${name} ELSE recipient END,
			status = CASE WHEN status = 'waiting' THEN 'superseded' ELSE status END
			WHERE ${this.session.dialect.oneOf('id', 'bigint', ids)} RETURNING id, ${state}`);
		for (const [id, ...cells] of changed) this.witness.wrote('outbox', [String(id)], cells);
		const at = 1 + outboxState.indexOf('status');
		return { entries: found.length, givenUp: found.filter((cells) => cells[at] === 'waiting').length };
	}

	async remember(
		{ spine, recipient, space }: RecipientRef,
		{ facts, until }: Remembered,
		salt: string,
		at: Instant,
	): Promise<void> {
		const [digest = ''] = this.pseudonyms.of(salt, nameOf({ spine, space, recipient }));
		const { lastSentAt, lastSlot, lastOpensAt, doubtfulAt } = facts;
		const cells = erasedColumns.cells({
			salt,
			spine,
			lastSentAt,
			lastSlot,
			lastOpensAt,
			doubtfulAt,
			erasedAt: at,
			until,
		});
		const columns = [...erasedKeyColumn.names, ...erasedColumns.names];
		await this.session.replace({ table: 'erased', columns, key: erasedKeyColumn.names }, [
			[digest, ...cells],
		]);
		this.witness.wrote('erased', [digest], cells);
	}

	private async salts(): Promise<readonly string[]> {
		const rows = await this.session.all(sql`SELECT DISTINCT salt FROM erased ORDER BY salt`);
		return rows.map(([salt]) => String(salt));
	}

	async salt(): Promise<string | null> {
		return (await this.salts())[0] ?? null;
	}

	async remembered(
		refs: readonly RecipientRef[],
	): Promise<readonly ({ readonly facts: RecipientFacts; readonly erasedAt: Instant } | null)[]> {
		const none = refs.map(() => null);
		const salts = refs.some(({ space }) => space === 'live') ? await this.salts() : [];
		if (salts.length === 0) return none;
		const wanted = refs.map((ref) =>
			ref.space === 'live' ? salts.flatMap((salt) => this.pseudonyms.of(salt, nameOf(ref))) : [],
		);
		const rows = await this.session.all(sql`SELECT ${erasedKeyColumn.of()}, ${erasedColumns.of()} FROM erased
			WHERE ${this.session.dialect.oneOf('digest', 'text', wanted.flat())}`);
		const found = new Map<string, ErasedRow>(
			rows.map((cells) => [String(cells[0]), erasedColumns.read(cells, 1)]),
		);
		return wanted.map((digests) => {
			const row = digests.map((digest) => found.get(digest)).find((one) => one !== undefined);
			if (row === undefined) return null;
			const { lastSentAt, lastSlot, lastOpensAt, doubtfulAt, erasedAt } = row;
			return { facts: { ...unknownRecipient, lastSentAt, lastSlot, lastOpensAt, doubtfulAt }, erasedAt };
		});
	}

	async forget(before: Instant, limit: number): Promise<number> {
		const gone = await this.session.all(sql`DELETE FROM erased WHERE digest IN (
			SELECT digest FROM erased WHERE until <= ${before} LIMIT ${limit}) RETURNING digest`);
		for (const [digest] of gone) this.witness.wrote('erased', [String(digest)], null);
		return gone.length;
	}

	private events(where: Sql, end: Sql): Promise<readonly LinkedRow[]> {
		return this.session
			.all(sql`SELECT ${eventColumns.of()}, state FROM events WHERE ${where} ORDER BY id ${end}`)
			.then((rows) => rows.map(toEvent));
	}

	eventsAfter(id: number, limit: number): Promise<readonly LinkedRow[]> {
		return this.events(sql`id > ${id}`, sql`LIMIT ${limit}`);
	}

	eventsOf(ids: readonly number[]): Promise<readonly LinkedRow[]> {
		return this.events(this.session.dialect.oneOf('id', 'bigint', ids), this.session.dialect.lock('update'));
	}

	async rewriteEvent({ id, subject, sentence, data, state }: LinkedRow): Promise<void> {
		await this.session.run(sql`UPDATE events SET subject = ${subject}, sentence = ${sentence}, data = ${data},
			state = ${state} WHERE id = ${id}`);
	}

	async texts(table: TextTable, after: readonly string[] | null, limit: number): Promise<readonly TextRow[]> {
		const place = places[table];
		const columns = raw(place.key.join(', '));
		const from = after ?? place.key.map(() => '');
		const since =
			table === 'settings'
				? sql`(spine, version) > (${from[0] ?? ''}, ${Number(from[1] ?? 0)})`
				: sql`(${columns}) > (${listed(from)})`;
		const rows = await this.session.all(sql`SELECT ${columns}, ${raw(place.text)} FROM ${raw(place.table)}
			WHERE ${raw(place.text)} IS NOT NULL AND ${since} ORDER BY ${columns} LIMIT ${limit}`);
		return rows.map((cells) => ({
			key: cells.slice(0, place.key.length).map(String),
			text: String(cells[place.key.length]),
		}));
	}

	async rewriteSettings(spine: string, version: string, settings: string): Promise<void> {
		const columns = raw('settings, configured_by, configured_at');
		const of = sql`spine = ${spine} AND version = ${Number(version)}`;
		const [before] = await this.session.all(
			sql`SELECT ${columns} FROM spine_versions WHERE ${of} ${this.session.dialect.lock('update')}`,
		);
		if (before === undefined) return;
		this.witness.saw('spine_versions', [spine, version], before);
		await this.session.run(sql`UPDATE spine_versions SET settings = ${settings} WHERE ${of}`);
		this.witness.wrote('spine_versions', [spine, version], [settings, ...before.slice(1)]);
	}

	private keyName(salt: string, scope: string, name: string): readonly string[] {
		return this.pseudonyms
			.of(salt, JSON.stringify([scope, name]))
			.map((digest) => `${erasedKey}${salt}:${digest}`);
	}

	async renameKey(scope: string, old: string, salt: string): Promise<void> {
		const own = sql`scope = ${scope} AND key = ${old}`;
		const [name = ''] = this.keyName(salt, scope, old);
		await this.session.run(sql`DELETE FROM key_results WHERE ${own}`);
		await this.session.run(sql`UPDATE key_claims SET key = ${name}, digest = NULL WHERE ${own}`);
	}

	async keyNames(scope: string, keys: readonly string[]): Promise<readonly string[]> {
		const rows = await this.session.all(sql`SELECT key FROM key_claims WHERE scope = ${scope}
			AND key >= ${erasedKey} AND key < ${`${erasedKey.slice(0, -1)};`}`);
		if (rows.length === 0) return keys;
		const erased = new Set(rows.map(([name]) => String(name)));
		const salts = new Set([...erased].map((name) => name.split(':')[1] ?? ''));
		return keys.map((name) => {
			const names = [...salts].flatMap((salt) => this.keyName(salt, scope, name));
			return names.find((one) => erased.has(one)) ?? name;
		});
	}

	freshName(): string {
		return this.pseudonyms.fresh();
	}

	freshSalt(): string {
		return this.pseudonyms.salt();
	}
}
