import type { DeliveryRecord } from '../../../core/delivery/record';
import type { DeliveryRef } from '../../../core/delivery/types';
import { type LedgerContext, recordOf } from '../context';
import type { SlotClaims } from '../../../core/stability/failed-run';
import type { SlotSight } from '../../../core/desk/slot';
import type { DeskLedger } from '../desk';
import { toEvent } from './events';
import { get } from './read';

const present = (records: readonly (DeliveryRecord | null)[]): readonly DeliveryRecord[] =>
	records.filter((record) => record !== null);

/** See {@link DeskLedger}. One short transaction for each slot, so that no writer waits for a whole page. */
export function deskLedger(context: LedgerContext): DeskLedger {
	const { store } = context;
	const records = async (refs: readonly DeliveryRef[]): Promise<readonly DeliveryRecord[]> =>
		present(await get(context, refs, false));
	const newestSlots = (spine: string, newest: number) =>
		store.transaction(async (tx) => {
			const now = await tx.now();
			return { now, slots: await tx.desk.newestSlots(spine, now, newest) };
		});
	return {
		spines: () => store.transaction(async (tx) => (await tx.spines()).map(recordOf)),
		slots: async (spine, newest) => {
			const { now, slots } = await newestSlots(spine, newest);
			const seen: SlotSight[] = [];
			for (const slot of slots) {
				seen.push(await store.transaction((tx) => tx.desk.sight(slot, now)));
				await store.breathe();
			}
			return seen;
		},
		claims: async (spine, newest, without = []) => {
			const { now, slots } = await newestSlots(spine, newest);
			const seen: SlotClaims[] = [];
			for (const slot of slots) {
				if (without.includes(slot.slot)) continue;
				const owners = await store.transaction((tx) => tx.desk.claimedBy(slot, now));
				seen.push({ slot: slot.slot, owners });
				await store.breathe();
			}
			return seen;
		},
		doubts: async (spine, limit, without = []) =>
			await records(
				await store.transaction(async (tx) => tx.desk.doubtful(spine, await tx.now(), limit, without)),
			),
		newest: async (query) => (await store.transaction((tx) => tx.desk.newestEvents(query))).map(toEvent),
		ofRecipient: async (recipient, slots) => {
			const refs = await store.transaction(async (tx) => {
				const now = await tx.now();
				const found: DeliveryRef[] = [];
				for (const { settings } of await tx.spines())
					for (const { spine, space, slot } of await tx.desk.newestSlots(settings.spine, now, slots))
						found.push({ spine, space, slot, recipient });
				return found;
			});
			return await records(refs);
		},
		byMessage: async (messageId) =>
			await records(await store.transaction((tx) => tx.desk.messageRefs(messageId))),
		kindsSince: (since, within) => store.transaction((tx) => tx.desk.countKinds(since, within)),
		unsealed: () => store.transaction((tx) => tx.countUnsealed()),
	};
}
