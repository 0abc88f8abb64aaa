import type { Instant, Milliseconds } from '../delivery/types';

/** Calls of one window: how many it has, and how many are left. */
export interface CallsLeft {
	readonly left: number;
	readonly most: number;
}

/** What another system said of its limits with its last answer. */
export interface CallLimits {
	readonly at: Instant;
	readonly day: CallsLeft | null;
	/** The short window, and how long it is. */
	readonly burst: (CallsLeft & { readonly windowMs: Milliseconds }) | null;
}

/** The same, with whose limits they are. */
export interface LimitsSight extends CallLimits {
	/** What the other system is called, in sentences. */
	readonly target: string;
	/** Names the account without telling its token. */
	readonly account: string;
}

/** How old a reading may be: a day has its calls anew after midnight of the account. */
export const LIMITS_OLD: Milliseconds = 86_400_000;

/** How often a reading is kept that says the same, and which share of a window is a difference. */
const KEPT_EVERY: Milliseconds = 5 * 60_000;
const DIFFERENCE = 0.05;

const share = (one: CallsLeft | null): number | null => (one === null ? null : one.left / one.most);

const differs = (a: CallsLeft | null, b: CallsLeft | null): boolean => {
	const [before, after] = [share(a), share(b)];
	return before === null || after === null ? before !== after : Math.abs(before - after) >= DIFFERENCE;
};

/** Whether a reading is worth keeping after the one that was kept: it is written into the chain. */
export const worthKeeping = (before: CallLimits | null, now: CallLimits): boolean =>
	before === null ||
	now.at - before.at >= KEPT_EVERY ||
	(now.at > before.at && (differs(before.day, now.day) || differs(before.burst, now.burst)));
