import type { LedgerEvent } from '../../core/delivery/events';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { SlotSight } from '../../core/desk/slot';
import type { ClaimedBy, SlotClaims } from '../../core/stability/failed-run';
import type { DeliveryRef, Instant } from '../../core/delivery/types';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { EventRow, SlotRow } from './rows';

/** Events of the newest ones that fit. */
export interface NewestQuery {
	readonly spine?: string;
	/** Kinds wanted, or those not wanted. */
	readonly kinds?: readonly string[];
	readonly except?: readonly string[];
	/** Only events in whose subject, sentence or data this text stands. */
	readonly text?: string;
	readonly limit: number;
	/** How many of the newest events are looked at: what lies further back is not found. */
	readonly within: number;
}

/**
 * What the desk and the metrics read. Every read is bounded: its cost follows the deliveries of the slots named, the
 * spines, or a stated number of events, and never the history. Nothing is changed by reading.
 */
export interface DeskLedger {
	/** Every spine, without counts of its deliveries. */
	spines(): Promise<readonly SpineRecord[]>;
	/** The newest live slots that have opened and that the ledger knows, newest first. */
	slots(spine: string, newest: number): Promise<readonly SlotSight[]>;
	/** Live deliveries nobody knows the end of, in slots that are not settled and are not named in `without`. */
	doubts(spine: string, limit: number, without?: readonly string[]): Promise<readonly DeliveryRecord[]>;
	/**
	 * Who claimed last what failed or is in doubt, in the newest live slots but those named in `without`: at most ten owners a
	 * slot, newest first.
	 */
	claims(spine: string, newest: number, without?: readonly string[]): Promise<readonly SlotClaims[]>;
	/** The newest events first. */
	newest(query: NewestQuery): Promise<readonly LedgerEvent[]>;
	/** Deliveries of one recipient in the newest live slots of each spine, newest first; on all spines. */
	ofRecipient(recipient: string, slots: number): Promise<readonly DeliveryRecord[]>;
	/** The deliveries whose provider knows the message by this id. */
	byMessage(messageId: string): Promise<readonly DeliveryRecord[]>;
	/** How many of the newest events, among so many, were of each kind since an instant. */
	kindsSince(since: Instant, within: number): Promise<Readonly<Record<string, number>>>;
	/** Events that no sealer has chained yet. */
	unsealed(): Promise<number>;
}

/** What a store must do for the desk. */
export interface DeskTransaction {
	newestSlots(spine: string, now: Instant, limit: number): Promise<readonly SlotRow[]>;
	sight(slot: SlotRow, now: Instant): Promise<SlotSight>;
	claimedBy(slot: SlotRow, now: Instant): Promise<readonly ClaimedBy[]>;
	doubtful(
		spine: string,
		now: Instant,
		limit: number,
		without: readonly string[],
	): Promise<readonly DeliveryRef[]>;
	newestEvents(query: NewestQuery): Promise<readonly EventRow[]>;
	countKinds(since: Instant, within: number): Promise<Readonly<Record<string, number>>>;
	messageRefs(messageId: string): Promise<readonly DeliveryRef[]>;
}
