import {
	eventText,
	type RowDigest,
	type StateEntry,
	type StateFlags,
	type StateKey,
	type StateSeal,
	type StateTable,
} from '../../app/ledger/history/state';
import type { ChainEnds, EventRow, LinkedRow, NewEventRow, StatePage } from '../../app/ledger/store';
import type { Instant } from '../../core/delivery/types';
import type { Session } from './dialect';
import { StateReader } from './state';
import { type Cells, joined, raw, sql, type Sql } from './statement';
import { chainColumns, eventColumns, newEventColumns } from './tables';
import { Witness } from './witness';

/** Kind of an event that is written for its state alone. */
export const STATE_EVENT = 'ledger.state';

const id = { name: 'id', type: 'bigint' } as const;

/** The part of the store's transaction that keeps events, their chain, and what they tell of the state. */
export class SqlChain {
	protected readonly witness = new Witness();
	private readonly states: StateReader;
	/** Events of this transaction, until it ends. */
	private readonly told: NewEventRow[] = [];

	constructor(protected readonly session: Session) {
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
	 * Writes the events of this transaction; the first one holds the digests of the rows it changed; all are signed where there is
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
			seal?.sign(at === 0 ? text : '{}', eventText(event)) ?? (at === 0 ? text : null),
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

	pruneEvents(upToPosition: number, limit: number): Promise<number> {
		return this.session.run(sql`DELETE FROM events WHERE id IN (
			SELECT id FROM events WHERE position <= ${upToPosition} ORDER BY position LIMIT ${limit})`);
	}
}
