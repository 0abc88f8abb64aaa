import type { Cadence } from '../delivery/cadence';
import type {
	DeliveryRef,
	DeliveryState,
	FailureClass,
	Instant,
	Json,
	JsonObject,
	Milliseconds,
	Outcome,
	Space,
} from '../delivery/types';
import type { FiguresLedger } from './figures';
import type { BlobLedger, RecordLedger } from './records';

/**
 * What nodes, the command line and the checks ask of the ledger. One implementation (`ledger.ts` and the files
 * beside it) over the store port (`store.ts`), which SQLite and Postgres fulfil. Every method takes a batch and
 * runs as one transaction per chunk; results come back in the order of the batch, one per entry, and one entry
 * that is refused never stops the others. "Now" is the ledger's clock: the database's own on Postgres.
 */
export interface Ledger {
	readonly spines: SpineLedger;
	readonly deliveries: DeliveryLedger;
	readonly outbox: OutboxLedger;
	readonly events: EventLedger;
	readonly records: RecordLedger;
	readonly blobs: BlobLedger;
	/** Removes what is older than the retention allows; frozen inputs go first. Never touches open deliveries. */
	prune(retention: Retention): Promise<PruneReport>;
	/** Gives files and connections back. The ledger cannot be used afterwards. */
	close(): Promise<void>;
}

// --- spines -------------------------------------------------------------------------------------------------

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
	/** What becomes of an in-doubt delivery that no provider can settle. */
	readonly inDoubt: 'assume-delivered' | 'wait-for-a-person';
	/** How long after the send began a provider's "no such message" counts as proof. */
	readonly inDoubtQuietMs: Milliseconds;
	readonly properties: PropertyMapping;
	/** Version of the email template; part of the email's idempotency key. */
	readonly templateVersion: string;
	/** Name of the policy this spine is released under, e.g. `quiet-content-delivery`. */
	readonly policy: string;
}

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

export interface SpineLedger {
	/** Stores settings as a new version; equal settings change nothing. `by` is who asked, for the event. */
	configure(settings: SpineSettings, by: string): Promise<SpineRecord>;
	/** `null` if no such spine. */
	get(spine: string): Promise<SpineRecord | null>;
	list(): Promise<readonly SpineRecord[]>;
	/** Stops new claims and confirms at once; sends under way may finish. Throws for an unknown spine. */
	pause(spine: string, reason: string, by: string): Promise<SpineRecord>;
	resume(spine: string, reason: string, by: string): Promise<SpineRecord>;
}

// --- deliveries ---------------------------------------------------------------------------------------------

/** One delivery that is owed. Registering an existing one changes nothing and tells its state. */
export interface Registration {
	readonly ref: DeliveryRef;
	/** When the slot opens and when it closes; a delivery not begun by then is missed. */
	readonly opensAt: Instant;
	readonly closesAt: Instant;
	/** Number of the slot, counted from the cadence's anchor. */
	readonly cadenceIndex: number;
	/** The recipient as read, frozen: a retry works from the same input. */
	readonly input: JsonObject;
	/** Set when the recipient cannot be served: the delivery is registered as held, for this reason. */
	readonly hold?: string;
	readonly release?: string;
	readonly variant?: string;
}

/** A delivery as stored. `input` is present only where an operation says so. */
export interface DeliveryRecord {
	readonly ref: DeliveryRef;
	readonly state: DeliveryState;
	readonly opensAt: Instant;
	readonly closesAt: Instant;
	readonly cadenceIndex: number;
	readonly inputDigest: string;
	readonly input?: JsonObject;
	/** Fencing token: 0 before the first claim, plus one with every grant. */
	readonly token: number;
	readonly owner: string | null;
	readonly leaseUntil: Instant | null;
	/** How often it was claimed. */
	readonly attempts: number;
	readonly sendingSince: Instant | null;
	readonly sentAt: Instant | null;
	readonly committedAt: Instant | null;
	readonly provider: string | null;
	readonly providerMessageId: string | null;
	/** Of the last failure; it stays when a replay succeeds. */
	readonly failureClass: FailureClass | null;
	readonly retryable: boolean;
	/** Why it is held, failed, missed or in doubt, in one sentence without personal data. */
	readonly reason: string | null;
	readonly outcome: Outcome | null;
	readonly outcomeAt: Instant | null;
	readonly release: string | null;
	readonly variant: string | null;
	readonly registeredAt: Instant;
	readonly updatedAt: Instant;
}

