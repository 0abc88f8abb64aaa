import type { DeliveryRef, DeliveryState, Instant, Space } from '../../../core/delivery/types';
import type {
	Absorption,
	Registration,
	DeliveryRecord,
	RegisterResult,
	ClaimRequest,
	ClaimResult,
	ConfirmRequest,
	ConfirmResult,
} from '../../../core/delivery/record';
import type {
	CommitRequest,
	CommitResult,
	FailRequest,
	FailResult,
	OutcomeReport,
	OutcomeResult,
	Settlement,
	SettleResult,
} from '../../../core/delivery/sends';
import type { FiguresLedger } from '../figures';

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
	/**
	 * Brings over what is known of recipients that are one person now: their sends count for the one that is left, and
	 * what they were still owed in the slot is given up. Call before registering. Doing it twice changes nothing.
	 */
	absorb(batch: readonly Absorption[]): Promise<void>;
	register(batch: readonly Registration[]): Promise<readonly RegisterResult[]>;
	/**
	 * What was due and never sent in slots that are still open: due, failed with a replay left, and claims whose
	 * lease ran out before a send. With frozen input, in key order.
	 */
	unsent(spine: string, space: Space, limit: number, after?: DeliveryRef): Promise<readonly DeliveryRecord[]>;
	/** `owner` names the claimer in events and errors; it grants nothing, the token does. */
	claim(batch: readonly ClaimRequest[], owner: string): Promise<readonly ClaimResult[]>;
	/** The last look before a send: token, lease, pause, window and gap. Moves granted ones to `sending`. */
	confirm(batch: readonly ConfirmRequest[]): Promise<readonly ConfirmResult[]>;
	/**
	 * Written only after the provider accepted the send. Queues what the spine's settings say to write outside in the
	 * same transaction.
	 */
	commit(batch: readonly CommitRequest[]): Promise<readonly CommitResult[]>;
	fail(batch: readonly FailRequest[]): Promise<readonly FailResult[]>;
	recordOutcome(batch: readonly OutcomeReport[]): Promise<readonly OutcomeResult[]>;
	/** Ends doubts. What is settled as delivered writes outside as a commit does. */
	settle(batch: readonly Settlement[]): Promise<readonly SettleResult[]>;
	/**
	 * Brings a spine's record up to date: expired claims, sends in doubt, slots that closed. Also records slots that
	 * nobody registered for as missed slots (an event), from the last swept slot to the open one.
	 */
	sweep(spine: string): Promise<SweepReport>;
	get(refs: readonly DeliveryRef[], withInput?: boolean): Promise<readonly (DeliveryRecord | null)[]>;
	list(query: DeliveryQuery): Promise<readonly DeliveryRecord[]>;
	/** The last committed send of each recipient; `null` where there is none. */
	lastSent(spine: string, space: Space, recipients: readonly string[]): Promise<readonly (Instant | null)[]>;
}
