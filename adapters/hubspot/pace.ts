import type { Instant } from '../../core/delivery/types';

/** A place in the line: when its call may start, and until when it may. */
export interface Start {
	readonly at: Instant;
	readonly until: Instant;
}

/** The places of one limit, in the order in which they are asked for. */
export interface Pace {
	next(now: Instant): Promise<Start>;
	/** Nothing starts before `until`; places already taken must be taken anew. */
	hold(until: Instant): Promise<void> | void;
	/** Whether a place that was taken for an earlier moment still counts at `now`. */
	isHeld(now: Instant): boolean;
}
