import type { FailureClass, Instant, Space } from '../../core/delivery/types';
import type { IntervalCounts, SlotCounts } from '../../core/stability/observation';

/** Which deliveries are counted: those of slots that open in [from, to). */
export interface FiguresQuery {
	readonly spine: string;
	readonly space: Space;
	readonly from: Instant;
	readonly to: Instant;
	/** Only deliveries of this release. */
	readonly release?: string;
	/** Only deliveries of this arm of a flag; `control` is one too. */
	readonly variant?: string;
}

/**
 * Figures over a stretch of slots, counted in the database along the clustered key: the cost follows the deliveries
 * of the slots asked for and never the history around them.
 */
export interface FiguresLedger {
	/**
	 * One entry per slot the ledger has seen, oldest first; a slot nobody registered in counts 0. Slots the ledger has
	 * never seen are absent. A failure is counted by the class of the last one; `recovered` also counts claims whose
	 * lease ran out before a later one committed.
	 */
	statistics(query: FiguresQuery): Promise<readonly SlotCounts[]>;
	/**
	 * Consecutive committed sends of each recipient: pairs whose later send lies in the stretch, the earlier one at most
	 * {@link lookBackSlots} slots before it. A delivery between the two that was registered and did not commit explains
	 * its own interval.
	 */
	intervals(query: FiguresQuery): Promise<IntervalCounts>;
	/** Whether a live slot of the spine that the ledger has seen is over. Costs the same however many there are. */
	hasClosedSlot(spine: string): Promise<boolean>;
}

/** How many slots before the stretch the earlier send of a pair is looked for. */
export const lookBackSlots = 4;

/** What a store is asked: the query plus what it cannot know. */
export interface CountFilter extends FiguresQuery {
	readonly now: Instant;
	/** First claim and replays of a slot: a retryable failure below it is still open. */
	readonly grants: number;
}

/** Counts of one slot as the store gives them. */
export interface SlotCountRow extends Omit<SlotCounts, 'index' | 'failures'> {
	/** `null` when nothing is registered in the slot. */
	readonly index: number | null;
	readonly failures: Readonly<Record<FailureClass, number>>;
}

export interface PairFilter extends FiguresQuery {
	/** Earlier sends are looked for in slots that open from here on. */
	readonly since: Instant;
	readonly minimumGapMs: number;
}

/** Pairs of consecutive sends in the same two slots. */
export interface PairRow {
	readonly slot: string;
	readonly opensAt: Instant;
	readonly index: number;
	readonly earlierSlot: string;
	readonly earlierOpensAt: Instant;
	readonly earlierIndex: number;
	readonly pairs: number;
	readonly compressed: number;
	/** Further apart than their slots and one window, or with fewer unserved deliveries in between than slots. */
	readonly stretched: number;
	/** Sent outside the window of its slot. */
	readonly outside: number;
}

/** What a store must do for the figures. */
export interface FiguresTransaction {
	countSlots(filter: CountFilter): Promise<readonly SlotCountRow[]>;
	countPairs(filter: PairFilter): Promise<readonly PairRow[]>;
	hasClosedSlot(spine: string, now: Instant): Promise<boolean>;
	/** Ids of live recipients with a send, or a slot that was served, after `now`; in order, at most `limit`. */
	recipientsAhead(spine: string, now: Instant, limit: number): Promise<readonly string[]>;
}
