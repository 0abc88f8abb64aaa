import type { Instant, Milliseconds } from '../delivery/types';

/**
 * What became of a key. `claimed`: somebody works on it under a lease. `asking`: nobody knew how it ended, and somebody
 * finds out, under a lease. `in-doubt`: a lease ran out, or its holder could not say. `assumed`: nobody knows, and it is
 * taken for done. `free`: given back.
 */
export type KeyState = 'claimed' | 'asking' | 'in-doubt' | 'done' | 'assumed' | 'free';

/** One key of one scope, as it is stored beside its scope and its result. */
export interface KeyRecord {
	readonly key: string;
	readonly state: KeyState;
	/** Fencing token: grows with every grant, and is never given twice, even after the key was forgotten. */
	readonly token: number;
	/** End of the lease of the last grant. */
	readonly leaseUntil: Instant;
	/** From then on the key is as new, whatever became of it. */
	readonly expiresAt: Instant;
	/** Digest of the content it came with; `null` where nothing is compared. */
	readonly digest: string | null;
	/** Who claimed it last, e.g. `execution 17 / Claim Key`. */
	readonly owner: string;
	readonly claimedAt: Instant;
	readonly changedAt: Instant;
}

/** What to do with a key of which nobody knows how it ended. */
export type WhenUnknown = 'hold' | 'ask' | 'done';

/** How keys are claimed; the same for a batch. */
export interface ClaimTerms {
	/** Canonical name. */
	readonly scope: string;
	readonly leaseMs: Milliseconds;
	/** How long a key is remembered after the lease of its claim, and after its completion. */
	readonly rememberMs: Milliseconds;
	readonly whenUnknown: WhenUnknown;
	/** Who claims, for events and for people; it grants nothing, the token does. */
	readonly owner: string;
}

/** One key to claim, in canonical form. */
export interface KeyRequest {
	readonly key: string;
	readonly digest: string | null;
}

/** Why a key is held. */
export type HoldReason = 'in-flight' | 'in-doubt' | 'other-content' | 'twice-in-batch';

export type KeyClaimResult =
	/** `asked`: the key was in doubt; whoever holds the token finds out how it ended. */
	| {
			readonly status: 'first' | 'asked';
			readonly token: number;
			readonly leaseUntil: Instant;
	  }
	| {
			readonly status: 'done';
			readonly doneAt: Instant;
			/** JSON of the result; `null` where none was kept. */
			readonly result: string | null;
			/** Nobody reported its end; it is taken for done. */
			readonly assumed: boolean;
	  }
	| { readonly status: 'held'; readonly reason: 'twice-in-batch'; readonly place: number }
	| {
			readonly status: 'held';
			readonly reason: Exclude<HoldReason, 'twice-in-batch'>;
			readonly owner: string;
			readonly leaseUntil: Instant;
	  };

/** Names one key. */
export interface KeyRef {
	readonly scope: string;
	readonly key: string;
}

/** A key under the token of its claim; `null`: settled by name, by whoever found out how it ended. */
export interface HeldKey extends KeyRef {
	readonly token: number | null;
}

export interface Completion extends HeldKey {
	/** JSON of what a later claim is given; `null` for nothing. */
	readonly result: string | null;
}

export interface GivingBack extends HeldKey {
	/** `no`: it is certain that nothing happened, the key is free. `unknown`: it is in doubt from now on. */
	readonly happened: 'no' | 'unknown';
	/** One sentence without contact data, for the event. */
	readonly reason: string;
}

export type KeyRefusalReason = 'unknown-key' | 'lease-lost' | 'already-done' | 'not-in-doubt';

export type SettleKeyResult =
	/** `state` after it; `again`: it was so before, nothing changed. */
	| { readonly status: 'settled'; readonly state: KeyState; readonly again: boolean }
	| { readonly status: 'refused'; readonly reason: KeyRefusalReason; readonly state: KeyState | null };