export type RegisterResult =
	| { readonly status: 'registered'; readonly delivery: DeliveryRecord }
	| { readonly status: 'known'; readonly delivery: DeliveryRecord };

export interface ClaimRequest {
	readonly ref: DeliveryRef;
	/** Registers the delivery first if the ledger does not know it (a spine without Due Deliveries). */
	readonly register?: Omit<Registration, 'ref'>;
	/** Arm of a flag and its release, decided since registration; a granted claim writes them onto the delivery. */
	readonly arm?: { readonly variant?: string; readonly release?: string };
}

/** Why a claim or a confirmation was not granted. */
export type RefusalReason =
	| 'unknown-spine'
	| 'unknown-delivery'
	| 'paused'
	| 'not-open-yet'
	| 'window-over'
	| 'in-flight'
	| 'in-doubt'
	| 'missed'
	| 'held'
	| 'failed-for-good'
	| 'replays-spent'
	| 'minimum-gap'
	| 'lease-lost'
	| 'not-claimed'
	| 'already-committed';

export type ClaimResult =
	| {
			readonly status: 'granted';
			readonly token: number;
			readonly leaseUntil: Instant;
			readonly inputDigest: string;
			readonly attempts: number;
			/** The frozen input; what a retry must work from. */
			readonly input: JsonObject;
	  }
	| { readonly status: 'already-delivered'; readonly committedAt: Instant }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };

/** A delivery under the token of its claim. */
export interface TokenRef {
	readonly ref: DeliveryRef;
	readonly token: number;
}

export type ConfirmResult =
	| { readonly status: 'send'; readonly leaseUntil: Instant }
	| { readonly status: 'stop'; readonly reason: RefusalReason; readonly explanation: string };

/** A write to another system that must follow a commit. */
export interface OutboxWrite {
	/** System and object, e.g. `hubspot:contacts`. */
	readonly target: string;
	/** Id of the object that is written. */
	readonly objectId: string;
	readonly payload: JsonObject;
}

export interface CommitRequest extends TokenRef {
	readonly provider: string;
	readonly providerMessageId: string | null;
	/** Provider's own time of acceptance; the ledger's clock if absent or out of range. */
	readonly sentAt?: Instant;
	/** Deliveries the recipient had before, by another book: HubSpot's count in the frozen input. */
	readonly deliveredBefore?: number;
	/** Builds what is written outside, from the recipient's delivery count after this commit. */
	readonly writes: (facts: CommitFacts) => readonly OutboxWrite[];
}

/** What a commit knows and a write to HubSpot needs. */
export interface CommitFacts {
	readonly sentAt: Instant;
	/** Committed deliveries of this recipient on this spine and in this space, this one included. */
	readonly deliveryCount: number;
	readonly delivery: DeliveryRecord;
}

export type CommitResult =
	| { readonly status: 'committed'; readonly sentAt: Instant; readonly outboxIds: readonly string[] }
	/** Same token again: nothing was changed. */
	| { readonly status: 'already-committed'; readonly sentAt: Instant }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };

export interface FailRequest extends TokenRef {
	readonly failureClass: FailureClass;
	/** `no`: proven that nothing left (never connected, or refused by the provider). `unknown`: in doubt. */
	readonly sent: 'no' | 'unknown';
	/** Whether a replay in the same slot makes sense. */
	readonly retryable: boolean;
	/** One sentence without personal data. */
	readonly reason: string;
}

export type FailResult =
	| { readonly status: 'failed'; readonly willReplay: boolean }
	| { readonly status: 'in-doubt' }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };

/** What a provider reported later. Found by delivery or by the provider's message id. */
export interface OutcomeReport {
	readonly ref?: DeliveryRef;
	readonly provider?: string;
	readonly providerMessageId?: string;
	readonly outcome: Outcome;
	readonly at: Instant;
	readonly detail?: string;
}

export type OutcomeResult =
	| { readonly status: 'recorded'; readonly delivery: DeliveryRecord }
	/** The same or a graver outcome stands already. */
	| { readonly status: 'known' }
	| { readonly status: 'unknown-delivery' };

export interface Settlement {
	readonly ref: DeliveryRef;
	/** `delivered` commits it; `not-sent` makes it due again while its slot is open, else missed. */
	readonly verdict: 'delivered' | 'not-sent';
	readonly grounds: string;
	readonly provider?: string;
	readonly providerMessageId?: string | null;
	readonly sentAt?: Instant;
	/** As in {@link CommitRequest}. */
	readonly deliveredBefore?: number;
	readonly by: string;
	readonly writes: (facts: CommitFacts) => readonly OutboxWrite[];
}

