import {
	absent,
	type GroupNotes,
	type RowDigest,
	StateNotes,
	type StateTable,
} from '../../app/ledger/history/state';
import type { RecipientRow } from '../../app/ledger/store';
import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import { unknownRecipient } from '../../core/delivery/transitions';
import type { DeliveryRef, Space } from '../../core/delivery/types';
import { digestOf, digestOfText, RowDigests } from './row-digests';
import type { Cells } from './statement';
import { deliveryColumns, recipientColumns } from './tables';

const nobody = JSON.stringify(recipientColumns.cells(unknownRecipient));

/** Digest of what is known of a recipient; of one of whom nothing is known, the same as of none. */
export function recipientDigest(cells: Cells): RowDigest {
	const text = JSON.stringify(cells);
	return text === nobody ? absent : digestOfText(text);
}

/** A row as it was read: its cells, among those of the statement from `from` on. */
interface Seen {
	readonly cells: Cells;
	readonly from: number;
}

/** What is noted of the deliveries of one slot. */
interface SlotNotes {
	readonly spine: string;
	readonly space: Space;
	readonly slot: string;
	/** Rows as they were read under a lock, by recipient. */
	readonly seen: Map<string, Seen>;
	notes: GroupNotes | null;
}

/**
 * Sees what one transaction reads under a lock and what it writes, and notes the digests of each row before and after:
 * they are kept with the transaction's first event.
 */
export class Witness {
	readonly notes = new StateNotes();
	private readonly slots = new Map<string, SlotNotes>();
	/** Of the delivery before: a batch mostly goes on in the same slot. */
	private last: SlotNotes | null = null;
	private readonly before = new RowDigests(deliveryColumns.length, deliveryColumns.at.inputDigest);
	private readonly after = new RowDigests(deliveryColumns.length, deliveryColumns.at.inputDigest);
	private readonly facts = new Map<string, RecipientFacts>();
	private readonly others = new Map<string, RowDigest>();

	private slotOf({ spine, space, slot }: DeliveryRef): SlotNotes {
		const { last } = this;
		if (last !== null && last.slot === slot && last.spine === spine && last.space === space) return last;
		const id = `${spine}\u0000${space}\u0000${slot}`;
		let found = this.slots.get(id);
		if (found === undefined) {
			found = { spine, space, slot, seen: new Map(), notes: null };
			this.slots.set(id, found);
		}
		return (this.last = found);
	}

	/** A delivery that was read and locked, by its cells in the order of the table, which begin at `from`. */
	sawDelivery(ref: DeliveryRef, cells: Cells, from: number): void {
		this.slotOf(ref).seen.set(ref.recipient, { cells, from });
	}

	wroteDelivery(row: DeliveryRow, isNew: boolean): void {
		this.noteDelivery(row, isNew ? absent : this.beforeOf(row.ref));
	}

	private noteDelivery(row: DeliveryRow, before: RowDigest | undefined): void {
		const slot = this.slotOf(row.ref);
		slot.notes ??= this.notes.group('deliveries', [slot.spine, slot.space, slot.slot]);
		slot.notes.note(row.ref.recipient, this.after.of(deliveryColumns.cells(row)), before);
	}

	private beforeOf(ref: DeliveryRef): RowDigest | undefined {
		const seen = this.slotOf(ref).seen.get(ref.recipient);
		return seen && this.before.of(seen.cells, seen.from);
	}

	/** A delivery that goes on under another name: the chain tells of it under that name, from its beginning on. */
	movedDelivery(former: DeliveryRow, row: DeliveryRow): void {
		this.noteDelivery(row, this.beforeOf(former.ref));
	}

	/** What is known of a recipient, unchanged, under another name. */
	movedRecipient({ spine, space, recipient, facts }: RecipientRow): void {
		const digest = recipientDigest(recipientColumns.cells(facts));
		this.notes.note('recipients', [spine, space], recipient, digest, digest);
	}

	sawRecipient(spine: string, space: string, recipient: string, facts: RecipientFacts): void {
		this.facts.set(`${spine}\u0000${space}\u0000${recipient}`, facts);
	}

	wroteRecipient({ spine, space, recipient, facts }: RecipientRow): void {
		const before = this.facts.get(`${spine}\u0000${space}\u0000${recipient}`);
		this.notes.note(
			'recipients',
			[spine, space],
			recipient,
			recipientDigest(recipientColumns.cells(facts)),
			before && recipientDigest(recipientColumns.cells(before)),
		);
	}

	/** Any other row, read under a lock; `null` where there was none. */
	saw(table: StateTable, path: readonly string[], cells: Cells | null): void {
		this.others.set([table, ...path].join('\u0000'), cells === null ? absent : digestOf(cells));
	}

	/** Any other row, as it stands now; `null` where it was removed. */
	wrote(table: StateTable, path: readonly string[], cells: Cells | null): void {
		const before = this.others.get([table, ...path].join('\u0000'));
		const after = cells === null ? absent : digestOf(cells);
		this.notes.note(table, path.slice(0, -1), path.at(-1) ?? '', after, before);
	}
}
