/** Most contacts in one batch, and in one with history (HubSpot, batch limits). */
export const batchSize = { plain: 100, history: 50 } as const;

/** Batches of one operation that are under way at once; the buckets set the pace. */
const lanes = 3;

/** The list in pieces of at most `size`. */
export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
	const pieces: (readonly Item[])[] = [];
	for (let start = 0; start < items.length; start += size) pieces.push(items.slice(start, start + size));
	return pieces;
}

/** Runs `work` on every item, a few at a time. */
export async function inLanes<Item>(
	items: readonly Item[],
	work: (item: Item) => Promise<void>,
): Promise<void> {
	let next = 0;
	const lane = async (): Promise<void> => {
		for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

/** Ids of HubSpot's records: whole numbers. */
export const isContactId = (id: string): boolean => /^[1-9]\d{0,19}$/.test(id);
