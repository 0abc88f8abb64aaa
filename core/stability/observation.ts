import type { FailureClass, Instant, Milliseconds } from '../delivery/types';

/** How the deliveries of one arm in one slot ended, as the ledger knows it. */
export interface SlotCounts {
	readonly slot: string;
	readonly index: number;
	readonly opensAt: Instant;
	readonly closesAt: Instant;
	readonly registered: number;
	readonly committed: number;
	/** Committed inside their slot's window. */
	readonly onTime: number;
	readonly missed: number;
	readonly held: number;
	readonly inDoubt: number;
	/** Claimed, sending, due, or failed with a replay left. */
	readonly open: number;
	readonly failedForGood: number;
	/** Deliveries that failed at least once, by class. */
	readonly failures: Readonly<Partial<Record<FailureClass, number>>>;
	/** Failed at least once and committed in the same slot all the same. */
	readonly recovered: number;
	readonly bounced: number;
	readonly complained: number;
}

/** Time between two committed sends to one recipient, beside what the cadence asks. */
export interface IntervalCounts {
	readonly compared: number;
	/** Closer than the minimum gap. */
	readonly compressed: number;
	/** Further apart than one interval and one window allow, with no missed slot that explains it. */
	readonly stretched: number;
	/** Sends outside the phase of the cadence's anchor. */
	readonly shifted: number;
}

/** How long after its slot opened a delivery was sent, beside what it was before the release. */
export interface SlotTiming {
	/** Sends measured since the release; a sample of the newest slot. */
	readonly sampled: number;
	readonly medianMs: Milliseconds;
	readonly p95Ms: Milliseconds;
	/** The same median of the slot before the release that comes nearest; `null` where there is nothing to compare with. */
	readonly beforeMedianMs: Milliseconds | null;
	/** How far the median may move within the window before the cadence counts as shifted. */
	readonly toleranceMs: Milliseconds;
}

/** What a provider says it accepted, held against the ledger. */
export interface ProviderCounts {
	/** Messages with the key of a live delivery. */
	readonly messages: number;
	/** Deliveries with more than one message. */
	readonly duplicates: number;
	/** Deliveries with a message that the ledger never granted a claim for. */
	readonly unclaimed: number;
}

/** A metric from outside: Datadog, Prometheus, anything an HTTP node returns. */
export interface ExternalMetric {
	readonly name: string;
	readonly value: number;
	/** How many observations stand behind it; absent where it is a gauge. */
	readonly count?: number;
	/** Between which values the true figure lies, where it is a quantile of observations; `null`: not bounded. */
	readonly range?: { readonly low: number | null; readonly high: number | null };
	readonly baseline?: number;
	readonly at: Instant;
}

/** One source the check reads, and whether it could. */
export interface SourceState {
	readonly name: string;
	readonly readable: boolean;
	readonly at: Instant;
	/** One sentence when it was not readable. */
	readonly problem?: string;
}

/** Deliveries that ended before the release shipped: the baseline of its rates. */
export interface BaselineCounts {
	readonly committed: number;
	readonly bounced: number;
}

/** Everything a verdict is made from, for one release on one spine. */
export interface Observation {
	readonly now: Instant;
	readonly release: string;
	readonly shippedAt: Instant;
	/** Slots from the one in which the release shipped, oldest first; the arm under the release. */
	readonly slots: readonly SlotCounts[];
	/** The concurrent control arm, where there is one. */
	readonly control: readonly SlotCounts[];
	readonly before: BaselineCounts;
	readonly intervals: IntervalCounts;
	/** `null` when nobody sent anything since the release. */
	readonly timing: SlotTiming | null;
	/** `null` when the provider was not asked. */
	readonly provider: ProviderCounts | null;
	/** Contacts overdue in HubSpot that were never registered; `null` when HubSpot could not be read. */
	readonly neverRegistered: number | null;
	/** Slots that passed without anything being registered though recipients were owed one. */
	readonly emptySlots: number;
	/** Deliveries that came to the last look before the send without ever having been claimed; they were stopped. */
	readonly cameUnclaimed: number;
	/** How what runs or is published differs from what was released; `null` or absent when it does not. */
	readonly ungated?: string | null;
	readonly outboxOldestMs: Milliseconds | null;
	readonly chain: 'intact' | 'broken' | 'unknown';
	/** Whether the release said that and why the cadence moves. */
	readonly cadenceShiftExplained: boolean;
	/** Bounces the provider calls hard; `null` when nobody knows how many of the bounces are. */
	readonly hardBounces: number | null;
	readonly metrics: readonly ExternalMetric[];
	/** People who reported the same thing, by thing. */
	readonly reports: Readonly<Record<string, number>>;
	/** Critical paths that a smoke test found broken. */
	readonly brokenFeatures: readonly string[];
	readonly sources: readonly SourceState[];
}
