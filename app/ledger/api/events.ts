import type { SignedHead } from '../history/head';
import type { Acceptance, AcceptanceRequest } from './upkeep';
import type { LedgerEvent, NewEvent, ChainVerdict } from '../../../core/delivery/events';

/** A place in the chain and the hash it has there. */
export interface ChainMark {
	readonly position: number;
	readonly hash: string;
}

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
	/**
	 * Seals, walks the chain from its start (or its last prune point), checks every hash, and holds every record against
	 * the last digest that the chain tells of it.
	 */
	verify(): Promise<ChainVerdict>;
	/**
	 * The same, and that the chain still runs through a head that was kept elsewhere: one that was rewritten does not.
	 * Throws `ledger-head-unreadable`, `ledger-head-forged`.
	 */
	verifyAgainst(head: unknown): Promise<ChainVerdict>;
	/**
	 * Takes every record that disagrees with the chain as it stands now: the chain goes on from there, an event and a record
	 * that stays name each of them. `null` where nothing disagrees. Throws `ledger-accept-chain`, `ledger-accept-input`.
	 */
	accept(request: AcceptanceRequest): Promise<Acceptance | null>;
	/** Everything that was accepted so, newest first. */
	acceptances(): Promise<readonly Acceptance[]>;
	/** Seals, and gives the end of the chain, signed where the ledger has a signing key. Keep it outside the database. */
	head(): Promise<SignedHead>;
	/** Checks the links from one place of the chain to its end; the first that does not hold, or where it ends. */
	follow(
		from: ChainMark,
	): Promise<
		| { readonly status: 'intact'; readonly mark: ChainMark }
		| { readonly status: 'broken'; readonly position: number; readonly explanation: string }
	>;
}
