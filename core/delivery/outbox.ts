import type { DeliveryRef, Instant, JsonObject, Milliseconds } from './types';

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
