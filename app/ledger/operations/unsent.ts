import { parseCadence, slotAt } from '../../../core/delivery/cadence';
import { type DeliveryRow, lapse, type SpineFacts, willReplay } from '../../../core/delivery/transitions';
import type { DeliveryRef, Instant, Space } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { DeliveryRecord } from '../../../core/delivery/record';
import { compareText } from '../../../core/delivery/refs';
import { factsOf, type LedgerContext } from '../context';
import type { SlotRow, StoreTransaction } from '../store';
import { inputOf, storedIn } from './claim';
import { refuseUnsealed } from './unsealed';

const isUnsent = (row: DeliveryRow, spine: SpineFacts, now: Instant): boolean => {
	const next = lapse(row, spine, now);
	return now < next.closesAt && (next.state === 'due' || willReplay(next, spine, now));
};

/**
 * Notes that somebody looked at the slot that is open now: a slot that nobody looked at is a missed one, and a slot
 * in which nobody was due is not.
 */
async function noteLook(tx: StoreTransaction, spine: string, space: Space, now: Instant): Promise<void> {
	const row = await tx.spine(spine, 'none');
	if (row === null) throw gateError('ledger-spine-unknown', { spine });
	const slot = slotAt(parseCadence(row.settings.cadence), now);
	if (slot === null) return;
	await tx.noteSlots([{ spine, space, slot: slot.id, opensAt: slot.opensAt, closesAt: slot.closesAt }]);
}

async function unsentOfSlot(
	tx: StoreTransaction,
	context: LedgerContext,
	facts: SpineFacts,
	slot: SlotRow,
	now: Instant,
	limit: number,
	after: DeliveryRef | undefined,
): Promise<readonly DeliveryRecord[]> {
	const found: DeliveryRecord[] = [];
	let from = after;
	while (found.length < limit) {
		const page = await tx.listDeliveries(
			{
				spine: slot.spine,
				space: slot.space,
				slot: slot.slot,
				states: ['due', 'claimed', 'failed'],
				after: from,
				limit,
			},
			true,
		);
		await refuseUnsealed(tx, context, storedIn(page));
		for (const loaded of page) {
			if (found.length < limit && isUnsent(loaded.row, facts, now)) {
				found.push({ ...loaded.row, input: inputOf(context, loaded) });
			}
		}
		if (page.length < limit) break;
		from = page.at(-1)?.row.ref;
	}
	return found;
}

/** See `DeliveryLedger.unsent`. Throws for an unknown spine. */
export function unsent(
	context: LedgerContext,
	spine: string,
	space: Space,
	limit: number,
	after?: DeliveryRef,
): Promise<readonly DeliveryRecord[]> {
	return context.store.transaction(async (tx) => {
		const now = await tx.now();
		await noteLook(tx, spine, space, now);
		const row = await tx.spine(spine, 'none');
		if (row === null) return [];
		const facts = factsOf(row);
		const slots = (await tx.unsettledSlots(spine))
			.filter((slot) => slot.space === space && slot.opensAt <= now && now < slot.closesAt)
			.filter((slot) => after === undefined || slot.slot >= after.slot)
			.sort((a, b) => compareText(a.slot, b.slot));
		const found: DeliveryRecord[] = [];
		for (const slot of slots) {
			if (found.length >= limit) break;
			const from = after?.slot === slot.slot ? after : undefined;
			found.push(...(await unsentOfSlot(tx, context, facts, slot, now, limit - found.length, from)));
		}
		return found;
	});
}
