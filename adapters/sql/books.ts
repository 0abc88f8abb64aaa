import type { Instant, Milliseconds, Space } from '../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../core/delivery/outbox';
import type { ChainEnds, EventRow, LinkedRow, NewEventRow, NewOutboxRow, SpineRow, StatePage } from '../../app/ledger/store';
import { type RowDigest, type StateEntry, type StateFlags, type StateKey, type StateSeal, type StateTable } from '../../app/ledger/history/state';
import type { Session } from './dialect';
import { FigureReader } from './figures';
import { KeyBook } from './keys';
import { RecordBook } from './records';
import { StateReader } from './state';
import { type Cells, joined, listed, raw, sql, type Sql, when } from './statement';
import {
	chainColumns,
	deliveryKey,
	eventColumns,
	newEventColumns,
	newOutboxColumns,
	outboxColumns,
	outboxState,
	spineColumns,
	toOutboxEntry,
} from './tables';
import { Witness } from './witness';

/** Kind of an event that is written for its state alone. */
export const STATE_EVENT = 'ledger.state';

/** How long an entry waits when its writer says "later" without a time, in milliseconds. */
const defaultRetryMs: Milliseconds = 60_000;

/** Gives back what of changed entries stands in the chain. */
const returning = raw(`RETURNING id, ${outboxState.join(', ')}`);

const name = { name: 'spine', type: 'text' } as const;
const id = { name: 'id', type: 'bigint' } as const;

/** A finished delivery of a slot that closed before `before`: what may be removed. `s` is its slot, `d` itself. */
const finished = (before: Instant): Sql => sql`s.closes_at < ${before} AND d.closes_at < ${before}
	AND (d.state IN ('committed', 'missed', 'held') OR (d.state = 'failed' AND d.retryable = 0))`;

/** The half of the store's transaction that keeps books beside the deliveries: spines, outbox, events and pruning. */
export class SqlBooks {
	readonly records: RecordBook;
	readonly figures: FigureReader;
	readonly keys: KeyBook;

	protected readonly witness = new Witness();
	private readonly states: StateReader;
	/** Events of this transaction, until it ends. */
	private readonly told: NewEventRow[] = [];

	constructor(protected readonly session: Session) {
		this.records = new RecordBook(session, this.witness);
		this.figures = new FigureReader(session);
		this.keys = new KeyBook(session);
		this.states = new StateReader(session);
	}

	protected all<Row>(statement: Sql, read: (cells: Cells) => Row): Promise<readonly Row[]> {
		return this.session.all(statement).then((rows) => rows.map((cells) => read(cells)));
	}

	protected async one<Row>(statement: Sql, read: (cells: Cells) => Row): Promise<Row | null> {
		const [cells] = await this.session.all(statement);
		return cells === undefined ? null : read(cells);
	}

	protected async count(statement: Sql): Promise<number> {
		return (await this.one(statement, ([cell]) => Number(cell))) ?? 0;
	}

	now(): Promise<Instant> {
		return this.session.now();
	}

	async spine(spine: string, lock: 'none' | 'share' | 'update'): Promise<SpineRow | null> {
		// Keeps two first configurations of one spine apart: there is no row to lock yet.
		if (lock === 'update') await this.session.hold(`release-gate:spine:${spine}`);
		const [cells] = await this.session.all(
			sql`SELECT ${spineColumns.of()} FROM spines WHERE spine = ${spine} ${this.session.dialect.lock(lock)}`,
		);
		if (lock === 'update') this.witness.saw('spines', [spine], cells ?? null);
		return cells === undefined ? null : spineColumns.read(cells);
	}

	spines(): Promise<readonly SpineRow[]> {
		return this.all(sql`SELECT ${spineColumns.of()} FROM spines ORDER BY spine`, (cells) =>
			spineColumns.read(cells),
		);
	}

	async writeSpine(row: SpineRow): Promise<void> {
		const target = { table: 'spines', columns: [name, ...spineColumns.names], key: [name] };
		const cells = spineColumns.cells(row);
		await this.session.replace(target, [[row.settings.spine, ...cells]]);
		this.witness.wrote('spines', [row.settings.spine], cells);
	}

