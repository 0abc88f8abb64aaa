import type { Instant, Json } from './types';

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
	| {
			readonly status: 'intact';
			readonly sealed: number;
			readonly unsealed: number;
			readonly head: string;
			/** Rows whose digest agrees with the last one in the chain. */
			readonly compared: number;
			/** Rows from before digests that this look took into the chain as they stand. */
			readonly adopted: number;
			/** How often somebody accepted records that disagreed with the chain; what each was is told by `acceptances`. */
			readonly accepted: number;
	  }
	| {
			readonly status: 'broken';
			readonly position: number;
			readonly explanation: string;
			/** The first record that disagrees with the chain; absent where the chain itself does not hold. */
			readonly record?: string;
	  };
