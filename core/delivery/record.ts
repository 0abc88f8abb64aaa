import type { DeliveryRef, DeliveryState, FailureClass, Instant, JsonObject, Outcome } from './types';

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
	/** Canonical JSON of `input`, where the caller has made it already. */
	readonly text?: string;
	/** Set when the recipient cannot be served: the delivery is registered as held, for this reason. */
	readonly hold?: string;
	readonly release?: string;
	readonly variant?: string;
}

/** A recipient that other recipients became part of, e.g. merged contacts. */
export interface Absorption {
	/** The recipient and the slot that is open. */
	readonly ref: DeliveryRef;
	/** Ids it was known by before. */
	readonly former: readonly string[];
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
	/** Id of what is delivered, as the confirmation or the commit told it. */
	readonly assetId: string | null;
}

/** What a commit knows and a write to HubSpot needs. */
export interface CommitFacts {
	readonly sentAt: Instant;
	/** Committed deliveries of this recipient on this spine and in this space, this one included. */
	readonly deliveryCount: number;
	readonly delivery: DeliveryRecord;
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

/** A last look before the send. */
export interface ConfirmRequest extends TokenRef {
	/** Id of what is about to be sent, kept so that a settlement can write it outside as a commit would. */
	readonly assetId?: string;
}

export type ConfirmResult =
	| { readonly status: 'send'; readonly leaseUntil: Instant }
	| { readonly status: 'stop'; readonly reason: RefusalReason; readonly explanation: string };