	async addSpineVersion({ settings, version, updatedAt }: SpineRow, by: string): Promise<void> {
		const cells = [settings.spine, version, JSON.stringify(settings), by, updatedAt];
		await this.session.run(sql`INSERT INTO spine_versions
			(spine, version, settings, configured_by, configured_at) VALUES (${listed(cells)})`);
		this.witness.wrote('spine_versions', [settings.spine, String(version)], cells.slice(2));
	}

	async addOutbox(rows: readonly NewOutboxRow[]): Promise<readonly string[]> {
		const columns = [...deliveryKey.names, ...newOutboxColumns.names];
		const cells = rows.map((row) => [...deliveryKey.cells(row.ref), ...newOutboxColumns.cells(row)]);
		const ids = (await this.session.insertNumbered({ table: 'outbox', columns }, cells)).map(String);
		rows.forEach(({ ref, target, objectId, payload, createdAt, status }, at) => {
			const id = ids[at] ?? '';
			this.witness.wrote('outbox', [id], [target, objectId, payload, ...deliveryKey.cells(ref), createdAt, status]);
		});
		return ids;
	}

	/** Notes entries as a statement left them: its rows are the id and what of them stands in the chain. */
	private noteOutbox(rows: readonly Cells[]): void {
		for (const [id, ...cells] of rows) this.witness.wrote('outbox', [String(id)], cells);
	}

	/** The newest waiting entry of each object, unless a writer holds one of the object's entries. */
	async takeOutbox(
		target: string,
		limit: number,
		now: Instant,
		leaseMs: Milliseconds,
		ids: readonly string[] | null,
	): Promise<readonly OutboxEntry[]> {
		const { dialect } = this.session;
		// One taker of a target at a time, so that the order of one object's entries holds.
		await this.session.hold(`release-gate:outbox:${target}`);
		const entries = await this.all(
			sql`SELECT ${deliveryKey.of('o')}, ${outboxColumns.of('o')} FROM outbox AS o
				WHERE o.status = 'waiting' AND o.target = ${target} AND o.not_before <= ${now}
					${when(ids !== null, () => sql`AND ${dialect.oneOf('o.id', 'bigint', (ids ?? []).map(Number))}`)}
					AND NOT EXISTS (
						SELECT 1 FROM outbox AS n
						WHERE n.status = 'waiting' AND n.target = o.target AND n.object_id = o.object_id
							AND (n.id > o.id OR n.lease_until > ${now})
						${dialect.apart}
					)
				ORDER BY o.id LIMIT ${limit} ${dialect.skipLocked('o')}`,
			toOutboxEntry,
		);
		if (entries.length > 0) {
			const taken = dialect.oneOf(
				'id',
				'bigint',
				entries.map((entry) => Number(entry.id)),
			);
			await this.session.run(
				sql`UPDATE outbox SET lease_until = ${now + leaseMs}, attempts = attempts + 1 WHERE ${taken}`,
			);
		}
		return entries.map((entry) => ({ ...entry, attempts: entry.attempts + 1 }));
	}

	async settleOutbox(results: readonly OutboxResult[], now: Instant): Promise<void> {
		const sorted = [...results].sort((a, b) => Number(a.id) - Number(b.id));
		for (const { id, status, retryAfterMs, reason = null } of sorted) {
			const change =
				status === 'later'
					? sql`not_before = ${now + (retryAfterMs ?? defaultRetryMs)}`
					: sql`status = ${status}`;
			if (status !== 'later') await this.supersedeBefore(Number(id));
			const settled = sql`UPDATE outbox SET ${change}, reason = ${reason}, lease_until = NULL
				WHERE id = ${Number(id)} AND status = 'waiting'`;
			if (status === 'later') await this.session.run(settled);
			else this.noteOutbox(await this.session.all(sql`${settled} ${returning}`));
		}
	}

	/** What was waiting before an entry that is finished is done with it. */
	private async supersedeBefore(id: number): Promise<void> {
		this.noteOutbox(
			await this.session.all(sql`UPDATE outbox SET status = 'superseded', lease_until = NULL
				WHERE status = 'waiting' AND id < ${id}
					AND (target, object_id) = (SELECT target, object_id FROM outbox WHERE id = ${id}) ${returning}`),
		);
	}

