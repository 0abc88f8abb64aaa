import type { DeliveryRef, Instant, JsonObject, Milliseconds, Space } from '../../delivery/types';

/** A write to another system that must follow a commit. */
export interface OutboxWrite {
	/** System and object, e.g. `hubspot:contacts`. */
	readonly target: string;
	/** Id of the object that is written. */
	readonly objectId: string;
	readonly payload: JsonObject;
}

export interface OutboxEntry extends OutboxWrite {
	readonly id: string;
	readonly ref: DeliveryRef;
	readonly createdAt: Instant;
	readonly attempts: number;
}

export interface OutboxResult {
	readonly id: string;
	/** `done`; `later`: try again after `retryAfterMs`; `refused`: the other side will never take it. */
	readonly status: 'done' | 'later' | 'refused';
	readonly retryAfterMs?: Milliseconds;
	readonly reason?: string;
}

export interface OutboxLedger {
	/**
	 * Leases up to `limit` entries, oldest first, to one writer. Entries of a dry run are never given out: they are
	 * the list of what would have been written. Of several entries for one object only the newest is given;
	 * the older ones are done with it.
	 */
	take(
		target: string,
		limit: number,
		leaseMs: Milliseconds,
		ids?: readonly string[],
	): Promise<readonly OutboxEntry[]>;
	settle(results: readonly OutboxResult[]): Promise<void>;
	/** Waiting entries and the age of the oldest. */
	backlog(
		target: string,
	): Promise<{ readonly waiting: number; readonly refused: number; readonly oldestAt: Instant | null }>;
	/** What a dry run would have written. */
	wouldBe(space: Space, limit: number): Promise<readonly OutboxEntry[]>;
}
