import type { ClientBase } from 'pg';
import type { DeliveryRef, Instant, Milliseconds, Space } from '../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../core/delivery/outbox';
import type { ChainEnds, EventRow, NewEventRow, NewOutboxRow, SpineRow } from '../../app/ledger/store';
import { type Cell, spineCells, toEventRow, toOutboxEntry, toSpine } from '../sql/columns';
import { defaultRetryMs } from '../sql/outbox';
import { PostgresRecords } from './records';
import { type StatementName, statements } from './sql.generated';

export type Parameter = Cell | readonly Cell[];

export const keyCells = (ref: DeliveryRef): Cell[] => [ref.spine, ref.space, ref.slot, ref.recipient];

/** Turns rows of cells into columns of cells: what `unnest` takes. */
export function columns(rows: readonly (readonly Cell[])[]): Cell[][] {
	const width = rows[0]?.length ?? 0;
	return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
}

/**
 * The half of the store's transaction that keeps books beside the deliveries: spines, outbox, events and pruning.
 * READ COMMITTED.
 */
export class PostgresBooks {
	readonly records: PostgresRecords;
	readonly figures: PostgresRecords;

	constructor(
		private readonly client: ClientBase,
		private readonly clock: (() => Instant) | null,
	) {
		this.records = new PostgresRecords(client);
		this.figures = this.records;
	}

	protected async all(name: StatementName, ...values: Parameter[]): Promise<readonly Cell[][]> {
		const result = await this.client.query<Cell[]>({
			text: statements[name],
			values,
			rowMode: 'array',
		});
		return result.rows;
	}

	protected async run(name: StatementName, ...values: Parameter[]): Promise<number> {
		const result = await this.client.query({ text: statements[name], values });
		return result.rowCount ?? 0;
	}

	async now(): Promise<Instant> {
		if (this.clock !== null) return this.clock();
		return Number((await this.all('now'))[0]?.[0]);
	}

	async spine(name: string, lock: 'none' | 'share' | 'update'): Promise<SpineRow | null> {
		if (lock === 'update') await this.run('spineLock', name);
		const statement = { none: 'spineRead', share: 'spineReadShare', update: 'spineReadUpdate' } as const;
		const [cells] = await this.all(statement[lock], name);
		return cells === undefined ? null : toSpine(cells);
	}

	async spines(): Promise<readonly SpineRow[]> {
		return (await this.all('spineList')).map(toSpine);
	}

	async writeSpine(row: SpineRow): Promise<void> {
		await this.run('spineWrite', ...spineCells(row));
	}

	async addSpineVersion(row: SpineRow, by: string): Promise<void> {
		const { spine } = row.settings;
		await this.run('spineVersionAdd', spine, row.version, JSON.stringify(row.settings), by, row.updatedAt);
	}

	async addOutbox(rows: readonly NewOutboxRow[]): Promise<readonly string[]> {
		const cells = rows.map((row) => [
			row.target,
			row.objectId,
			row.payload,
			...keyCells(row.ref),
			row.status,
			row.createdAt,
		]);
		return (await this.all('outboxAdd', ...columns(cells))).map(([id]) => String(id));
	}

	async takeOutbox(
		target: string,
		limit: number,
		now: Instant,
		leaseMs: Milliseconds,
		ids: readonly string[] | null,
	): Promise<readonly OutboxEntry[]> {
		await this.run('outboxWriter', target);
		const entries = (await this.all('outboxDue', target, now, ids, limit)).map(toOutboxEntry);
		if (entries.length > 0) {
			await this.run(
				'outboxLease',
				now + leaseMs,
				entries.map(({ id }) => id),
			);
		}
		return entries.map((entry) => ({ ...entry, attempts: entry.attempts + 1 }));
	}

	async settleOutbox(results: readonly OutboxResult[], now: Instant): Promise<void> {
		const sorted = [...results].sort((a, b) => Number(a.id) - Number(b.id));
		for (const { id, status, retryAfterMs, reason } of sorted) {
			if (status === 'later') {
				await this.run('outboxLater', now + (retryAfterMs ?? defaultRetryMs), reason ?? null, id);
				continue;
			}
			await this.run('outboxSupersede', id);
			await this.run('outboxFinish', status, reason ?? null, id);
		}
	}

	async outboxBacklog(
		target: string,
	): Promise<{ waiting: number; refused: number; oldestAt: Instant | null }> {
		const [waiting, refused, oldest] = (await this.all('outboxBacklog', target))[0] ?? [0, 0, null];
		return {
			waiting: Number(waiting),
			refused: Number(refused),
			oldestAt: oldest === null || oldest === undefined ? null : Number(oldest),
		};
	}

	async wouldBeOutbox(space: Space, limit: number): Promise<readonly OutboxEntry[]> {
		return (await this.all('outboxWouldBe', space, limit)).map(toOutboxEntry);
	}

	async addEvents(events: readonly NewEventRow[]): Promise<void> {
		if (events.length === 0) return;
		const cells = events.map((event) => [
			event.at,
			event.kind,
			event.spine,
			event.subject,
			event.sentence,
			event.data,
		]);
		await this.run('eventAdd', ...columns(cells));
	}

	async listEvents(query: {
		spine?: string;
		kinds?: readonly string[];
		afterId?: number;
		limit: number;
	}): Promise<readonly EventRow[]> {
		const { afterId = 0, spine = null, kinds = null, limit } = query;
		return (await this.all('eventList', afterId, spine, kinds, limit)).map(toEventRow);
	}

	async becomeSealer(): Promise<boolean> {
		return ((await this.all('sealer'))[0]?.[0] as unknown) === true;
	}

	async chain(): Promise<ChainEnds> {
		const [headPosition, headHash, footPosition, footHash] = (await this.all('chainRead'))[0] ?? [];
		return {
			headPosition: Number(headPosition),
			headHash: String(headHash),
			footPosition: Number(footPosition),
			footHash: String(footHash),
		};
	}

	async writeChain(ends: ChainEnds): Promise<void> {
		await this.run('chainWrite', ends.headPosition, ends.headHash, ends.footPosition, ends.footHash);
	}

	async unsealedEvents(limit: number): Promise<readonly EventRow[]> {
		return (await this.all('eventUnsealed', limit)).map(toEventRow);
	}

	async countUnsealed(): Promise<number> {
		return Number((await this.all('eventUnsealedCount'))[0]?.[0] ?? 0);
	}

	async sealEvents(seals: readonly { id: number; position: number; hash: string }[]): Promise<void> {
		await this.run('eventSeal', ...columns(seals.map(({ id, position, hash }) => [id, position, hash])));
	}

	async sealedEvents(afterPosition: number, limit: number): Promise<readonly EventRow[]> {
		return (await this.all('eventSealed', afterPosition, limit)).map(toEventRow);
	}

	async lastSealedBefore(at: Instant): Promise<{ position: number; hash: string } | null> {
		const [cells] = await this.all('eventLastBefore', at);
		return cells === undefined ? null : { position: Number(cells[0]), hash: String(cells[1]) };
	}

	pruneInputs(before: Instant, limit: number): Promise<number> {
		return this.run('pruneInputs', before, limit);
	}

	pruneDeliveries(before: Instant, limit: number): Promise<number> {
		return this.run('pruneDeliveries', before, limit);
	}

	pruneOutbox(before: Instant, limit: number): Promise<number> {
		return this.run('pruneOutbox', before, limit);
	}

	pruneEvents(upToPosition: number, limit: number): Promise<number> {
		return this.run('pruneEvents', upToPosition, limit);
	}
}
