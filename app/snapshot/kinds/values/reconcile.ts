import { nextSlot, type ParsedCadence } from '../../../../core/delivery/cadence';
import type { PropertyMapping } from '../../../../core/delivery/spine-settings';
import type { ReadOutcome } from '../../../../core/delivery/contacts';
import type { ValueStep } from '../../../../core/snapshot/values/plan';
import type { SnapshotPorts } from '../../ports';

/** The rhythm a release moved, and the one to go on in. */
export interface Rhythm {
	readonly spine: string;
	readonly mapping: PropertyMapping;
	/** The rhythm that is being restored. */
	readonly restored: ParsedCadence;
	/** The rhythm of the release. */
	readonly released: ParsedCadence;
}

/** A date or datetime property: ISO 8601 or epoch milliseconds. */
const instantOf = (value: string): number => (/^\d+$/.test(value) ? Number(value) : Date.parse(value));

/**
 * Delivery state is never rewound. One thing of it depends on the rhythm, though: when a contact is due next. Where
 * the ledger knows the last send, and HubSpot holds exactly the next slot of the released rhythm after it (what a
 * commit under the release wrote), it becomes the next slot of the restored rhythm after that same send. Any other
 * value is somebody's and stays. Count, last send and asset are the ledger's and hold in both rhythms.
 */
export async function reconcileContact(
	ports: SnapshotPorts,
	rhythm: Rhythm,
	outcomes: readonly ReadOutcome[],
): Promise<readonly ValueStep[]> {
	const found = outcomes.flatMap((outcome) => (outcome.status === 'found' ? [outcome.contact] : []));
	const ids = found.map(({ id }) => id);
	const sent = await ports.ledger.deliveries.lastSent(rhythm.spine, 'live', ids);
	const property = rhythm.mapping.nextEligibleAt;
	return found.flatMap((contact, at): readonly ValueStep[] => {
		const last = sent[at] ?? null;
		const above = contact.history?.[property]?.[0];
		const current = contact.properties[property] ?? null;
		if (last === null || !above || current === null || above.value !== current) return [];
		const released = nextSlot(rhythm.released, last).opensAt;
		const restored = nextSlot(rhythm.restored, last).opensAt;
		if (released === restored || instantOf(current) !== released) return [];
		const to = new Date(restored).toISOString();
		return [{ contactId: contact.id, property, from: current, to, above }];
	});
}
