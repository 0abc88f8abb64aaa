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