export type SettleResult =
	| { readonly status: 'committed'; readonly outboxIds: readonly string[] }
	| { readonly status: 'due' }
	| { readonly status: 'missed' }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };

/** What one sweep over a spine changed. */
export interface SweepReport {
	/** Claims whose lease ran out before a send: due again, or failed when replays are spent. */
	readonly expiredClaims: number;
	/** Sends whose lease ran out: in doubt. */
	readonly movedInDoubt: number;
	/** Deliveries whose slot closed without a send. */
	readonly missed: number;
}

export interface DeliveryQuery {
	readonly spine?: string;
	readonly space?: Space;
	readonly slot?: string;
	readonly states?: readonly DeliveryState[];
	readonly withInput?: boolean;
	readonly limit: number;
	/** The ref of the last record of the page before: pages follow (spine, space, slot, recipient). */
	readonly after?: DeliveryRef;
}

export interface DeliveryLedger extends FiguresLedger {
	register(batch: readonly Registration[]): Promise<readonly RegisterResult[]>;
	/**
	 * What was due and never sent in slots that are still open: due, failed with a replay left, and claims whose
	 * lease ran out before a send. With frozen input, in key order.
	 */
	unsent(spine: string, space: Space, limit: number, after?: DeliveryRef): Promise<readonly DeliveryRecord[]>;
	/** `owner` names the claimer in events and errors; it grants nothing, the token does. */
	claim(batch: readonly ClaimRequest[], owner: string): Promise<readonly ClaimResult[]>;
	/** The last look before a send: token, lease, pause, window and gap. Moves granted ones to `sending`. */
	confirm(batch: readonly TokenRef[]): Promise<readonly ConfirmResult[]>;
	/** Written only after the provider accepted the send. Queues the outside writes in the same transaction. */
	commit(batch: readonly CommitRequest[]): Promise<readonly CommitResult[]>;
	fail(batch: readonly FailRequest[]): Promise<readonly FailResult[]>;
	recordOutcome(batch: readonly OutcomeReport[]): Promise<readonly OutcomeResult[]>;
	settle(batch: readonly Settlement[]): Promise<readonly SettleResult[]>;
	/**
	 * Brings a spine's books up to date: expired claims, sends in doubt, slots that closed. Also records slots that
	 * nobody registered for as missed slots (an event), from the last swept slot to the open one.
	 */
	sweep(spine: string): Promise<SweepReport>;
	get(refs: readonly DeliveryRef[], withInput?: boolean): Promise<readonly (DeliveryRecord | null)[]>;
	list(query: DeliveryQuery): Promise<readonly DeliveryRecord[]>;
	/** The last committed send of each recipient; `null` where there is none. */
	lastSent(spine: string, space: Space, recipients: readonly string[]): Promise<readonly (Instant | null)[]>;
}

// --- outbox -------------------------------------------------------------------------------------------------

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

export interface OutboxLedger {
	/**
	 * Leases up to `limit` entries, oldest first, to one writer. Entries of a dry run are never given out: they are
	 * the list of what would have been written. Of several entries for one object only the newest is given;
	 * the older ones are done with it.
	 */
	take(
		target: string,
		limit: number,
		leaseMs: Milliseconds,
		ids?: readonly string[],
	): Promise<readonly OutboxEntry[]>;
	settle(results: readonly OutboxResult[]): Promise<void>;
	/** Waiting entries and the age of the oldest. */
	backlog(
		target: string,
	): Promise<{ readonly waiting: number; readonly refused: number; readonly oldestAt: Instant | null }>;
	/** What a dry run would have written. */
	wouldBe(space: Space, limit: number): Promise<readonly OutboxEntry[]>;
}

// --- events -------------------------------------------------------------------------------------------------

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

// --- upkeep -------------------------------------------------------------------------------------------------

export interface Retention {
	/** Frozen inputs of finished deliveries older than this are erased (they hold personal data). */
	readonly inputsMs: Milliseconds;
	/** Finished deliveries older than this are deleted; the recipient's last send stays. */
	readonly deliveriesMs: Milliseconds;
	/** Sealed events older than this are deleted; the chain keeps a verified prune point. */
	readonly eventsMs: Milliseconds;
}

export interface PruneReport {
	readonly inputs: number;
	readonly deliveries: number;
	readonly events: number;
	readonly outbox: number;
}
