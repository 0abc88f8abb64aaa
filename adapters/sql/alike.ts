import type { DeliveryRow } from '../../core/delivery/transitions';
import type { SlotKey } from './group';
import type { Cells } from './statement';
import { changingColumns } from './tables';

/** Deliveries of one slot that change alike: the cells they share, and whose they are. */
export interface AlikeRows {
	readonly cells: Cells;
	readonly slot: SlotKey;
	readonly recipients: readonly string[];
}

const fewestAlike = 4;

/** Whether two rows of one slot get the same cells; neighbours mostly do, so this spares making a key of each. */
const changesAlike = (a: DeliveryRow, b: DeliveryRow): boolean =>
	a.ref.slot === b.ref.slot &&
	a.ref.spine === b.ref.spine &&
	a.ref.space === b.ref.space &&
	changingColumns.same(a, b);

/**
 * Splits rows into groups that one statement can write, and the rest. A claim or a confirmation changes all of its
 * rows alike, a commit none.
 */
export function splitAlike(rows: readonly DeliveryRow[]): {
	readonly alike: readonly AlikeRows[];
	readonly single: readonly DeliveryRow[];
} {
	const groups = new Map<string, DeliveryRow[]>();
	let last: DeliveryRow[] | undefined;
	for (const row of rows) {
		const [first] = last ?? [];
		if (last === undefined || first === undefined || !changesAlike(first, row)) {
			const { spine, space, slot } = row.ref;
			const id = JSON.stringify([spine, space, slot, ...changingColumns.cells(row)]);
			last = groups.get(id);
			if (last === undefined) groups.set(id, (last = []));
		}
		last.push(row);
	}
	const alike: AlikeRows[] = [];
	const single: DeliveryRow[] = [];
	for (const group of groups.values()) {
		const [first] = group;
		if (first === undefined || group.length < fewestAlike) {
			single.push(...group);
			continue;
		}
		const { spine, space, slot } = first.ref;
		const recipients = group.map(({ ref }) => ref.recipient);
		alike.push({ cells: changingColumns.cells(first), slot: [spine, space, slot], recipients });
	}
	return { alike, single };
}