	async outboxBacklog(
		target: string,
	): Promise<{ waiting: number; refused: number; oldestAt: Instant | null }> {
		const none = { waiting: 0, refused: 0, oldestAt: null };
		const counts = await this.one(
			sql`SELECT
				(SELECT count(*) FROM outbox WHERE status = 'waiting' AND target = ${target}),
				(SELECT count(*) FROM outbox WHERE status = 'refused' AND target = ${target}),
				(SELECT min(created_at) FROM outbox WHERE status = 'waiting' AND target = ${target})`,
			([waiting, refused, oldest = null]) => ({
				waiting: Number(waiting),
				refused: Number(refused),
				oldestAt: oldest === null ? null : Number(oldest),
			}),
		);
		return counts ?? none;
	}

	wouldBeOutbox(space: Space, limit: number): Promise<readonly OutboxEntry[]> {
		return this.all(
			sql`SELECT ${deliveryKey.of('o')}, ${outboxColumns.of('o')} FROM outbox AS o
				WHERE o.status = 'would-be' AND o.space = ${space} ORDER BY o.id LIMIT ${limit}`,
			toOutboxEntry,
		);
	}

	/** Kept until the transaction ends: {@link finish} writes them, the first one with what became of the state. */
	async addEvents(events: readonly NewEventRow[]): Promise<void> {
		this.told.push(...events);
	}

	markState(flags: StateFlags, carried: readonly StateEntry[] = []): void {
		const { notes } = this.witness;
		notes.mark(flags);
		for (const { table, path, after } of carried)
			notes.note(table, path.slice(0, -1), path.at(-1) ?? '', after, undefined);
	}

	/**
	 * Writes the events of this transaction; the first one holds the digests of the rows it changed, signed where there is
	 * a key. A change that nobody told of gets an event of its own. Called before the transaction is committed.
	 */
	async finish(seal: StateSeal | null): Promise<void> {
		const { notes } = this.witness;
		if (this.told.length === 0) {
			if (notes.isEmpty) return;
			this.told.push({
				at: await this.now(),
				kind: STATE_EVENT,
				spine: null,
				subject: null,
				sentence: 'The ledger changed.',
				data: '{}',
			});
		}
		const text = notes.text();
		const cells = this.told.map((event, at) => [
			...newEventColumns.cells(event),
			at === 0 ? (seal?.sign(text) ?? text) : null,
		]);
		const columns = [...newEventColumns.names, { name: 'state', type: 'text' as const }];
		await this.session.insert({ table: 'events', columns }, cells);
		this.told.length = 0;
	}

	statePage(table: StateTable, after: readonly string[] | null, limit: number): Promise<StatePage> {
		return this.states.page(table, after, limit);
	}

	stateOf(key: StateKey): Promise<RowDigest> {
		return this.states.one(key);
	}

	async strays(): Promise<readonly string[]> {
		return await this.states.strays();
	}

	listEvents(query: {
		spine?: string;
		kinds?: readonly string[];
		afterId?: number;
		limit: number;
	}): Promise<readonly EventRow[]> {
		const { afterId = 0, spine, kinds, limit } = query;
		return this.events(
			joined(
				[
					sql`id > ${afterId}`,
					...(spine === undefined ? [] : [sql`spine = ${spine}`]),
					kinds === undefined
						? sql`kind <> ${STATE_EVENT}`
						: this.session.dialect.oneOf('kind', 'text', kinds),
				],
				' AND ',
			),
			'id',
			limit,
		);
	}

	private events(where: Sql, order: 'id' | 'position', limit: number): Promise<readonly EventRow[]> {
		return this.all(
			sql`SELECT ${eventColumns.of()} FROM events WHERE ${where} ORDER BY ${raw(order)} LIMIT ${limit}`,
			(cells) => eventColumns.read(cells),
		);
	}

	private linked(where: Sql, order: 'id' | 'position', limit: number): Promise<readonly LinkedRow[]> {
		return this.all(
			sql`SELECT ${eventColumns.of()}, state FROM events WHERE ${where} ORDER BY ${raw(order)} LIMIT ${limit}`,
			(cells) => {
				const state = cells[eventColumns.length] ?? null;
				return { ...eventColumns.read(cells), state: state === null ? null : String(state) };
			},
		);
	}

	becomeSealer(): Promise<boolean> {
		return this.session.tryToHold('release-gate:sealer');
	}

