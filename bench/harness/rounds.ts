import { median } from 'simple-statistics';

/** Something that is timed beside others. */
export interface Contestant {
	readonly name: string;
	/** What must be in place before each round; not timed. */
	readonly prepare?: (round: number) => Promise<void>;
	/** Does the work once and returns what it took, in milliseconds. */
	readonly run: (round: number) => Promise<number>;
}

/** The figures of one contestant, one per round, in milliseconds. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/**
 * Runs every contestant once per round, in another order each round, so that a change of the machine's mood hits all
 * of them. A round before the first one warms up and does not count, unless there is only one round.
 */
export async function inRounds(contestants: readonly Contestant[], rounds: number): Promise<Samples> {
	const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
	const warmUps = rounds > 1 ? 1 : 0;
	for (let round = 0; round < rounds + warmUps; round += 1) {
		for (const contestant of rotated(contestants, round)) {
			await contestant.prepare?.(round);
			const took = await contestant.run(round);
			if (round >= warmUps) samples.get(contestant.name)?.push(took);
		}
	}
	return samples;
}

/** The items from another start in every second round, and backwards in between: everybody is first equally often. */
export function rotated<Item>(items: readonly Item[], round: number): Item[] {
	const start = items.length === 0 ? 0 : Math.floor(round / 2) % items.length;
	const from = [...items.slice(start), ...items.slice(0, start)];
	return round % 2 === 1 ? from.reverse() : from;
}

/** Median of a contestant's rounds, in milliseconds. */
export const medianOf = (samples: Samples, name: string): number => median([...of(samples, name)]);

/** How often `base` fits into `other`: the median of the ratios within each round. */
export function ratioOf(samples: Samples, other: string, base: string): number {
	const bases = of(samples, base);
	return median(of(samples, other).map((took, round) => took / (bases[round] ?? took)));
}

/** Fastest and slowest round, e.g. `48-61`. */
export function spreadOf(samples: Samples, name: string): string {
	const all = of(samples, name);
	return `${shown(Math.min(...all))}-${shown(Math.max(...all))}`;
}

function of(samples: Samples, name: string): readonly number[] {
	const found = samples.get(name);
	if (found === undefined || found.length === 0) throw new Error(`Nothing was measured for ${name}.`);
	return found;
}

/** A figure with three significant digits, without an exponent. */
export function shown(value: number): string {
	if (value === 0) return '0';
	const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
	return value.toFixed(Math.min(digits, 3)).replace(/\B(?=(\d{3})+$)/g, value >= 10_000 ? ' ' : '');
}

/** Milliseconds a piece of work took. */
export async function timed(work: () => unknown): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}
