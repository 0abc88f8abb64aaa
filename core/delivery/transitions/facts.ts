import type { DeliveryRecord, RefusalReason } from '../record';
import type { Instant, Milliseconds } from '../types';

/** A delivery as the machine sees it; the frozen input stays outside. */
export type DeliveryRow = Omit<DeliveryRecord, 'input'>;

/** What the machine must know of a spine to decide. Times in milliseconds. */
export interface SpineFacts {
	readonly spine: string;
	readonly paused: boolean;
	readonly leaseMs: Milliseconds;
	readonly sendLeaseMs: Milliseconds;
	readonly replaysPerSlot: number;
	/** Least time between two sends to one recipient (promise 4). */
	readonly minimumGapMs: Milliseconds;
	/** Slots that opened before this instant have been looked at. */
	readonly sweptUntil: Instant;
}

/**
 * What the ledger remembers of one recipient on one spine in one key space. It outlives the deliveries, so that
 * pruning never opens the way to a second send.
 */
export interface RecipientFacts {
	readonly lastSentAt: Instant | null;
	readonly lastSlot: string | null;
	/** When the slot of the last commit opened: no slot that opened earlier is served afterwards. */
	readonly lastOpensAt: Instant | null;
	/** The slot whose send began and did not end yet (under way or in doubt). */
	readonly sendingSlot: string | null;
	readonly sendingSince: Instant | null;
	/** End of the lease of that send: the latest instant at which it can have left. */
	readonly sendingUntil: Instant | null;
	/** Lease end of the latest in-doubt send that a later slot's send has displaced from the mark. */
	readonly doubtfulAt: Instant | null;
	readonly committedCount: number;
}

/** A recipient nobody has sent to. */
export const unknownRecipient: RecipientFacts = {
	lastSentAt: null,
	lastSlot: null,
	lastOpensAt: null,
	sendingSlot: null,
	sendingSince: null,
	sendingUntil: null,
	doubtfulAt: null,
	committedCount: 0,
};

/** The state machine's no. `row` is set when the look itself changed the row, which must then be stored. */
export interface Refusal {
	readonly kind: 'refused';
	readonly reason: RefusalReason;
	readonly explanation: string;
	readonly row?: DeliveryRow;
}

/** The state machine's yes: what to store. `recipient` is set when the recipient's facts change too. */
export interface Step {
	readonly kind: 'step';
	readonly row: DeliveryRow;
	readonly recipient?: RecipientFacts;
}

export const refuse = (reason: RefusalReason, explanation: string, row?: DeliveryRow): Refusal => ({
	kind: 'refused',
	reason,
	explanation,
	...(row === undefined ? {} : { row }),
});

/** Whether the lease of a claim or of a send is over. A lease ends at its last millisecond, inclusive of none. */
export const leaseOver = (row: DeliveryRow, now: Instant): boolean =>
	row.leaseUntil === null || now >= row.leaseUntil;

/** Grants a slot has: the first claim and its replays. */
export const grantsPerSlot = (spine: SpineFacts): number => 1 + spine.replaysPerSlot;

/** ISO 8601 in UTC, to the second where milliseconds are zero. */
export const iso = (instant: Instant): string => new Date(instant).toISOString().replace('.000Z', 'Z');

/** The recipient's facts once the send of `slot` is settled as not sent. */
export function withoutSend(recipient: RecipientFacts, slot: string): RecipientFacts {
	return recipient.sendingSlot === slot
		? { ...recipient, sendingSlot: null, sendingSince: null, sendingUntil: null }
		: recipient;
}

/** The recipient's facts once a send in `slot` begins. A send of another slot, in doubt by then, is remembered. */
export function withSending(
	recipient: RecipientFacts,
	slot: string,
	since: Instant,
	until: Instant,
): RecipientFacts {
	const displaced = recipient.sendingSlot !== null && recipient.sendingSlot !== slot;
	const doubtfulAt = displaced
		? Math.max(recipient.sendingUntil ?? since, recipient.doubtfulAt ?? 0)
		: recipient.doubtfulAt;
	return { ...recipient, sendingSlot: slot, sendingSince: since, sendingUntil: until, doubtfulAt };
}

/**
 * The recipient's facts once the delivery `row` was sent at `sentAt`. The count goes on from the larger of our own and
 * `deliveredBefore`, so that a recipient adopted from another system keeps its count.
 */
export function withSend(
	recipient: RecipientFacts,
	row: DeliveryRow,
	sentAt: Instant,
	deliveredBefore = 0,
): RecipientFacts {
	const latest = recipient.lastOpensAt === null || row.opensAt >= recipient.lastOpensAt;
	return {
		...withoutSend(recipient, row.ref.slot),
		lastSentAt: Math.max(sentAt, recipient.lastSentAt ?? sentAt),
		lastSlot: latest ? row.ref.slot : recipient.lastSlot,
		lastOpensAt: latest ? row.opensAt : recipient.lastOpensAt,
		committedCount: Math.max(recipient.committedCount, deliveredBefore) + 1,
	};
}
