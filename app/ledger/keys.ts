import type {
	ClaimTerms,
	Completion,
	GivingBack,
	KeyClaimResult,
	KeyRecord,
	KeyRef,
	KeyRequest,
	KeyState,
	SettleKeyResult,
} from '../../core/once/record';
import type { Instant } from '../../core/delivery/types';

export interface KeyQuery {
	readonly scope: string;
	readonly states?: readonly KeyState[];
	readonly limit: number;
	/** The key of the last record of the page before: pages follow the key. */
	readonly after?: string;
}

/**
 * Keys that are done once, for any workflow. A scope exists as soon as somebody claims in it. Batches are one
 * transaction per chunk; results come in the order of the batch.
 */
export interface KeyLedger {
	/** Claims keys of one scope, in canonical form. A key twice in a batch is held the second time. */
	claim(terms: ClaimTerms, batch: readonly KeyRequest[]): Promise<readonly KeyClaimResult[]>;
	/** Records that keys are done, with what later claims are given. `by` is who asked, for the event. */
	complete(batch: readonly Completion[], by: string): Promise<readonly SettleKeyResult[]>;
	/** Gives keys back, or puts them in doubt. */
	giveBack(batch: readonly GivingBack[], by: string): Promise<readonly SettleKeyResult[]>;
	/** Keys as they stand now: a claim whose lease is over reads `in-doubt`. `null` where there is none. */
	get(refs: readonly KeyRef[]): Promise<readonly (KeyRecord | null)[]>;
	list(query: KeyQuery): Promise<readonly KeyRecord[]>;
}

/** Where a look through all keys left off. */
export type KeyPlace = readonly [scope: string, key: string];

/** What a store must do for keys, within a transaction. Keys come sorted and each once. */
export interface KeyTransaction {
	/**
	 * Inserts the keys that are absent, all as `alike` says but for key and digest. Whether each was inserted; `null`
	 * where all were.
	 */
	insertKeys(
		scope: string,
		alike: Omit<KeyRecord, 'key' | 'digest'>,
		keys: readonly KeyRequest[],
	): Promise<readonly boolean[] | null>;
	/** Reads and locks; `null` where there is none. */
	lockKeys(scope: string, keys: readonly string[]): Promise<readonly (KeyRecord | null)[]>;
	readKeys(scope: string, keys: readonly string[]): Promise<readonly (KeyRecord | null)[]>;
	/** Writes keys that were locked. */
	writeKeys(scope: string, rows: readonly KeyRecord[]): Promise<void>;
	/** Stored text of the results; `null` where there is none. */
	readResults(scope: string, keys: readonly string[]): Promise<readonly (string | null)[]>;
	/** Replaces results; `null` removes one. */
	writeResults(
		scope: string,
		results: readonly { readonly key: string; readonly text: string | null }[],
	): Promise<void>;
	/** In order of the key, without locks; states as they are at `now`. */
	listKeys(query: KeyQuery, now: Instant): Promise<readonly KeyRecord[]>;
	/**
	 * Looks at up to `limit` keys behind a place, removes those forgotten before an instant with their results; says
	 * how many, and where it left off (`null` at the end).
	 */
	pruneKeys(
		before: Instant,
		after: KeyPlace,
		limit: number,
	): Promise<{ readonly removed: number; readonly next: KeyPlace | null }>;
	/** Removes up to `limit` of what only keys share that were forgotten before an instant; says how many. */
	pruneKeyBatches(before: Instant, limit: number): Promise<number>;
}
