import { hash } from 'node:crypto';
import { absent, type RowDigest, StateNotes, type StateTable } from '../../app/ledger/history/state';
import type { RecipientRow } from '../../app/ledger/store';
import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import { unknownRecipient } from '../../core/delivery/transitions';
import type { DeliveryRef } from '../../core/delivery/types';
import type { Cells } from './statement';
import { deliveryColumns, recipientColumns } from './tables';

/** Digest of a row's cells, in the order of {@link stateColumns}: 128 bits of SHA-256. */
export const digestOf = (cells: Cells): RowDigest =>
	hash('sha256', JSON.stringify(cells), 'base64url').slice(0, 22);

const idOf = ({ spine, space, slot, recipient }: DeliveryRef): string =>
	`${spine}\u0000${space}\u0000${slot}\u0000${recipient}`;

const nobody = JSON.stringify(recipientColumns.cells(unknownRecipient));

/** Digest of what is known of a recipient; of one of whom nothing is known, the same as of none. */
export function recipientDigest(cells: Cells): RowDigest {
	const text = JSON.stringify(cells);
	return text === nobody ? absent : hash('sha256', text, 'base64url').slice(0, 22);
}

/**
 * Sees what one transaction reads under a lock and what it writes, and notes the digests of each row before and after:
 * they are kept with the transaction's first event.
 */
export class Witness {
	readonly notes = new StateNotes();
	/** Rows as they were read under a lock. */
	private readonly deliveries = new Map<string, Cells>();
	private readonly facts = new Map<string, RecipientFacts>();
	private readonly others = new Map<string, RowDigest>();

	/** A delivery that was read and locked, by its cells in the order of the table. */
	sawDelivery(ref: DeliveryRef, cells: Cells): void {
		this.deliveries.set(idOf(ref), cells);
	}

	wroteDelivery(row: DeliveryRow, isNew: boolean): void {
		const { spine, space, slot, recipient } = row.ref;
		const cells = deliveryColumns.cells(row);
		const before = isNew ? absent : this.beforeOf(row.ref);
		this.notes.note('deliveries', [spine, space, slot], recipient, digestOf(cells), before);
	}

	private beforeOf(ref: DeliveryRef): RowDigest | undefined {
		const cells = this.deliveries.get(idOf(ref));
		return cells && digestOf(cells);
	}

	/** A delivery that goes on under another name: the chain tells of it under that name, from its beginning on. */
	movedDelivery(former: DeliveryRow, row: DeliveryRow): void {
		const { spine, space, slot, recipient } = row.ref;
		const after = digestOf(deliveryColumns.cells(row));
		this.notes.note('deliveries', [spine, space, slot], recipient, after, this.beforeOf(former.ref));
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
