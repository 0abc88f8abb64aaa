import type { RateLimit } from '../../core/delivery/pace';
import type { Milliseconds } from '../../core/delivery/types';

/** A vendor's rate, shared by all processes that call it under one token. */
export interface CallBudget {
	/** The next `wanted` places in the line, each as the time from now until its call may start. */
	take(account: string, limit: RateLimit, wanted: number): Promise<readonly Milliseconds[]>;
	/** Keeps everybody from starting for so long: the vendor refused a call. */
	hold(account: string, ms: Milliseconds): Promise<void>;
}

/** What a store must do for it, within a transaction. */
export interface CallTransaction {
	/** What was given out, as text; no other transaction reads it so until this one ends. `null` where nothing was. */
	lockGiven(account: string): Promise<string | null>;
	/** Inserts or replaces. */
	writeGiven(account: string, text: string): Promise<void>;
}
