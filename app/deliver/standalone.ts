import { parseCadence, slotAt, type Slot, slotToRehearse } from '../../core/delivery/cadence';
import { canonicalJson, canonicalPart } from '../../core/delivery/canonical';
import { envelopeOf } from '../../core/delivery/envelope';
import { fieldOf, type ItemJson } from '../../core/delivery/fields';
import { spaceOf } from '../../core/delivery/key';
import type { Registration } from '../../core/delivery/record';
import { modeFor } from '../../core/delivery/routing';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { DeliveryRef, Envelope, Instant, JsonObject } from '../../core/delivery/types';
import { gateError, type ReleaseGateError } from '../../core/errors';
import { toGateError } from '../../core/errors/unknown';

/** What an item of a spine without Due Deliveries is owed, with what registers it; or why it is owed nothing. */
export type Standalone =
	| {
			readonly status: 'owed';
			readonly envelope: Envelope;
			readonly register: Omit<Registration, 'ref'>;
	  }
	| { readonly status: 'refused'; readonly error: ReleaseGateError };

const frozen = (json: ItemJson): Pick<Registration, 'input' | 'text'> => {
	const { delivery: _delivery, releaseGate: _releaseGate, ...input } = json;
	return { input: input as JsonObject, text: canonicalJson(input) };
};

const openSlot = (record: SpineRecord, now: Instant, rehearses: boolean): Slot => {
	const cadence = parseCadence(record.settings.cadence);
	const slot = rehearses ? slotToRehearse(cadence, now) : slotAt(cadence, now);
	if (slot === null) throw gateError('no-open-slot', { spine: record.settings.spine });
	return slot;
};

/**
 * Deliveries of the spine's open slot, one per item in order, from a field that names the recipient; the item's json
 * becomes the frozen input. Test recipients, and all of a spine in dry run, get the dry run's key space. Refused are
 * items without a usable recipient, repeated ones, and all while no slot is open. Never throws.
 *
 * @param rehearsal label of a dry run in which all of them are rehearsed, whatever the spine's mode; empty for none
 */
export function standaloneDeliveries(
	record: SpineRecord,
	items: ReadonlyArray<{ readonly json: ItemJson }>,
	field: string,
	now: Instant,
	rehearsal = '',
): readonly Standalone[] {
	const { settings } = record;
	let slot: Slot;
	try {
		slot = openSlot(record, now, rehearsal !== '');
	} catch (error) {
		return items.map(() => ({ status: 'refused', error: toGateError(error) }));
	}
	const { id, opensAt, closesAt, index: cadenceIndex } = slot;
	const firstWith = new Map<string, number>();
	return items.map(({ json }, item): Standalone => {
		try {
			const value = fieldOf(json, field);
			if (value === undefined || value === null || value === '') {
				throw gateError('field-missing', { item, field, parameter: 'Recipient Field' });
			}
			const recipient = canonicalPart(value, 'recipient');
			const space =
				rehearsal === ''
					? spaceOf(modeFor(record, recipient), settings.dryRun)
					: spaceOf('dry-run', rehearsal);
			const ref: DeliveryRef = { spine: settings.spine, recipient, slot: id, space };
			const envelope = envelopeOf(ref);
			const other = firstWith.get(envelope.key);
			if (other !== undefined) throw gateError('duplicate-in-batch', { item, other });
			firstWith.set(envelope.key, item);
			return {
				status: 'owed',
				envelope,
				register: { opensAt, closesAt, cadenceIndex, ...frozen(json) },
			};
		} catch (error) {
			return { status: 'refused', error: toGateError(error) };
		}
	});
}
