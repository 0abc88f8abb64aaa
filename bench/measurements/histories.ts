import {
	type Contestant,
	inRounds,
	medianOf,
	ratioOf,
	type Samples,
	shown,
	spreadOf,
} from '../harness/rounds';
import type { BenchOptions, Goal } from '../harness/types';

/** Sizes of history, batch and rounds of a measurement over databases with history. */
export interface Sizes {
	readonly histories: readonly number[];
	readonly size: number;
	readonly rounds: number;
}

/** None and a million rows of history, with `--large` ten million; `size` and `rounds` of a run that counts. */
export function sizesOf(options: BenchOptions, size: number, rounds: number): Sizes {
	if (options.quick) return { histories: [0, 2_000], size: 500, rounds: 1 };
	const histories = [0, 1_000_000, ...(options.large ? [10_000_000] : [])];
	return { histories, size, rounds: options.rounds ?? rounds };
}

export const count = (value: number): string => value.toLocaleString('en');

/** Median and spread of a contestant, e.g. `52.0 (48.1-61.3)`, in milliseconds. */
export const msOf = (samples: Samples, name: string): string =>
	`${shown(medianOf(samples, name))} (${spreadOf(samples, name)})`;

/** Opens a database for each case, measures all their contestants in the same rounds, and closes them. */
export async function inDatabases<Case, Database extends { close(): Promise<void> }>(
	cases: readonly Case[],
	open: (one: Case) => Promise<Database>,
	contestantsOf: (database: Database, one: Case) => readonly Contestant[],
	rounds: number,
	say: (one: Case) => void,
): Promise<Samples> {
	const databases: Database[] = [];
	try {
		const contestants: Contestant[] = [];
		for (const one of cases) {
			const database = await open(one);
			databases.push(database);
			contestants.push(...contestantsOf(database, one));
			say(one);
		}
		return await inRounds(contestants, rounds);
	} finally {
		for (const database of databases) await database.close();
	}
}

/** Most of a ratio that still counts as flat. */
const FLAT = 1.5;

/** The goals that a figure does not grow with the history; `nameOf` names the contestant of a history. */
export const flatGoals = (
	what: string,
	{ histories }: Sizes,
	samples: Samples,
	nameOf: (history: number) => string,
): readonly Goal[] =>
	histories.slice(1).map((history) => ({
		what: `${what} with ${count(history)} of history against none (flat)`,
		measured: ratioOf(samples, nameOf(history), nameOf(0)),
		bound: { most: FLAT },
		unit: 'x',
	}));
