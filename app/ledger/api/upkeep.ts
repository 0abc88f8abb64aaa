import type { Instant, Milliseconds } from '../../../core/delivery/types';
import type { ScrubReport } from '../store';

export interface Retention {
	/** Frozen inputs of finished deliveries older than this are erased (they hold personal data). */
	readonly inputsMs: Milliseconds;
	/** Finished deliveries older than this are deleted; the recipient's last send stays. */
	readonly deliveriesMs: Milliseconds;
	/** Sealed events older than this are deleted; the chain keeps a verified prune point. */
	readonly eventsMs: Milliseconds;
	/** Most rows this run removes, events aside; 2,000,000 if absent. */
	readonly most?: number;
}

export interface PruneReport {
	readonly inputs: number;
	readonly deliveries: number;
	readonly events: number;
	readonly outbox: number;
	/** Keys whose time to be remembered for was over, whatever became of them. */
	readonly keys: number;
	/** The run removed as much as it may; the next one goes on. */
	readonly more: boolean;
}

/** Who is to be erased. */
export interface ErasureRequest {
	/** Canonical id of the recipient. */
	readonly recipient: string;
	/** Ids from before a merge, addresses, names: what else they are called. */
	readonly alsoKnownAs: readonly string[];
	/** What texts call them beside these ids: where recipients are stored as hashes, the names. */
	readonly inTexts?: readonly string[];
	/** Who asks, for the event. */
	readonly by: string;
}

/** What a look at a person found. */
export interface ErasureLook {
	/** Whether the ledger has anything of them. */
	readonly known: boolean;
	readonly ids: readonly string[];
	/** When they were erased before, as far as that is remembered; `null` for those who are known. */
	readonly erasedAt: Instant | null;
}

/** What was erased of one person. */
export interface ErasureReport {
	/** Deliveries that go on without a name. */
	readonly deliveries: number;
	/** Of these, deliveries that still waited: they are held for good. */
	readonly held: number;
	/** Frozen inputs that are gone. */
	readonly inputs: number;
	/** Entries of the outbox that were emptied. */
	readonly outbox: number;
	/** Of these, writes that waited and are given up. */
	readonly givenUp: number;
	/** Events that no longer name them. */
	readonly events: number;
	/** Documents and former settings that no longer name them. */
	readonly documents: number;
	/** Reasons, of other deliveries and of pauses, that no longer name them. */
	readonly reasons: number;
	/** Keys of Claim Key that named them or whose result did. */
	readonly keys: number;
	/** Documents of accounts that name them still, e.g. `approval r-1:ada`: a person who approves answers for it. */
	readonly stillNamed: readonly string[];
}

/** Erases one person and leaves what was counted as it was. */
export interface Erasure {
	/** Throws what {@link Erasure.erase} would throw, before anything is changed. Safe to repeat. */
	look(request: ErasureRequest): Promise<ErasureLook>;
	/**
	 * Takes a person out of every table. What was cut off is finished by doing it again. Throws `ledger-erase-unknown`,
	 * `ledger-erase-in-flight`, `ledger-erase-in-doubt`, `ledger-erase-tester`, `ledger-erase-key-open`, `ledger-erase-unsigned`.
	 */
	erase(request: ErasureRequest): Promise<ErasureReport>;
	/** Overwrites what the database keeps of rows that are gone, as far as it can. */
	scrub(): Promise<ScrubReport>;
}

/** Who accepts what disagrees with the chain, and why. */
export interface AcceptanceRequest {
	/** The person as they are known: a signed-in account, or a name with the workflow that typed it. */
	readonly by: {
		readonly person: string;
		readonly account?: { readonly id: string; readonly email: string };
	};
	readonly reason: string;
}

/** What a person accepted as it stood although it disagreed with the chain; kept for good. */
export interface Acceptance {
	readonly id: string;
	readonly at: Instant;
	readonly person: string;
	readonly reason: string;
	/** Each record as people name it, with what was wrong. */
	readonly records: readonly { readonly record: string; readonly was: string }[];
}

/** What was sealed under the current key. */
export interface ResealReport {
	readonly inputs: number;
	readonly results: number;
	/** Names of recipients, and the secret of their hashes; absent where recipients are stored as names. */
	readonly names?: number;
	/** What no key that is held opens. */
	readonly unreadable: number;
	/** Everything is sealed under the current key; from now on nothing in the clear is accepted. */
	readonly complete: boolean;
}
