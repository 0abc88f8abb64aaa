import type { DeliveryRef, Instant, Milliseconds, Space } from '../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../core/delivery/outbox';
import type { ChainEnds, EventRow, NewEventRow, NewOutboxRow, SpineRow } from '../../app/ledger/store';
import { type Cell, spineCells, toEventRow, toOutboxEntry, toSpine } from '../sql/columns';
import { defaultRetryMs } from '../sql/outbox';
import { SqliteRecords } from './records';
import type { Statements } from './statements';

export const keyCells = (ref: DeliveryRef): Cell[] => [ref.spine, ref.space, ref.slot, ref.recipient];

export const jsonOrNull = (values: readonly (string | number)[] | null | undefined): string | null =>
	values === null || values === undefined ? null : JSON.stringify(values);

/** The half of the store's transaction that keeps books beside the deliveries: spines, outbox, events and pruning. */
export class SqliteBooks {
	readonly records: SqliteRecords;
	readonly figures: SqliteRecords;

	constructor(
		protected readonly sql: Statements,
		private readonly clock: () => Instant,
	) {
		this.records = new SqliteRecords(sql);
		this.figures = this.records;
	}

	async now(): Promise<Instant> {
		return this.clock();
	}

	async spine(name: string): Promise<SpineRow | null> {
		const cells = this.sql.one('spineRead', name);
		return cells === null ? null : toSpine(cells);
	}

	async spines(): Promise<readonly SpineRow[]> {
		return this.sql.all('spineList').map(toSpine);
	}

	async writeSpine(row: SpineRow): Promise<void> {
		this.sql.run('spineWrite', ...spineCells(row));
	}

	async addSpineVersion(row: SpineRow, by: string): Promise<void> {
		const { spine } = row.settings;
		this.sql.run('spineVersionAdd', spine, row.version, JSON.stringify(row.settings), by, row.updatedAt);
	}

	async addOutbox(rows: readonly NewOutboxRow[]): Promise<readonly string[]> {
		return rows.map((row) =>
			String(
				this.sql.insert(
					'outboxAdd',
					row.target,
					row.objectId,
					row.payload,
					...keyCells(row.ref),
					row.status,
					row.createdAt,
				),
			),
		);
	}

	async takeOutbox(
		target: string,
		limit: number,
		now: Instant,
		leaseMs: Milliseconds,
		ids: readonly string[] | null,
	): Promise<readonly OutboxEntry[]> {
		const wanted = ids === null ? null : JSON.stringify(ids.map(Number));
		const entries = this.sql.all('outboxDue', target, now, wanted, limit).map(toOutboxEntry);
		for (const { id } of entries) this.sql.run('outboxLease', now + leaseMs, Number(id));
		return entries.map((entry) => ({ ...entry, attempts: entry.attempts + 1 }));
	}

	async settleOutbox(results: readonly OutboxResult[], now: Instant): Promise<void> {
		for (const { id, status, retryAfterMs, reason } of results) {
			if (status === 'later') {
				this.sql.run('outboxLater', now + (retryAfterMs ?? defaultRetryMs), reason ?? null, Number(id));
				continue;
			}
			this.sql.run('outboxSupersede', Number(id));
			this.sql.run('outboxFinish', status, reason ?? null, Number(id));
		}
	}

	async outboxBacklog(
		target: string,
	): Promise<{ waiting: number; refused: number; oldestAt: Instant | null }> {
		const [waiting, refused, oldest] = this.sql.one('outboxBacklog', target) ?? [0, 0, null];
		return {
			waiting: Number(waiting),
			refused: Number(refused),
			oldestAt: oldest === null || oldest === undefined ? null : Number(oldest),
		};
	}

	async wouldBeOutbox(space: Space, limit: number): Promise<readonly OutboxEntry[]> {
		return this.sql.all('outboxWouldBe', space, limit).map(toOutboxEntry);
	}

	async addEvents(events: readonly NewEventRow[]): Promise<void> {
		for (const { at, kind, spine, subject, sentence, data } of events) {
			this.sql.run('eventAdd', at, kind, spine, subject, sentence, data);
		}
	}

	async listEvents(query: {
		spine?: string;
		kinds?: readonly string[];
		afterId?: number;
		limit: number;
	}): Promise<readonly EventRow[]> {
		const { afterId = 0, spine = null, kinds, limit } = query;
		return this.sql.all('eventList', afterId, spine, jsonOrNull(kinds), limit).map(toEventRow);
	}

	async becomeSealer(): Promise<boolean> {
		return true;
	}

	async chain(): Promise<ChainEnds> {
		const [headPosition, headHash, footPosition, footHash] = this.sql.one('chainRead') ?? [];
		return {
			headPosition: Number(headPosition),
			headHash: String(headHash),
			footPosition: Number(footPosition),
			footHash: String(footHash),
		};
	}

	async writeChain(ends: ChainEnds): Promise<void> {
		this.sql.run('chainWrite', ends.headPosition, ends.headHash, ends.footPosition, ends.footHash);
	}

	async unsealedEvents(limit: number): Promise<readonly EventRow[]> {
		return this.sql.all('eventUnsealed', limit).map(toEventRow);
	}

	async countUnsealed(): Promise<number> {
		return Number(this.sql.one('eventUnsealedCount')?.[0] ?? 0);
	}

	async sealEvents(seals: readonly { id: number; position: number; hash: string }[]): Promise<void> {
		for (const { id, position, hash } of seals) this.sql.run('eventSeal', position, hash, id);
	}

	async sealedEvents(afterPosition: number, limit: number): Promise<readonly EventRow[]> {
		return this.sql.all('eventSealed', afterPosition, limit).map(toEventRow);
	}

	async lastSealedBefore(at: Instant): Promise<{ position: number; hash: string } | null> {
		const cells = this.sql.one('eventLastBefore', at);
		return cells === null ? null : { position: Number(cells[0]), hash: String(cells[1]) };
	}

	async pruneInputs(before: Instant, limit: number): Promise<number> {
		return this.sql.run('pruneInputs', before, limit);
	}

	async pruneDeliveries(before: Instant, limit: number): Promise<number> {
		const keys = this.sql.all('pruneCandidates', before, limit);
		for (const key of keys) {
			this.sql.run('pruneOneMessage', ...key);
			this.sql.run('pruneOneInput', ...key);
			this.sql.run('pruneOneDelivery', ...key);
		}
		return keys.length;
	}

	async pruneOutbox(before: Instant, limit: number): Promise<number> {
		return this.sql.run('pruneOutbox', before, limit);
	}

	async pruneEvents(upToPosition: number, limit: number): Promise<number> {
		return this.sql.run('pruneEvents', upToPosition, limit);
	}
}
