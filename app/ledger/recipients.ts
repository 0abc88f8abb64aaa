import { type DeliveryRow, type RecipientFacts, unknownRecipient } from '../../core/delivery/transitions';
import type { DeliveryRef } from '../../core/delivery/types';
import { compareText } from '../../core/delivery/refs';
import type { LoadedDelivery, RecipientRef, StoreTransaction } from './store';

const recipientId = (ref: RecipientRef): string => `${ref.spine}\u0000${ref.space}\u0000${ref.recipient}`;

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
		}
		return new LockedRecipients(refs, facts);
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
