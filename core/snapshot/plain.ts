/** Definitions, groups and the like by name. */
export const byName = <Named extends { readonly name: string }>(
	all: readonly Named[],
): ReadonlyMap<string, Named> => new Map(all.map((entry) => [entry.name, entry]));

/** Ids of contacts are whole numbers: shorter is smaller, then by digits. */
export const compareIds = (a: string, b: string): number =>
	a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** The list in pieces of at most `size`. */
export function pieces<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
		items.slice(at * size, (at + 1) * size),
	);
}

/** The items by key, in their order. */
export function grouped<Item>(
	items: readonly Item[],
	keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const group = groups.get(keyOf(item));
		if (group) group.push(item);
		else groups.set(keyOf(item), [item]);
	}
	return groups;
}
