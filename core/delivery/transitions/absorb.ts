import type { Instant } from '../types';
import type { DeliveryRow, RecipientFacts } from './facts';
import { missed } from './lapse';

const later = (a: Instant | null, b: Instant | null): Instant | null =>
	a === null || b === null ? (a ?? b) : Math.max(a, b);

/**
 * What is known of a recipient once another one turned out to be the same person: what either was sent counts for both.
 * A send of the other that is under way or in doubt counts as sent from the end of its lease on, since this recipient
 * cannot settle it. Absorbing twice changes nothing.
 */
export function absorbed(own: RecipientFacts, former: RecipientFacts): RecipientFacts {
	const newer = former.lastOpensAt !== null && former.lastOpensAt > (own.lastOpensAt ?? -Infinity);
	const doubt = former.sendingSlot === null ? null : (former.sendingUntil ?? former.sendingSince);
	return {
		...own,
		lastSentAt: later(own.lastSentAt, former.lastSentAt),
		lastSlot: newer ? former.lastSlot : own.lastSlot,
		lastOpensAt: newer ? former.lastOpensAt : own.lastOpensAt,
		doubtfulAt: later(own.doubtfulAt, later(former.doubtfulAt, doubt)),
		committedCount: Math.max(own.committedCount, former.committedCount),
	};
}

/**
 * What becomes of a delivery whose recipient is part of another one now: nothing of it was sent, so the slot is the
 * other's. `null` for what was sent, may have been sent, or ended before.
 */
export function givenUp(row: DeliveryRow, into: string, now: Instant): DeliveryRow | null {
	const open = row.state === 'due' || row.state === 'claimed' || (row.state === 'failed' && row.retryable);
	return open ? missed(row, now, `The contact is part of contact ${into} now, which has the slot.`) : null;
}
