import type { Cadence } from './cadence';
import type { DeliveryState, Instant, Milliseconds } from './types';

/** What a spine does with the deliveries of ordinary recipients. Pausing is separate, so that resuming restores it. */
export type SpineMode = 'live' | 'dry-run';

/** HubSpot property names a spine reads and writes; the defaults are those of the content-delivery system. */
export interface PropertyMapping {
	readonly status: string;
	readonly nextEligibleAt: string;
	readonly lastDeliveryAt: string;
	readonly deliveryCount: string;
	readonly lastAssetId: string;
	/** A contact without one of these is held, with the reason. */
	readonly critical: readonly string[];
	/** Defaults for properties that are not critical. */
	readonly defaults: Readonly<Record<string, string>>;
	/** Further properties to freeze with the contact. */
	readonly also: readonly string[];
}

/** The settings of one spine. Stored per version; every decision names the version it was made under. */
export interface SpineSettings {
	readonly spine: string;
	readonly cadence: Cadence;
	readonly mode: SpineMode;
	/** Label of the current dry run: names its key space. */
	readonly dryRun: string;
	/** Recipients that always take the dry-run branch. */
	readonly testRecipients: readonly string[];
	/** How long a claim lasts before the send begins. */
	readonly leaseMs: Milliseconds;
	/** How long a send may be under way before nobody knows how it ended (at least the send's own timeout). */
	readonly sendLeaseMs: Milliseconds;
	/** How often a delivery may be claimed again within its slot after its first claim ended without a send. */
	readonly replaysPerSlot: number;
	/** How many runs of the spine may be under way at once; 1 if absent. */
	readonly parallelRuns?: number;
	/** What becomes of an in-doubt delivery that no provider can settle. */
	readonly inDoubt: 'assume-delivered' | 'wait-for-a-person';
	/** How long after the send began a provider's "no such message" counts as proof. */
	readonly inDoubtQuietMs: Milliseconds;
	readonly properties: PropertyMapping;
	/** Version of the email template; part of the email's idempotency key. */
	readonly templateVersion: string;
	/** Name of the policy this spine is released under, e.g. `quiet-content-delivery`. */
	readonly policy: string;
	/** How much of its policy the spine is held to; all of it (`doctrine`) if absent. */
	readonly strictness?: 'observe' | 'standard' | 'doctrine';
	/** What becomes of live deliveries while something runs that the gate did not let through; `hold` if absent. */
	readonly ungatedChange?: 'hold' | 'report';
	/** What becomes of live deliveries of a run that a person started in the editor; `hold` if absent. For tests. */
	readonly startedByHand?: 'hold' | 'deliver';
	/**
	 * Who writes to the recipients after a commit: the outbox writes HubSpot (`outbox`, if absent), or whatever follows
	 * Delivery Commit does (`output`), and the outbox stays empty.
	 */
	readonly writeBack?: 'outbox' | 'output';
	/** Through whom the spine sends, e.g. `postmark`. Another provider finding no message proves nothing. */
	readonly provider?: string;
}

/** Whether a version that was not released delivers all the same, and is only told: where the settings or observing say so. */
export const reportsUngated = ({ ungatedChange, strictness }: SpineSettings): boolean =>
	(ungatedChange ?? (strictness === 'observe' ? 'report' : 'hold')) === 'report';

/** A spine as stored. */
export interface SpineRecord {
	readonly settings: SpineSettings;
	/** 1 for the first configuration, plus one for each change. */
	readonly version: number;
	readonly paused: boolean;
	readonly pauseReason: string | null;
	readonly pausedAt: Instant | null;
	readonly updatedAt: Instant;
	/** How many deliveries of the live space are in each state, in slots that are still open. */
	readonly open?: Readonly<Partial<Record<DeliveryState, number>>>;
}
