import type { StoreTransaction } from '../store';

/** The same entries, under the names that their keys go by: those of an erased person have keyed ones. */
export async function asNamed<Item extends { readonly key: string }>(
	tx: StoreTransaction,
	scope: string,
	items: readonly Item[],
): Promise<readonly Item[]> {
	const given = items.map(({ key }) => key);
	const names = await tx.erasure.keyNames(scope, given);
	return names === given ? items : items.map((item, at) => ({ ...item, key: names[at] ?? item.key }));
}
