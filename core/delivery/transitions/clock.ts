import type { Slot } from '../cadence';
import type { Instant, Milliseconds } from '../types';
import type { DeliveryRow, RecipientFacts } from './facts';

const DAY: Milliseconds = 86_400_000;

/** A spine whose last look is further back is one nobody uses, or the clock is wrong: two of the longest cadences, which are a year. */
export const MOST_AHEAD_MS: Milliseconds = 800 * DAY;

/** How far a clock may be set back and is still believed: clocks are corrected by seconds. */
export const MOST_BEHIND_MS: Milliseconds = 3_600_000;

/**
 * Whether a clock can be believed by a spine that has looked at all slots that opened before `sweptUntil`: `ahead` if too much
 * time has passed since, `behind` if what was looked at lies in the future, `null` if it can.
 */
export function clockProblem(sweptUntil: Instant, now: Instant): 'ahead' | 'behind' | null {
	if (now - sweptUntil > MOST_AHEAD_MS) return 'ahead';
	return sweptUntil - now > MOST_BEHIND_MS ? 'behind' : null;
}

const notAfter = (at: Instant | null, now: Instant): Instant | null =>
	at === null ? null : Math.min(at, now);

/**
 * A recipient's facts without what lies in the future of a clock that is right again; the same object if nothing does. When
 * such a send really left nobody knows: it counts as sent now, and as this slot's.
 *
 * @param slot the slot that is open, or the last one that was
 */
export function withoutFuture(
	facts: RecipientFacts,
	slot: Pick<Slot, 'id' | 'opensAt'>,
	now: Instant,
): RecipientFacts {
	const slotAhead = facts.lastOpensAt !== null && facts.lastOpensAt > now;
	const times = [facts.lastSentAt, facts.sendingSince, facts.doubtfulAt];
	// A lease that was taken a moment ago ends after now, and rightly so.
	const sendAhead = facts.sendingSince !== null && facts.sendingSince > now;
	if (!slotAhead && times.every((at) => at === null || at <= now)) return facts;
	return {
		...facts,
		lastSentAt: notAfter(facts.lastSentAt, now),
		lastSlot: slotAhead ? slot.id : facts.lastSlot,
		lastOpensAt: slotAhead ? slot.opensAt : facts.lastOpensAt,
		sendingSince: notAfter(facts.sendingSince, now),
		sendingUntil: sendAhead ? now : facts.sendingUntil,
		doubtfulAt: notAfter(facts.doubtfulAt, now),
	};
}

/** A claimed or begun delivery whose lease was taken in the future: the lease is over; the same object if it was not. */
export function withoutFutureLease(row: DeliveryRow, now: Instant): DeliveryRow {
	if (row.leaseUntil === null || row.updatedAt <= now) return row;
	return { ...row, leaseUntil: now, sendingSince: notAfter(row.sendingSince, now), updatedAt: now };
}
