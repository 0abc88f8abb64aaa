import type { DeliveryRow } from '../../core/delivery/transitions';
import type { Registration } from '../../core/delivery/record';
import type { SpineSettings } from '../../core/delivery/spine-settings';

/** Name of the spine everything is measured on. */
export const benchSpine = 'bench';

/** Recipients of the spine; each slot of the history holds a delivery for every one of them. */
export const recipients = 10_000;

const hour = 3_600_000;

export const recipientAt = (index: number): string => String(100_000_000 + index);

/** A spine that is always open: clock units, so that no time zone matters. */
export const benchSettings: SpineSettings = {
	spine: benchSpine,
	cadence: { every: 'PT48H', anchor: '2026-01-01T00:00', timeZone: 'UTC' },
	mode: 'live',
	dryRun: 'rehearsal',
	testRecipients: [],
	leaseMs: hour,
	sendLeaseMs: hour,
	replaysPerSlot: 1,
	inDoubt: 'assume-delivered',
	inDoubtQuietMs: hour,
	properties: {
		status: 'cc_delivery_status',
		nextEligibleAt: 'cc_next_eligible_send_at',
		lastDeliveryAt: 'cc_last_delivery_at',
		deliveryCount: 'cc_delivery_count',
		lastAssetId: 'cc_last_asset_id',
		critical: ['email'],
		defaults: {},
		also: [],
	},
	templateVersion: '1',
	policy: 'quiet-content-delivery',
};

/** One slot's registrations, with inputs of the size a contact of the content-delivery account has. */
export function registrationsOf(slot: string, count: number, now: number): Registration[] {
	return Array.from({ length: count }, (_none, index) => ({
		ref: { spine: benchSpine, space: 'live', slot, recipient: recipientAt(index) },
		opensAt: now - hour,
		closesAt: now + 24 * hour,
		cadenceIndex: 1_000,
		input: {
			id: recipientAt(index),
			properties: {
				email: `reader.${index}@example.com`,
				firstname: 'Ada',
				cc_profile_topic: 'winter running',
				cc_profile_audience: 'beginners',
				cc_profile_tone: 'plain',
				cc_profile_length: 'short',
			},
		},
	}));
}

/** The row a claim leaves behind for a registration: what the plain insert writes. */
export function claimedRow({ ref, opensAt, closesAt, cadenceIndex }: Registration, now: number): DeliveryRow {
	return {
		ref,
		state: 'claimed',
		opensAt,
		closesAt,
		cadenceIndex,
		inputDigest: 'a'.repeat(64),
		token: 1,
		owner: 'execution 1 / Idempotency Check',
		leaseUntil: now + hour,
		attempts: 1,
		sendingSince: null,
		sentAt: null,
		committedAt: null,
		provider: null,
		providerMessageId: null,
		failureClass: null,
		retryable: false,
		reason: null,
		outcome: null,
		outcomeAt: null,
		release: null,
		variant: null,
		registeredAt: now,
		updatedAt: now,
		assetId: null,
	};
}
