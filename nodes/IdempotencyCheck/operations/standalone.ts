import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { parseCadence, slotAt, type Slot } from '../../../core/delivery/cadence';
import { canonicalJson, canonicalPart } from '../../../core/delivery/canonical';
import { envelopeOf } from '../../../core/delivery/envelope';
import { spaceOf } from '../../../core/delivery/key';
import { modeFor } from '../../../core/delivery/routing';
import type { DeliveryRef, JsonObject } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { Ledger } from '../../../app/ledger/api';
import type { Registration } from '../../../core/delivery/record';
import type { SpineRecord } from '../../../core/delivery/spine-settings';
import { now } from '../../kit/clock';
import type { OwnDelivery } from '../../kit/envelope';
import { fieldOf } from '../../../core/delivery/fields';
import { toGateError } from '../../../core/errors/unknown';
import type { ItemOutputs } from '../../kit/items';
import { textParameter } from '../../kit/parameters';

/** A delivery made from an item of a spine without Due Deliveries, with what registers it. */
export interface StandaloneDelivery extends OwnDelivery {
	readonly register: Omit<Registration, 'ref'>;
}

const frozen = (json: IDataObject): Pick<Registration, 'input' | 'text'> => {
	const { delivery: _delivery, releaseGate: _releaseGate, ...input } = json;
	return { input: input as JsonObject, text: canonicalJson(input) };
};

const openSlot = (record: SpineRecord): Slot => {
	const slot = slotAt(parseCadence(record.settings.cadence), now());
	if (slot === null) throw gateError('no-open-slot', { spine: record.settings.spine });
	return slot;
};

/**
 * Deliveries of the spine's open slot, one per item, from a field that names the recipient; the item's json becomes
 * the frozen input. Test recipients, and all of a spine in dry run, get the dry run's key space. Items without a
 * usable recipient, and all items while no slot is open, leave on the harmless output. Throws
 * `ledger-spine-unknown`.
 */
export async function standaloneDeliveries(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	out: ItemOutputs,
): Promise<readonly StandaloneDelivery[]> {
	const spine = textParameter(ctx, 'spine');
	const field = textParameter(ctx, 'recipientField');
	const record = await ledger.spines.get(spine);
	if (record === null) throw gateError('ledger-spine-unknown', { spine });
	const { settings } = record;
	let slot: Slot;
	try {
		slot = openSlot(record);
	} catch (error) {
		out.items.forEach((_item, index) => out.refuse(index, toGateError(error)));
		return [];
	}
	const { id, opensAt, closesAt, index: cadenceIndex } = slot;
	const firstWith = new Map<string, number>();
	return out.items.flatMap((item, index): StandaloneDelivery[] => {
		try {
			const value = fieldOf(item.json, field);
			if (value === undefined || value === null || value === '') {
				throw gateError('field-missing', { item: index, field, parameter: 'Recipient Field' });
			}
			const recipient = canonicalPart(value, 'recipient');
			const mode = modeFor(record, recipient);
			const ref: DeliveryRef = { spine, recipient, slot: id, space: spaceOf(mode, settings.dryRun) };
			const envelope = envelopeOf(ref);
			const { key } = envelope;
			const other = firstWith.get(key);
			if (other !== undefined) throw gateError('duplicate-in-batch', { item: index, other });
			firstWith.set(key, index);
			return [
				{
					index,
					envelope,
					register: { opensAt, closesAt, cadenceIndex, ...frozen(item.json) },
				},
			];
		} catch (error) {
			out.refuse(index, toGateError(error));
			return [];
		}
	});
}
