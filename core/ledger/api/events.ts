import type { Instant, Json } from '../../delivery/types';

/** One thing that was decided or happened. A batch operation writes one event per spine, space and slot it touched. */
export interface LedgerEvent {
	readonly id: number;
	readonly at: Instant;
	/** e.g. `deliveries.claimed`, `deliveries.committed`, `spine.paused`, `slot.missed`. */
	readonly kind: string;
	readonly spine: string | null;
	/** What it is about: a slot, a release, a delivery key. */
	readonly subject: string | null;
	/** One sentence for people. */
	readonly sentence: string;
	/** Details; recipients and tokens, never contact data. */
	readonly data: Json;
	/** Position and hash in the chain; `null` until the sealer has chained it. */
	readonly seal: { readonly position: number; readonly hash: string } | null;
}

export interface NewEvent {
	readonly kind: string;
	readonly spine: string | null;
	readonly subject: string | null;
	readonly sentence: string;
	readonly data: Json;
}

export type ChainVerdict =
	| { readonly status: 'intact'; readonly sealed: number; readonly unsealed: number; readonly head: string }
	| { readonly status: 'broken'; readonly position: number; readonly explanation: string };

export interface EventLedger {
	/** Appends events of other rooms (gate decisions, snapshots, verdicts). */
	append(events: readonly NewEvent[]): Promise<void>;
	list(query: {
		spine?: string;
		kinds?: readonly string[];
		afterId?: number;
		limit: number;
	}): Promise<readonly LedgerEvent[]>;
	/**
	 * Sealed events after a position of the chain, in its order. For whoever must miss none: ids are no such order, since
	 * on Postgres an event that commits late has an early id.
	 */
	sealedAfter(position: number, limit: number): Promise<readonly LedgerEvent[]>;
	/** Where the chain begins (after pruning) and ends: positions of the last pruned and the newest sealed event. */
	ends(): Promise<{ readonly foot: number; readonly head: number }>;
	/** Chains what is not chained yet; one sealer at a time, others return 0. Returns how many it sealed. */
	seal(limit?: number): Promise<number>;
	/** Seals, then walks the chain from its start (or its last prune point) and checks every hash. */
	verify(): Promise<ChainVerdict>;
}
