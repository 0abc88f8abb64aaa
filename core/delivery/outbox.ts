import { nextSlot, type ParsedCadence, slotById } from './cadence';
import { deliveryWrites } from './eligibility';
import type { CommitFacts } from './record';
import type { PropertyMapping } from './spine-settings';
import type { DeliveryRef, Instant, JsonObject, Milliseconds } from './types';

/** A write to another system that must follow a commit. */
export interface OutboxWrite {
	/** System and object, e.g. `crm:contacts`. */
	readonly target: string;
	/** Id of the object that is written. */
	readonly objectId: string;
	readonly payload: JsonObject;
}

/** What a spine writes outside when a delivery is committed. */
export interface OutboxPlan {
	readonly target: string;
	/** Names of the properties that are written. */
	readonly mapping: PropertyMapping;
	/** Says when the next slot opens. */
	readonly cadence: ParsedCadence;
	/** Whether the writes wait in the outbox, or are only told. */
	readonly queued: boolean;
}

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

/** The opening of the slot after the delivered one; after a change of cadence, of the next slot in rhythm. */
function opensAfter(cadence: ParsedCadence, slot: string, sentAt: Instant): Instant {
	try {
		return slotById(cadence, slot).nextOpensAt;
	} catch {
		return nextSlot(cadence, sentAt).opensAt;
	}
}

/**
 * What a committed delivery writes to its contact: last delivery, next eligible time, count and, where the delivery
 * knows it, the asset.
 */
export function writesOf(
	{ target, mapping, cadence }: OutboxPlan,
	facts: CommitFacts,
): readonly OutboxWrite[] {
	const { ref, assetId } = facts.delivery;
	const properties = deliveryWrites(mapping, facts, opensAfter(cadence, ref.slot, facts.sentAt), assetId);
	return [{ target, objectId: ref.recipient, payload: { properties } }];
}
