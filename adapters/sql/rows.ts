import type { OutboxEntry } from '../../core/delivery/outbox';
import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import type { DeliveryRef, DeliveryState, FailureClass, Outcome, Space } from '../../core/delivery/types';
import type { LoadedDelivery } from '../../app/ledger/store';
import type { Cells } from './statement';
import { deliveryColumns, deliveryKey, outboxColumns, recipientColumns } from './tables';

const d = deliveryColumns.at;
const r = recipientColumns.at;
const k = deliveryKey.at;

/** Key and row of a delivery: what is selected of `deliveries`. */
export const toDelivery = (cells: Cells): DeliveryRow => toRow(refIn(cells), cells, deliveryKey.length);

/** The key at the beginning of a row. */
export const refIn = (cells: Cells): DeliveryRef => ({
	spine: cells[k.spine] as string,
	space: cells[k.space] as Space,
	slot: cells[k.slot] as string,
	recipient: cells[k.recipient] as string,
});

/**
 * Row of a delivery whose cells begin at `from`. Written out, as the facts below: batches read tens of thousands of them,
 * and a row that is filled property by property takes three times as long.
 */
export function toRow(ref: DeliveryRef, cells: Cells, from: number): DeliveryRow {
	return {
		ref,
		state: cells[from + d.state] as DeliveryState,
		opensAt: cells[from + d.opensAt] as number,
		closesAt: cells[from + d.closesAt] as number,
		cadenceIndex: cells[from + d.cadenceIndex] as number,
		inputDigest: cells[from + d.inputDigest] as string,
		token: cells[from + d.token] as number,
		owner: cells[from + d.owner] as string | null,
		leaseUntil: cells[from + d.leaseUntil] as number | null,
		attempts: cells[from + d.attempts] as number,
		sendingSince: cells[from + d.sendingSince] as number | null,
		sentAt: cells[from + d.sentAt] as number | null,
		committedAt: cells[from + d.committedAt] as number | null,
		provider: cells[from + d.provider] as string | null,
		providerMessageId: cells[from + d.providerMessageId] as string | null,
		failureClass: cells[from + d.failureClass] as FailureClass | null,
		retryable: cells[from + d.retryable] === 1,
		reason: cells[from + d.reason] as string | null,
		outcome: cells[from + d.outcome] as Outcome | null,
		outcomeAt: cells[from + d.outcomeAt] as number | null,
		release: cells[from + d.release] as string | null,
		variant: cells[from + d.variant] as string | null,
		registeredAt: cells[from + d.registeredAt] as number,
		updatedAt: cells[from + d.updatedAt] as number,
		assetId: cells[from + d.assetId] as string | null,
	};
}

/** What is known of a recipient, from the cell at `from` on. */
export function toFacts(cells: Cells, from: number): RecipientFacts {
	return {
		lastSentAt: cells[from + r.lastSentAt] as number | null,
		lastSlot: cells[from + r.lastSlot] as string | null,
		lastOpensAt: cells[from + r.lastOpensAt] as number | null,
		sendingSlot: cells[from + r.sendingSlot] as string | null,
		sendingSince: cells[from + r.sendingSince] as number | null,
		sendingUntil: cells[from + r.sendingUntil] as number | null,
		doubtfulAt: cells[from + r.doubtfulAt] as number | null,
		// Absent where the recipient has no row yet: its first confirmation makes it.
		committedCount: Number(cells[from + r.committedCount] ?? 0),
	};
}

/** A delivery whose row begins at `from`, then what is known of its recipient and, last, its input. */
export function toLoaded(ref: DeliveryRef, cells: Cells, from: number): LoadedDelivery {
	const facts = from + deliveryColumns.length;
	const input = cells[facts + recipientColumns.length] ?? null;
	return {
		row: toRow(ref, cells, from),
		facts: toFacts(cells, facts),
		input: input === null ? null : String(input),
	};
}

export const toOutboxEntry = (cells: Cells): OutboxEntry => ({
	...outboxColumns.read(cells, deliveryKey.length),
	ref: deliveryKey.read(cells),
});
