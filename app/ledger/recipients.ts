import { type DeliveryRow, type RecipientFacts, unknownRecipient } from '../../core/delivery/transitions';
import type { DeliveryRef } from '../../core/delivery/types';
import { compareText } from '../../core/delivery/refs';
import type { LoadedDelivery, RecipientRef, StoreTransaction } from './store';

const recipientId = (ref: RecipientRef): string => `${ref.spine}\u0000${ref.space}\u0000${ref.recipient}`;

/** Of recipients of whom nothing is known, what is remembered of those that were erased: the gap holds for them, too. */
async function erasedAmong(
	tx: StoreTransaction,
	refs: readonly RecipientRef[],
	read: readonly (RecipientFacts | null)[],
): Promise<readonly (readonly [RecipientRef, RecipientFacts])[]> {
	const unknown = refs.filter((_ref, at) => isUnknown(read[at] ?? unknownRecipient));
	if (unknown.length === 0) return [];
	const remembered = await tx.erasure.remembered(unknown);
	return unknown.flatMap((ref, at) => {
		const found = remembered[at] ?? null;
		return found === null ? [] : [[ref, found.facts] as const];
	});
}

const isUnknown = ({ lastSentAt, lastOpensAt, sendingSlot, doubtfulAt }: RecipientFacts): boolean =>
	lastSentAt === null && lastOpensAt === null && sendingSlot === null && doubtfulAt === null;

/** What is known of the recipients of one chunk, locked: a decision sees what the decisions before it did. */
export class LockedRecipients {
	private readonly touched = new Set<string>();

	private constructor(
		private readonly refs: ReadonlyMap<string, RecipientRef>,
		private readonly facts: Map<string, RecipientFacts>,
	) {}

	/** Locks the recipients of these deliveries, in sorted order. */
	static async lock(
		tx: StoreTransaction,
		rows: readonly (LoadedDelivery | null)[],
	): Promise<LockedRecipients> {
		return await LockedRecipients.lockRefs(
			tx,
			rows.flatMap((loaded) => (loaded === null ? [] : [loaded.row.ref])),
		);
	}

	/** Locks these recipients, in sorted order. */
	static async lockRefs(tx: StoreTransaction, wanted: readonly RecipientRef[]): Promise<LockedRecipients> {
		const refs = new Map<string, RecipientRef>();
		for (const { spine, space, recipient } of wanted) {
			const ref = { spine, space, recipient };
			refs.set(recipientId(ref), ref);
		}
		const sorted = [...refs.values()].sort(
			(a, b) =>
				compareText(a.spine, b.spine) ||
				compareText(a.space, b.space) ||
				compareText(a.recipient, b.recipient),
		);
		const facts = new Map<string, RecipientFacts>();
		if (sorted.length > 0) {
			const read = await tx.lockRecipients(sorted);
			sorted.forEach((ref, index) => facts.set(recipientId(ref), read[index] ?? unknownRecipient));
			for (const [ref, known] of await erasedAmong(tx, sorted, read)) facts.set(recipientId(ref), known);
		}
		return new LockedRecipients(refs, facts);
	}

	/** Writes down what is remembered of those among these recipients who were erased and come back. */
	static async readmit(tx: StoreTransaction, refs: readonly RecipientRef[]): Promise<void> {
		const known = await tx.erasure.remembered(refs);
		const erased = refs.filter((_ref, at) => (known[at] ?? null) !== null);
		if (erased.length === 0) return;
		const stored = await tx.readRecipients(erased);
		const back = erased.filter((_ref, at) => isUnknown(stored[at] ?? unknownRecipient));
		const recipients = await LockedRecipients.lockRefs(tx, back);
		for (const ref of back) recipients.touched.add(recipientId(ref));
		await recipients.write(tx);
	}

	of(ref: DeliveryRef): RecipientFacts {
		return this.facts.get(recipientId(ref)) ?? unknownRecipient;
	}

	set(row: Pick<DeliveryRow, 'ref'>, facts: RecipientFacts): void {
		const id = recipientId(row.ref);
		this.facts.set(id, facts);
		this.touched.add(id);
	}

	async write(tx: StoreTransaction): Promise<void> {
		const rows = [...this.touched].sort().flatMap((id) => {
			const ref = this.refs.get(id);
			const facts = this.facts.get(id);
			return ref === undefined || facts === undefined ? [] : [{ ...ref, facts }];
		});
		if (rows.length > 0) await tx.writeRecipients(rows);
	}
}
