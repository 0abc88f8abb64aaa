import type { DeliveryRow, RecipientFacts } from '../../core/delivery/machine';
import { unknownRecipient } from '../../core/delivery/machine';
import type { DeliveryRef, DeliveryState, Instant, Milliseconds, Space } from '../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../core/ledger/api';
import type {
	ChainEnds,
	DeliveryFilter,
	EventRow,
	InputRow,
	LoadedDelivery,
	NewEventRow,
	NewOutboxRow,
	RecipientRef,
	RecipientRow,
	SlotRef,
	SlotRow,
	SpineRow,
	StoreTransaction,
} from '../../core/ledger/store';
import {
	type Cell,
	changeCells,
	deliveryCells,
	factCells,
	longestMessageId,
	spineCells,
	splitAlike,
	toEventRow,
	toFacts,
	toLoaded,
	toOutboxEntry,
	toSlot,
	toSpine,
} from '../sql/columns';
import { groupBy } from '../sql/group';
import { defaultRetryMs } from '../sql/outbox';
import { SqliteRecords } from './records';
import type { Statements } from './statements';

const keyCells = (ref: DeliveryRef): Cell[] => [ref.spine, ref.space, ref.slot, ref.recipient];
const jsonOrNull = (values: readonly (string | number)[] | null | undefined): string | null =>
	values === null || values === undefined ? null : JSON.stringify(values);

/**
 * The store's transaction on SQLite. A transaction keeps every other writer out (BEGIN IMMEDIATE), so locking a row
 * is reading it.
 */
export class SqliteTransaction implements StoreTransaction {
	readonly records: SqliteRecords;
	readonly figures: SqliteRecords;

	constructor(
		private readonly sql: Statements,
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

	async noteSlots(slots: readonly SlotRow[]): Promise<void> {
		for (const { spine, space, slot, opensAt, closesAt } of slots) {
			this.sql.run('slotNote', spine, space, slot, opensAt, closesAt);
		}
	}

	async unsettledSlots(spine: string): Promise<readonly SlotRow[]> {
		return this.sql.all('slotsUnsettled', spine).map(toSlot);
	}

	async knownSlots(spine: string, space: Space, slots: readonly string[]): Promise<ReadonlySet<string>> {
		return new Set(
			this.sql.all('slotsKnown', spine, space, JSON.stringify(slots)).map(([slot]) => String(slot)),
		);
	}

	async settleSlot({ spine, space, slot }: SlotRef): Promise<void> {
		this.sql.run('slotSettle', spine, space, slot);
	}

	async insertDeliveries(
		rows: readonly DeliveryRow[],
		inputs: readonly (string | null)[],
	): Promise<readonly boolean[]> {
		return rows.map((row, index) => {
			if (this.sql.run('deliveryInsert', ...deliveryCells(row)) === 0) return false;
			const text = inputs[index] ?? null;
			if (text !== null) this.sql.run('inputWrite', ...keyCells(row.ref), text);
			return true;
		});
	}

	async loadDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		const result = new Array<LoadedDelivery | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		for (const group of groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}\u0000${ref.slot}`)) {
			const [first] = group;
			if (first === undefined) continue;
			const { spine, space, slot } = first.ref;
			const recipients = JSON.stringify(group.map(({ ref }) => ref.recipient));
			const name = withInput ? 'deliveryLoadInput' : 'deliveryLoad';
			const found = new Map<string, LoadedDelivery>();
			for (const cells of this.sql.all(name, spine, space, slot, recipients)) {
				found.set(String(cells[3]), toLoaded(cells));
			}
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	readDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.loadDeliveries(refs, withInput);
	}

	async lockRecipients(refs: readonly RecipientRef[]): Promise<readonly RecipientFacts[]> {
		return (await this.readRecipients(refs)).map((facts) => facts ?? unknownRecipient);
	}

	async readRecipients(refs: readonly RecipientRef[]): Promise<readonly (RecipientFacts | null)[]> {
		const result = new Array<RecipientFacts | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		for (const group of groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}`)) {
			const [first] = group;
			if (first === undefined) continue;
			const names = JSON.stringify(group.map(({ ref }) => ref.recipient));
			const found = new Map<string, RecipientFacts>();
			for (const cells of this.sql.all('recipientRead', first.ref.spine, first.ref.space, names)) {
				found.set(String(cells[0]), toFacts(cells, 1));
			}
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	async writeDeliveries(rows: readonly DeliveryRow[]): Promise<void> {
		const { alike, single } = splitAlike(rows);
		for (const { cells, slot, recipients } of alike) {
			this.sql.run('deliveryWriteAlike', ...cells, ...slot, JSON.stringify(recipients));
		}
		for (const row of single) this.sql.run('deliveryWrite', ...changeCells(row), ...keyCells(row.ref));
	}

	async writeRecipients(rows: readonly RecipientRow[]): Promise<void> {
		for (const { spine, space, recipient, facts } of rows) {
			this.sql.run('recipientWrite', spine, space, recipient, ...factCells(facts));
		}
	}

	async writeInputs(rows: readonly InputRow[]): Promise<void> {
		for (const { ref, text, digest } of rows) {
			this.sql.run('inputWrite', ...keyCells(ref), text);
			this.sql.run('deliveryDigest', digest, ...keyCells(ref));
		}
	}

	async listDeliveries(filter: DeliveryFilter, withInput: boolean): Promise<readonly LoadedDelivery[]> {
		const { spine = null, space = null, slot = null, after, limit } = filter;
		const states = jsonOrNull(filter.states);
		const input = withInput ? 1 : 0;
		if (spine !== null && space !== null && slot !== null) {
			const from = after?.recipient ?? '';
			return this.sql.all('deliveryListSlot', spine, space, slot, from, states, limit, input).map(toLoaded);
		}
		const from = after === undefined ? [spine ?? '', '', '', ''] : keyCells(after);
		return this.sql.all('deliveryList', ...from, spine, space, slot, states, limit, input).map(toLoaded);
	}

	async countStates({ spine, space, slot }: SlotRef): Promise<ReadonlyMap<DeliveryState, number>> {
		const rows = this.sql.all('slotCount', spine, space, slot);
		return new Map(rows.map(([state, count]) => [state as DeliveryState, Number(count)]));
	}

	async noteMessages(rows: readonly DeliveryRow[]): Promise<void> {
		for (const row of rows) {
			if (row.provider === null || row.providerMessageId === null) continue;
			if (row.providerMessageId.length > longestMessageId) continue;
			this.sql.run('messageNote', row.provider, row.providerMessageId, ...keyCells(row.ref));
		}
	}

	async findByMessage(provider: string, messageId: string): Promise<DeliveryRef | null> {
		const cells = this.sql.one('messageFind', provider, messageId);
		if (cells === null) return null;
		const [spine, space, slot, recipient] = cells.map(String) as [string, Space, string, string];
		return { spine, space, slot, recipient };
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
