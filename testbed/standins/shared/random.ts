/**
 * A seeded stream of numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). The same seed gives the same
 * account in every run.
 */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** One of the list, chosen by a stream. */
export function pick<Item>(random: () => number, list: readonly Item[]): Item {
	const item = list[Math.floor(random() * list.length)];
	if (item === undefined) throw new Error('Nothing to pick from');
	return item;
}
