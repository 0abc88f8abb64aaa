import type { DeliveryRef } from '../../core/delivery/types';
import { compareRefs } from '../../core/delivery/refs';
import type { LedgerStore, StoreTransaction } from './store';

/** Entry of a batch together with its place in it. */
interface Placed<Item> {
	readonly item: Item;
	readonly place: number;
	readonly ref: DeliveryRef;
}

/** Sorts a batch and splits it so that no ref occurs twice in a round: the second look sees what the first one did. */
function rounds<Item>(placed: readonly Placed<Item>[]): readonly (readonly Placed<Item>[])[] {
	// Batches mostly come in order, each ref once.
	if (placed.every(({ ref }, at) => at === 0 || compareRefs((placed[at - 1] as Placed<Item>).ref, ref) < 0))
		return [placed];
	const sorted = [...placed].sort((a, b) => compareRefs(a.ref, b.ref));
	const result: Placed<Item>[][] = [];
	let round = 0;
	sorted.forEach((entry, index) => {
		const before = sorted[index - 1];
		round = before !== undefined && compareRefs(before.ref, entry.ref) === 0 ? round + 1 : 0;
		(result[round] ??= []).push(entry);
	});
	return result;
}

/**
 * Runs a batch in sorted chunks, one transaction each, and returns the results in the order of the batch. An entry
 * for which `early` has an answer never reaches the store.
 */
export async function inBatches<Item, Result>(
	store: LedgerStore,
	batch: readonly Item[],
	refOf: (item: Item) => DeliveryRef,
	early: (item: Item) => Result | null,
	work: (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
	const results = new Array<Result>(batch.length);
	const placed: Placed<Item>[] = [];
	batch.forEach((item, place) => {
		const answer = early(item);
		if (answer !== null) results[place] = answer;
		else placed.push({ item, place, ref: refOf(item) });
	});
	for (const sorted of rounds(placed)) {
		for (let start = 0; start < sorted.length; start += store.chunkRows) {
			if (start > 0) await store.breathe();
			const chunk = sorted.slice(start, start + store.chunkRows);
			const answers = await store.transaction((tx) =>
				work(
					tx,
					chunk.map((entry) => entry.item),
				),
			);
			chunk.forEach((entry, index) => {
				results[entry.place] = answers[index] as Result;
			});
		}
	}
	return results;
}
