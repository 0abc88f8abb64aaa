import type { Instant, Milliseconds } from './types';

/** At most so many starts in any window of this length. */
export interface RateLimit {
	readonly most: number;
	readonly windowMs: Milliseconds;
}

/** What was given out of one limit. */
export interface Given {
	/** The last starts that were given, ascending, as many as the limit allows in a window. */
	readonly starts: readonly Instant[];
	/** Nothing starts before. */
	readonly heldUntil: Instant;
}

export const nothingGiven: Given = { starts: [], heldUntil: 0 };

/** By how much two calls may differ in the time they take to arrive: what a network does, whatever the window. */
const jitterMs: Milliseconds = 30;

/**
 * How long a start that was given for an instant may be used: processes take several at once, and are late. It costs the
 * same share of the rate.
 */
export const startLifeMs = ({ windowMs }: RateLimit): Milliseconds => windowMs * 0.05;

/** A start that lies further ahead than this was given by a clock that was ahead: nobody waits so long. */
const mostAheadMs: Milliseconds = 3_600_000;

/**
 * The next starts, in the order in which they are asked for. One that is used at the end of its life and one that is
 * used at once stand further apart than a window still.
 */
export function giveStarts(
	given: Given,
	limit: RateLimit,
	wanted: number,
	now: Instant,
): { readonly starts: readonly Instant[]; readonly given: Given } {
	const { most, windowMs } = limit;
	const span = windowMs + startLifeMs(limit) + jitterMs;
	const latest = now + mostAheadMs;
	const heldUntil = given.heldUntil > latest ? 0 : given.heldUntil;
	const starts = given.starts.filter((start) => start <= latest);
	const before = starts.length;
	for (let count = 0; count < wanted; count += 1) {
		const oldest = starts[starts.length - most];
		const last = starts.at(-1) ?? 0;
		starts.push(Math.ceil(Math.max(now, last, heldUntil, oldest === undefined ? 0 : oldest + span)));
	}
	return { starts: starts.slice(before), given: { starts: starts.slice(-most), heldUntil } };
}

/** Nothing more starts before `until`. What was given before counts on: not every process hears of it in time. */
export const holdStarts = (given: Given, until: Instant): Given => ({
	...given,
	heldUntil: Math.max(given.heldUntil, until),
});
