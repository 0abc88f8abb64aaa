import type { ClientBase } from 'pg';
import { type DeliveryRow, type RecipientFacts, unknownRecipient } from '../../core/delivery/machine';
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
	toEventRow,
	toFacts,
	toLoaded,
	toOutboxEntry,
	toSlot,
	toSpine,
} from '../sql/columns';
import { groupBy } from '../sql/group';
import { defaultRetryMs } from '../sql/outbox';
import { PostgresRecords } from './records';
import { type StatementName, statements } from './sql.generated';

type Parameter = Cell | readonly Cell[];

const keyCells = (ref: DeliveryRef): Cell[] => [ref.spine, ref.space, ref.slot, ref.recipient];

/** Turns rows of cells into columns of cells: what `unnest` takes. */
function columns(rows: readonly (readonly Cell[])[]): Cell[][] {
	const width = rows[0]?.length ?? 0;
	return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
}

/** The store's transaction on Postgres, READ COMMITTED. Rows are locked in key order before they are read. */
export class PostgresTransaction implements StoreTransaction {
	readonly records: PostgresRecords;
	readonly figures: PostgresRecords;

	constructor(
		private readonly client: ClientBase,
		private readonly clock: (() => Instant) | null,
	) {
		this.records = new PostgresRecords(client);
		this.figures = this.records;
	}

	private async all(name: StatementName, ...values: Parameter[]): Promise<readonly Cell[][]> {
		const result = await this.client.query<Cell[]>({
			text: statements[name],
			values: values as unknown[],
			rowMode: 'array',
		});
		return result.rows;
	}

	private async run(name: StatementName, ...values: Parameter[]): Promise<number> {
		const result = await this.client.query({ text: statements[name], values: values as unknown[] });
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

	async noteSlots(slots: readonly SlotRow[]): Promise<void> {
		for (const { spine, space, slot, opensAt, closesAt } of slots) {
			await this.run('slotNote', spine, space, slot, opensAt, closesAt);
		}
	}

	async unsettledSlots(spine: string): Promise<readonly SlotRow[]> {
		return (await this.all('slotsUnsettled', spine)).map(toSlot);
	}

	async knownSlots(spine: string, space: Space, slots: readonly string[]): Promise<ReadonlySet<string>> {
		return new Set((await this.all('slotsKnown', spine, space, slots)).map(([slot]) => String(slot)));
	}

	async settleSlot({ spine, space, slot }: SlotRef): Promise<void> {
		await this.run('slotSettle', spine, space, slot);
	}

	async insertDeliveries(
		rows: readonly DeliveryRow[],
		inputs: readonly (string | null)[],
	): Promise<readonly boolean[]> {
		const inserted = await this.all('deliveryInsert', ...columns(rows.map(deliveryCells)));
		const keys = new Set(inserted.map((key) => key.join('\u0000')));
		const result = rows.map((row) => keys.has(keyCells(row.ref).join('\u0000')));
		const texts: InputRow[] = [];
		rows.forEach((row, index) => {
			const text = inputs[index] ?? null;
			if (result[index] === true && text !== null) texts.push({ ref: row.ref, text });
		});
		await this.writeInputs(texts);
		return result;
	}

	loadDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.load(refs, withInput, true);
	}

	readDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.load(refs, withInput, false);
	}

	/** Locks in one statement and reads in the next, whose snapshot sees what the lock waited for. */
	private async load(
		refs: readonly DeliveryRef[],
		withInput: boolean,
		lock: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		const result = new Array<LoadedDelivery | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		const groups = groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}\u0000${ref.slot}`);
		const wanted = groups.map((group) => {
			const { spine, space, slot } = group[0]?.ref as DeliveryRef;
			return [spine, space, slot, group.map(({ ref }) => ref.recipient)] as const;
		});
		if (lock) for (const key of wanted) await this.run('deliveryLock', ...key);
		for (const [index, group] of groups.entries()) {
			const key = wanted[index];
			if (key === undefined) continue;
			const found = new Map<string, LoadedDelivery>();
			for (const cells of await this.all(withInput ? 'deliveryLoadInput' : 'deliveryLoad', ...key)) {
				found.set(String(cells[3]), toLoaded(cells));
			}
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	async lockRecipients(refs: readonly RecipientRef[]): Promise<readonly RecipientFacts[]> {
		const facts = await this.recipients(refs, 'lock');
		return facts.map((one) => one ?? unknownRecipient);
	}

	readRecipients(refs: readonly RecipientRef[]): Promise<readonly (RecipientFacts | null)[]> {
		return this.recipients(refs, 'read');
	}

	private async recipients(
		refs: readonly RecipientRef[],
		how: 'lock' | 'read',
	): Promise<readonly (RecipientFacts | null)[]> {
		const result = new Array<RecipientFacts | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		for (const group of groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}`)) {
			const [first] = group;
			if (first === undefined) continue;
			const key = [first.ref.spine, first.ref.space, group.map(({ ref }) => ref.recipient)] as const;
			if (how === 'lock') await this.run('recipientAdd', ...key);
			const found = new Map<string, RecipientFacts>();
			for (const cells of await this.all(how === 'lock' ? 'recipientLock' : 'recipientRead', ...key)) {
				found.set(String(cells[0]), toFacts(cells, 1));
			}
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	async writeDeliveries(rows: readonly DeliveryRow[]): Promise<void> {
		await this.run('deliveryWrite', ...columns(rows.map(changeCells)));
	}

	async writeRecipients(rows: readonly RecipientRow[]): Promise<void> {
		const cells = rows.map(({ spine, space, recipient, facts }) => [
			...factCells(facts),
			spine,
			space,
			recipient,
		]);
		await this.run('recipientWrite', ...columns(cells));
	}

	async writeInputs(rows: readonly InputRow[]): Promise<void> {
		if (rows.length === 0) return;
		await this.run('inputWrite', ...columns(rows.map(({ ref, text }) => [...keyCells(ref), text])));
	}

	async listDeliveries(filter: DeliveryFilter, withInput: boolean): Promise<readonly LoadedDelivery[]> {
		const { spine = null, space = null, slot = null, states = null, after, limit } = filter;
		if (spine !== null && space !== null && slot !== null) {
			const from = after?.recipient ?? '';
			const rows = await this.all(
				'deliveryListSlot',
				spine,
				space,
				slot,
				from,
				states,
				limit,
				withInput as unknown as Cell,
			);
			return rows.map(toLoaded);
		}
		const from = after === undefined ? [spine ?? '', '', '', ''] : keyCells(after);
		const input = withInput as unknown as Cell;
		return (await this.all('deliveryList', ...from, spine, space, slot, states, limit, input)).map(toLoaded);
	}

	async countStates({ spine, space, slot }: SlotRef): Promise<ReadonlyMap<DeliveryState, number>> {
		const rows = await this.all('slotCount', spine, space, slot);
		return new Map(rows.map(([state, count]) => [state as DeliveryState, Number(count)]));
	}

	async noteMessages(rows: readonly DeliveryRow[]): Promise<void> {
		const cells = rows.flatMap((row) =>
			row.provider === null ||
			row.providerMessageId === null ||
			row.providerMessageId.length > longestMessageId
				? []
				: [[row.provider, row.providerMessageId, ...keyCells(row.ref)]],
		);
		if (cells.length > 0) await this.run('messageNote', ...columns(cells));
	}

	async findByMessage(provider: string, messageId: string): Promise<DeliveryRef | null> {
		const [cells] = await this.all('messageFind', provider, messageId);
		if (cells === undefined) return null;
		const [spine, space, slot, recipient] = cells.map(String) as [string, Space, string, string];
		return { spine, space, slot, recipient };
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
