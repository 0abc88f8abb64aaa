import {
	minimumGapMs,
	parseCadence,
	type ParsedCadence,
	slotByIndex,
	type Slot,
	nextSlot,
} from '../../core/delivery/cadence';
import { assessRecipient, propertiesToRead, readInstant } from '../../core/delivery/eligibility';
import { spaceOf } from '../../core/delivery/key';
import { modeFor } from '../../core/delivery/routing';
import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import type { PropertyMapping, SpineRecord } from '../../core/delivery/spine-settings';
import type { Contact, ContactQuery } from '../../core/delivery/contacts';
import type { ContactDirectory } from '../ports/contacts';

/** The last slot whose window is over, if there is one. */
export function lastClosedSlot(parsed: ParsedCadence, now: Instant): Slot | null {
	for (let { index } = nextSlot(parsed, now); index > 0; index -= 1) {
		const slot = slotByIndex(parsed, index - 1);
		if (slot.closesAt <= now) return slot;
	}
	return null;
}

/** Active contacts whose next eligible time came by then, or was never set. */
const overdueQuery = (mapping: PropertyMapping, opensAt: Instant): ContactQuery => {
	const active = { property: mapping.status, operator: 'EQ', value: 'active' } as const;
	return {
		anyOf: [
			[active, { property: mapping.nextEligibleAt, operator: 'LTE', value: String(opensAt) }],
			[active, { property: mapping.nextEligibleAt, operator: 'NOT_HAS_PROPERTY' }],
		],
	};
};

/**
 * Whether the contact was owed a delivery when the slot opened: due by then, and what makes it eligible stood already,
 * as its history tells. What became true within the window is the next slot's business.
 */
function wasOwed(contact: Contact, mapping: PropertyMapping, opensAt: Instant, now: Instant): boolean {
	if (assessRecipient(contact, mapping, now).status !== 'eligible') return false;
	const next = contact.properties[mapping.nextEligibleAt];
	const nextAt = next === null || next === undefined || next.trim() === '' ? null : readInstant(next);
	if (nextAt !== null && nextAt > opensAt) return false;
	// An outbox that was late wrote the next eligible time within the window; the one before was due as well.
	return [mapping.status, ...(nextAt === null ? [mapping.nextEligibleAt] : []), ...mapping.critical].every(
		(property) => {
			const newest = contact.history?.[property]?.[0];
			return newest === undefined ? contact.createdAt <= opensAt : newest.at <= opensAt;
		},
	);
}

/**
 * Contacts that were owed a delivery in a closed slot and of whom the ledger never heard: eligible in HubSpot, next
 * eligible time reached when the slot opened, window over, nothing registered. Absence is the failure schedules have.
 * Contacts served less than the minimum gap before the slot closed were not owed one.
 *
 * @returns ids of the contacts, ascending. Throws what the directory throws, also when single contacts cannot be read
 */
export async function neverRegistered(
	ledger: Ledger,
	directory: ContactDirectory,
	spine: SpineRecord,
	slot: Slot,
	now: Instant,
): Promise<readonly string[]> {
	const { settings } = spine;
	const mapping = settings.properties;
	const properties = propertiesToRead(mapping);
	const gap = minimumGapMs(parseCadence(settings.cadence));
	const found = new Set<string>();
	for await (const ids of directory.eligibleIds(overdueQuery(mapping, slot.opensAt))) {
		const live = ids.filter((id) => modeFor(spine, id) === 'live');
		const refs = live.map((recipient) => ({
			spine: settings.spine,
			space: spaceOf('live'),
			slot: slot.id,
			recipient,
		}));
		const known = await ledger.deliveries.get(refs);
		const sent = await ledger.deliveries.lastSent(settings.spine, 'live', live);
		const unknown = live.filter((_id, at) => {
			const last = sent[at];
			return !known[at] && !(typeof last === 'number' && slot.closesAt - last < gap);
		});
		if (unknown.length === 0) continue;
		const { outcomes } = await directory.read(unknown, properties, { history: true });
		for (const outcome of outcomes) {
			if (outcome.status === 'failed') throw outcome.error;
			if (outcome.status !== 'found' || outcome.contact.archived) continue;
			if (wasOwed(outcome.contact, mapping, slot.opensAt, now)) found.add(outcome.contact.id);
		}
	}
	return [...found].sort();
}
