import type { DeliveryRow, RecipientFacts } from '../../../core/delivery/transitions';
import type { DeliveryRef, Instant, Json } from '../../../core/delivery/types';
import type { OutboxPlan } from '../../../core/delivery/outbox';
import type { RefusalReason } from '../../../core/delivery/record';
import { refProblem } from '../../../core/delivery/refs';
import { inBatches } from '../batch';
import type { LedgerContext } from '../context';
import { EventCollector } from '../event-collector';
import { LockedRecipients } from '../recipients';
import type { LoadedDelivery, StoreTransaction } from '../store';
import { OutboxPages, type Queued } from './writes';

/** Why an operation does not touch a delivery. */
export interface RefusedBecause {
	readonly reason: RefusalReason;
	readonly explanation: string;
}

/** What a delivery has queued that writes nothing outside. */
export const nothingQueued: Queued = { outboxIds: [], writes: [] };

/** What is said of a delivery the ledger does not have. */
export const neverRegistered: RefusedBecause = {
	reason: 'unknown-delivery',
	explanation: 'The delivery was never registered.',
};

/**
 * Does an operation on a batch of deliveries, chunk by chunk, each in a transaction. A delivery that no key can name never
 * reaches the store: it is answered by `refused`.
 */
export function onDeliveries<Item extends { readonly ref: DeliveryRef }, Result>(
	{ store }: LedgerContext,
	batch: readonly Item[],
	refused: (because: RefusedBecause) => Result,
	work: (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
	const unusable = ({ ref }: Item): Result | null => {
		const problem = refProblem(ref);
		if (problem === null) return null;
		return refused({ reason: 'unknown-delivery', explanation: `The delivery cannot be a key: ${problem}.` });
	};
	return inBatches<Item, Result>(store, batch, ({ ref }) => ref, unusable, work);
}

/**
 * Deliveries of one batch in their transaction: loaded, their recipients locked, what was decided of them collected and
 * written at once at the end, events included.
 */
export class Chunk {
	private readonly changed: DeliveryRow[] = [];
	private readonly outbox = new OutboxPages();
	/** Places in the batch whose outside writes are queued. */
	private readonly queued: number[] = [];

	private constructor(
		private readonly tx: StoreTransaction,
		private readonly loaded: readonly (LoadedDelivery | null)[],
		private readonly recipients: LockedRecipients,
		private readonly events: EventCollector,
		/** The moment of every decision. */
		readonly now: Instant,
	) {}

	/** Loads the deliveries and locks their recipients; `operation` names the events' origin. */
	static async open(tx: StoreTransaction, operation: string, refs: readonly DeliveryRef[]): Promise<Chunk> {
		const loaded = await tx.loadDeliveries(refs, false);
		const recipients = await LockedRecipients.lock(tx, loaded);
		return new Chunk(tx, loaded, recipients, new EventCollector(operation), await tx.now());
	}

	/** The delivery at this place of the batch; `null` if it was never registered. */
	at(place: number): DeliveryRow | null {
		return this.loaded[place]?.row ?? null;
	}

	/** The recipient's facts, as the decisions before left them. */
	recipientOf(ref: DeliveryRef): RecipientFacts {
		return this.recipients.of(ref);
	}

	/** Keeps a delivery that changed, and its recipient's facts if they did. */
	keep(row: DeliveryRow, recipient?: RecipientFacts, detail?: Json): void {
		this.changed.push(row);
		this.events.changed(row, detail);
		if (recipient !== undefined) this.recipients.set(row, recipient);
	}

	/** Keeps the facts of a recipient whose delivery did not change. */
	keepRecipient(row: DeliveryRow, recipient: RecipientFacts): void {
		this.recipients.set(row, recipient);
	}

	/** Queues what a committed delivery writes outside by the plan of its spine; see `loadPlans`. */
	queue(
		place: number,
		row: DeliveryRow,
		{ committedCount }: RecipientFacts,
		plan: OutboxPlan | null | undefined,
	): void {
		this.outbox.add(row, committedCount, plan, this.events, this.now);
		this.queued.push(place);
	}

	/** Notes a refusal, and gives it back as a result holds it. */
	refuse(ref: DeliveryRef, token: number, { reason, explanation }: RefusedBecause): RefusedBecause {
		this.events.note('deliveries.refused', ref, token, reason);
		return { reason, explanation };
	}

	/** Writes everything. Returns what was queued to be written outside, by place in the batch. */
	async write(): Promise<ReadonlyMap<number, Queued>> {
		const { tx, changed } = this;
		if (changed.length > 0) await tx.writeDeliveries(changed);
		if (this.queued.length > 0) await tx.noteMessages(changed);
		await this.recipients.write(tx);
		const pages = await this.outbox.write(tx);
		await this.events.write(tx, this.now);
		return new Map(this.queued.map((place, at) => [place, pages[at] ?? nothingQueued]));
	}
}
