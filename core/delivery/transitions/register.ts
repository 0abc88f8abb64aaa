import type { Registration } from '../record';
import type { Instant } from '../types';
import type { DeliveryRow } from './facts';

/** A delivery as it is first stored: due, held for a reason, or missed when its slot is over already. */
export function registered(
	registration: Omit<Registration, 'input'>,
	inputDigest: string,
	now: Instant,
): DeliveryRow {
	const over = now >= registration.closesAt;
	const hold = registration.hold ?? null;
	return {
		ref: registration.ref,
		state: hold !== null ? 'held' : over ? 'missed' : 'due',
		opensAt: registration.opensAt,
		closesAt: registration.closesAt,
		cadenceIndex: registration.cadenceIndex,
		inputDigest,
		token: 0,
		owner: null,
		leaseUntil: null,
		attempts: 0,
		sendingSince: null,
		sentAt: null,
		committedAt: null,
		provider: null,
		providerMessageId: null,
		failureClass: null,
		retryable: false,
		reason:
			hold ?? (over ? `Slot ${registration.ref.slot} had closed when the delivery was registered.` : null),
		outcome: null,
		outcomeAt: null,
		release: registration.release ?? null,
		variant: registration.variant ?? null,
		registeredAt: now,
		updatedAt: now,
		assetId: null,
	};
}

/**
 * A held delivery that is registered again without a hold while its slot is open: the contact was mended. It becomes
 * due with the new frozen input. Everything else stays as it is: what is due is never frozen twice.
 */
export function mended(
	row: DeliveryRow,
	registration: Omit<Registration, 'input'>,
	inputDigest: string,
	now: Instant,
): DeliveryRow | null {
	if (row.state !== 'held' || registration.hold !== undefined || now >= row.closesAt) return null;
	return {
		...row,
		state: 'due',
		reason: null,
		inputDigest,
		release: registration.release ?? null,
		variant: registration.variant ?? null,
		updatedAt: now,
	};
}
