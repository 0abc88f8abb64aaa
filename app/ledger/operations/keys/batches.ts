import { compareText } from '../../../../core/delivery/refs';
import type { KeyRef } from '../../../../core/once/record';
import type { LedgerStore, StoreTransaction } from '../../store';

/** Most keys of one transaction: they are a fifth of the work of deliveries. */
const keysPerChunk = ({ chunkRows }: LedgerStore): number => Math.min(5 * chunkRows, 20_000);

/** Entries of one scope in order of their keys, each key once, with the places it had. */
interface Sorted<Item> {
	readonly items: readonly Item[];
	/** Place of each item in the batch; `null` where the batch came in order. */
	readonly places: readonly number[] | null;
	/** Places of repeated keys, with the place of the first. */
	readonly again: readonly (readonly [place: number, first: number])[];
}

export function sorted<Item extends { readonly key: string }>(batch: readonly Item[]): Sorted<Item> {
	const keyAt = (place: number): string => (batch[place] as Item).key;
	// Ids mostly come in their order.
	let at = 1;
	while (at < batch.length && keyAt(at - 1) < keyAt(at)) at += 1;
	if (at >= batch.length) return { items: batch, places: null, again: [] };
	// Compared where they stand: to reach through the batch for each key takes twice as long.
	const order = batch.map((item, place) => ({ key: item.key, place, item }));
	order.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place));
	const again: [number, number][] = [];
	const places: number[] = [];
	const items: Item[] = [];
	let before: { readonly key: string; readonly place: number } | undefined;
	for (const entry of order) {
		if (before?.key === entry.key) {
			again.push([entry.place, before.place]);
			continue;
		}
		places.push(entry.place);
		items.push(entry.item);
		before = entry;
	}
	return { items, places, again };
}

/** Runs `work` over chunks of sorted keys, one transaction each, and puts its answers where the entries stood. */
export async function inChunks<Item, Result>(
	store: LedgerStore,
	{ items, places }: Sorted<Item>,
	results: Result[],
	work: (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
	const size = keysPerChunk(store);
	for (let start = 0; start < items.length; start += size) {
		if (start > 0) await store.breathe();
		const answers = await store.transaction((tx) => work(tx, items.slice(start, start + size)));
		answers.forEach((answer, at) => {
			results[places === null ? start + at : (places[start + at] as number)] = answer;
		});
	}
}

/** Runs a batch that may name several scopes, scope by scope in their order. */
export async function byScope<Item extends KeyRef, Result>(
	store: LedgerStore,
	batch: readonly Item[],
	work: (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
	const results = new Array<Result>(batch.length);
	const scopes = new Map<string, number[]>();
	batch.forEach(({ scope }, place) => {
		const places = scopes.get(scope);
		if (places === undefined) scopes.set(scope, [place]);
		else places.push(place);
	});
	for (const scope of [...scopes.keys()].sort(compareText)) {
		const own = scopes.get(scope) ?? [];
		const order = sorted(own.map((place) => batch[place] as Item));
		const answers = new Array<Result>(own.length);
		await inChunks(store, order, answers, work);
		for (const [place, first] of order.again) answers[place] = answers[first] as Result;
		own.forEach((place, at) => {
			results[place] = answers[at] as Result;
		});
	}
	return results;
}