	async chain(): Promise<ChainEnds> {
		const [cells] = await this.session.all(sql`SELECT ${chainColumns.of()} FROM chain`);
		// Somebody removed it: a head that nothing leads to.
		if (cells === undefined) return { headPosition: 0, headHash: 'gone', footPosition: 0, footHash: '' };
		return chainColumns.read(cells);
	}

	async writeChain(ends: ChainEnds): Promise<void> {
		await this.session.run(sql`UPDATE chain SET ${chainColumns.set(chainColumns.cells(ends))}`);
	}

	unsealedEvents(limit: number): Promise<readonly LinkedRow[]> {
		return this.linked(sql`position IS NULL`, 'id', limit);
	}

	countUnsealed(): Promise<number> {
		return this.count(sql`SELECT count(*) FROM events WHERE position IS NULL`);
	}

	async sealEvents(seals: readonly { id: number; position: number; hash: string }[]): Promise<void> {
		const columns = eventColumns.only('position', 'hash');
		const cells = seals.map((seal) => [...columns.cells(seal), seal.id]);
		await this.session.update({ table: 'events', columns: columns.names, key: [id] }, cells);
	}

	sealedEvents(afterPosition: number, limit: number): Promise<readonly EventRow[]> {
		return this.events(sql`position > ${afterPosition}`, 'position', limit);
	}

	linkedEvents(afterPosition: number, limit: number): Promise<readonly LinkedRow[]> {
		return this.linked(sql`position > ${afterPosition}`, 'position', limit);
	}

	/** The last position before which everything is older: the chain is cut there. */
	lastSealedBefore(at: Instant): Promise<{ position: number; hash: string } | null> {
		return this.one(
			sql`SELECT position, hash FROM events
				WHERE position < coalesce(
					(SELECT min(position) FROM events WHERE position IS NOT NULL AND at >= ${at}), 9007199254740991)
				ORDER BY position DESC LIMIT 1`,
			([position, hash]) => ({ position: Number(position), hash: String(hash) }),
		);
	}

	pruneInputs(before: Instant, limit: number): Promise<number> {
		return this.session.run(sql`DELETE FROM inputs WHERE (${deliveryKey.of()}) IN (
			SELECT ${deliveryKey.of('i')} FROM slots AS s
			${this.inSlot('inputs', 'i')}
			${this.session.dialect.join('inner', 'deliveries', 'd', sameDelivery('d', 'i'), 'one')}
			WHERE ${finished(before)} LIMIT ${limit})`);
	}

	async pruneDeliveries(before: Instant, limit: number): Promise<number> {
		const keys = await this.session.all(sql`SELECT ${deliveryKey.of('d')} FROM slots AS s
			${this.inSlot('deliveries', 'd')}
			WHERE ${finished(before)} LIMIT ${limit}`);
		const key = deliveryKey.names;
		for (const [spine, space, slot, recipient] of keys)
			this.witness.wrote('deliveries', [spine, space, slot, recipient].map(String), null);
		await this.session.remove({ table: 'messages', key }, keys);
		await this.session.remove({ table: 'inputs', key }, keys);
		return await this.session.remove({ table: 'deliveries', key }, keys);
	}

	/** Joins the rows of a slot `s`. */
	private inSlot(table: string, alias: string): Sql {
		const on = raw(['spine', 'space', 'slot'].map((part) => `${alias}.${part} = s.${part}`).join(' AND '));
		return this.session.dialect.join('inner', table, alias, on, 'many');
	}

	async pruneOutbox(before: Instant, limit: number): Promise<number> {
		const gone = await this.session.all(sql`DELETE FROM outbox WHERE id IN (
			SELECT id FROM outbox WHERE created_at < ${before} AND status <> 'waiting' LIMIT ${limit}) RETURNING id`);
		for (const [id] of gone) this.witness.wrote('outbox', [String(id)], null);
		return gone.length;
	}

	pruneEvents(upToPosition: number, limit: number): Promise<number> {
		return this.session.run(sql`DELETE FROM events WHERE id IN (
			SELECT id FROM events WHERE position <= ${upToPosition} ORDER BY position LIMIT ${limit})`);
	}
}

const sameDelivery = (a: string, b: string): Sql =>
	raw(deliveryKey.names.map((part) => `${a}.${part.name} = ${b}.${part.name}`).join(' AND '));
