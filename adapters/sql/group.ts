import type { DeliveryRef } from '../../core/delivery/types';
import { raw, sql, type Sql } from './statement';

/** What the deliveries of one slot share. */
export type SlotKey = readonly [spine: string, space: string, slot: string];

/** The rows of one slot, in a table whose key begins with it. */
export const inSlot = (alias: string, [spine, space, slot]: SlotKey): Sql =>
	sql`${raw(alias)}.spine = ${spine} AND ${raw(alias)}.space = ${space} AND ${raw(alias)}.slot = ${slot}`;

/** Deliveries of one slot: their recipients and their places in the list they come from. */
export interface SlotGroup {
	readonly slot: SlotKey;
	readonly recipients: readonly string[];
	readonly places: readonly number[];
}

/** Refs by slot, in order of first appearance. Neighbours mostly share one, so no key is made for each. */
export function bySlot(refs: readonly DeliveryRef[]): readonly SlotGroup[] {
	interface Growing {
		readonly slot: SlotKey;
		readonly recipients: string[];
		readonly places: number[];
	}
	const groups = new Map<string, Growing>();
	let last: Growing | undefined;
	refs.forEach(({ spine, space, slot, recipient }, place) => {
		if (last === undefined || last.slot[2] !== slot || last.slot[1] !== space || last.slot[0] !== spine) {
			const id = `${spine}\u0000${space}\u0000${slot}`;
			last = groups.get(id);
			if (last === undefined)
				groups.set(id, (last = { slot: [spine, space, slot], recipients: [], places: [] }));
		}
		last.recipients.push(recipient);
		last.places.push(place);
	});
	return [...groups.values()];
}

/** Groups neighbours and strangers alike by key; groups come in order of first appearance. */
export function groupBy<Item>(
	items: readonly Item[],
	keyOf: (item: Item) => string,
): readonly (readonly Item[])[] {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const key = keyOf(item);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [item]);
		else group.push(item);
	}
	return [...groups.values()];
}
