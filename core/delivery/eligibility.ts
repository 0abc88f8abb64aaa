import type { CommitFacts } from './record';
import type { PropertyMapping } from './spine-settings';
import type { Instant, JsonObject } from './types';

/**
 * Delivery status of a contact (content-creator-facts.md, "One delivery cycle"). Only `active` is served; `suppressed`
 * never resumes by itself.
 */
export const DELIVERY_STATUSES = ['active', 'onboarding', 'paused', 'error', 'suppressed'] as const;

/** Property names of the content-delivery system; email is critical, as nothing can be sent without it. */
export const defaultProperties: PropertyMapping = {
	status: 'cc_delivery_status',
	nextEligibleAt: 'cc_next_eligible_send_at',
	lastDeliveryAt: 'cc_last_delivery_at',
	deliveryCount: 'cc_delivery_count',
	lastAssetId: 'cc_last_asset_id',
	critical: ['email'],
	defaults: {},
	also: ['firstname', 'hs_email_optout', 'hs_email_quarantined'],
};

/** HubSpot's own marks of an address that must not be written to; counted as suppressed when they were read. */
const SUPPRESSIONS = ['hs_email_optout', 'hs_email_quarantined'] as const;

/** A contact as read, with the values of the mapping's properties; `null` or absent where there is none. */
export interface RecipientSnapshot {
	readonly id: string;
	readonly properties: Readonly<Record<string, string | null | undefined>>;
	readonly archived?: boolean;
	/** Id of the contact this one was merged into. */
	readonly mergedInto?: string | null;
}

export type Assessment =
	/** `input` is what is frozen: `{id, properties}` with defaults applied. */
	| { readonly status: 'eligible'; readonly input: JsonObject }
	/** Active, but cannot be served. The reason names properties, never values. */
	| { readonly status: 'held'; readonly reason: string }
	| { readonly status: 'not-due'; readonly reason: string };

/** The properties a contact must be read with, each once. */
export function propertiesToRead(mapping: PropertyMapping): readonly string[] {
	const { status, nextEligibleAt, lastDeliveryAt, deliveryCount, lastAssetId } = mapping;
	const own = [status, nextEligibleAt, lastDeliveryAt, deliveryCount, lastAssetId];
	return [
		...new Set([
			...own,
			...mapping.critical,
			...Object.keys(mapping.defaults),
			...mapping.also,
			...SUPPRESSIONS,
		]),
	];
}

/**
 * Whether a recipient is owed a delivery now (content-creator-facts.md): status `active`, next eligible time absent or
 * reached, not suppressed, every critical property present. Missing non-critical properties get their defaults; a
 * default never stands in for a critical one. Blank text counts as missing. Never throws.
 */
export function assessRecipient(
	snapshot: RecipientSnapshot,
	mapping: PropertyMapping,
	now: Instant,
): Assessment {
	const valueOf = (property: string): string | null => {
		const value = Object.hasOwn(snapshot.properties, property) ? snapshot.properties[property] : null;
		return value === null || value === undefined || value.trim() === '' ? null : value;
	};
	const notDue = (reason: string): Assessment => ({ status: 'not-due', reason });
	const held = (reason: string): Assessment => ({ status: 'held', reason });

	if (snapshot.archived) return notDue('The contact is archived.');
	if (snapshot.mergedInto) return notDue('The contact was merged into another one.');

	const status = valueOf(mapping.status)?.trim() ?? null;
	if (status === null) return notDue(`The property ${mapping.status} is empty.`);
	if (status !== 'active') {
		const known = (DELIVERY_STATUSES as readonly string[]).includes(status);
		return notDue(
			known ? `The delivery status is ${status}.` : 'The delivery status is none of the known ones.',
		);
	}
	const suppression = SUPPRESSIONS.find((property) => valueOf(property)?.trim().toLowerCase() === 'true');
	if (suppression) return notDue(`The contact is suppressed (${suppression}).`);

	const next = valueOf(mapping.nextEligibleAt);
	if (next !== null) {
		const nextAt = readInstant(next);
		if (nextAt === null) return held(`The property ${mapping.nextEligibleAt} is not a readable date.`);
		if (nextAt > now) return notDue('The next eligible time is not reached yet.');
	}

	const missing = mapping.critical.filter((property) => valueOf(property) === null);
	if (missing.length > 0) {
		return held(
			missing.length === 1
				? `The critical property ${missing.join()} is missing.`
				: `The critical properties ${missing.join(', ')} are missing.`,
		);
	}

	const properties = propertiesToRead(mapping).map((property): [string, string | null] => [
		property,
		valueOf(property) ??
			(Object.hasOwn(mapping.defaults, property) ? (mapping.defaults[property] ?? null) : null),
	]);
	return { status: 'eligible', input: { id: snapshot.id, properties: Object.fromEntries(properties) } };
}

/**
 * Reads a HubSpot date or datetime: epoch milliseconds as digits, `YYYY-MM-DD` (midnight UTC) or ISO 8601 with offset.
 * `null` if it is none of these; a local time without offset is not guessed.
 */
export function readInstant(text: string): Instant | null {
	const value = text.trim();
	if (/^-?\d{10,15}$/.test(value)) return Number(value);
	if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/.test(value)) return null;
	const at = Date.parse(value);
	// Date.parse turns 30 February into 2 March; such a date is not readable.
	const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];
	return Number.isNaN(at) || new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day ? null : at;
}

/**
 * What is written to the contact after a commit: last delivery, next eligible time, count and, if known, the asset.
 * Datetimes in ISO 8601 UTC, which HubSpot's datetime properties accept. The next eligible time is the opening of the
 * next slot in rhythm, never the send plus the interval.
 *
 * @param nextSlotOpensAt opening of the slot after the delivered one
 */
export function deliveryWrites(
	mapping: PropertyMapping,
	facts: Pick<CommitFacts, 'sentAt' | 'deliveryCount'>,
	nextSlotOpensAt: Instant,
	assetId?: string | null,
): Readonly<Record<string, string>> {
	return {
		[mapping.lastDeliveryAt]: new Date(facts.sentAt).toISOString(),
		[mapping.nextEligibleAt]: new Date(nextSlotOpensAt).toISOString(),
		[mapping.deliveryCount]: String(facts.deliveryCount),
		...(assetId ? { [mapping.lastAssetId]: assetId } : {}),
	};
}
