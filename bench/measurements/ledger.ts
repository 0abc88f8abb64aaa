import type { TokenRef } from '../../core/delivery/record';
import { openGrownPostgres, openGrownSqlite } from '../databases/grown';
import { GrownRun } from '../databases/grown-run';
import { pastOf } from '../databases/past';
import { serverName } from '../databases/postgres-server';
import { type Contestant, ratioOf, type Samples, shown, timed } from '../harness/rounds';
import type { BenchOptions, Goal, Measurement, Table } from '../harness/types';
import { count, inDatabases, msOf } from './histories';

const stores = [
	['SQLite', openGrownSqlite],
	['Postgres', openGrownPostgres],
] as const;

/** Most of a ratio between ten million and a million that counts as flat. */
const FLAT = 1.2;

/** Steps of the ledger that are timed, in the order of the table. */
const steps = [
	'register',
	'hand-out',
	'claim',
	'confirm',
	'commit',
	'sweep',
	'look',
	'verify since the last head',
	'desk page',
	'prune, a page',
] as const;
type Step = (typeof steps)[number];

interface Sizes {
	/** Deliveries of the past. */
	readonly histories: readonly number[];
	readonly perSlot: number;
	readonly batch: number;
	readonly rounds: number;
}

function sizesOf({ quick, large, rounds = 5 }: BenchOptions): Sizes {
	// A slot has room for what the rounds take out of it: three batches each, and the round that warms up.
	if (quick) return { histories: [0, 2_000, 4_000], perSlot: 50, batch: 8, rounds: 1 };
	const histories = [0, 1_000_000, ...(large ? [10_000_000] : [])];
	return { histories, perSlot: 25_000, batch: 1_000, rounds };
}

/** Each step of a batch; what it needs is made ready before, untimed. */
function contestantsOf(run: GrownRun, history: number): readonly Contestant[] {
	const timing = <Ready>(
		step: Step,
		ready: () => Promise<Ready>,
		work: (given: Ready) => Promise<unknown>,
	): Contestant => {
		let given: Ready;
		return {
			name: `${step}@${history}`,
			prepare: async () => {
				given = await ready();
				await run.grown.rest();
			},
			run: () => timed(() => work(given)),
		};
	};
	const none = async (): Promise<void> => undefined;
	const claimed = async (): Promise<readonly TokenRef[]> => run.claim(await run.handOut());
	return [
		timing(
			'register',
			async () => run.newcomers(),
			(owed) => run.register(owed),
		),
		timing('hand-out', none, () => run.handOut()),
		timing(
			'claim',
			() => run.handOut(),
			(refs) => run.claim(refs),
		),
		timing('confirm', claimed, (held) => run.confirm(held)),
		timing(
			'commit',
			async () => {
				const held = await claimed();
				await run.confirm(held);
				return held;
			},
			(held) => run.commit(held),
		),
		timing('sweep', none, () => run.sweep()),
		timing('look', none, () => run.look()),
		// So that every look at the chain finds the events of one batch.
		timing(
			'verify since the last head',
			async () => {
				await run.verify();
				await run.register(run.newcomers());
			},
			() => run.verify(),
		),
		timing('desk page', none, () => run.desk()),
		...(history === 0 ? [] : [timing('prune, a page', none, () => run.prune())]),
	];
}

function tableOf(
	store: string,
	{ histories, batch }: Sizes,
	samples: Samples,
	bytes: readonly number[],
): Table {
	const ms = (step: Step, history: number): string =>
		samples.has(`${step}@${history}`) ? msOf(samples, `${step}@${history}`) : '';
	return {
		title: `${store}, ms, batches of ${count(batch)}`,
		columns: ['step', ...histories.map((history) => `${count(history)} deliveries of the past`)],
		rows: [
			...steps.map((step) => [step, ...histories.map((history) => ms(step, history))]),
			['size of the database, MB', ...bytes.map((size) => shown(size / 1e6))],
		],
	};
}

/** Held to the history before the largest, where that has one at all. */
function goalsOf(store: string, { histories }: Sizes, samples: Samples): readonly Goal[] {
	const [before = 0, most = 0] = histories.slice(-2);
	if (before === 0) return [];
	return steps.map((step) => ({
		what: `${store}: ${step}, ${count(most)} deliveries of the past against ${count(before)} (flat)`,
		measured: ratioOf(samples, `${step}@${most}`, `${step}@${before}`),
		bound: { most: FLAT },
		unit: 'x',
	}));
}

/** What the ledger does every day, at no past, a million and ten million deliveries. */
export const ledger: Measurement = {
	name: 'ledger',
	title: 'The ledger as it grows',
	run: async (options) => {
		const sizes = sizesOf(options);
		const tables: Table[] = [];
		const goals: Goal[] = [];
		for (const [store, open] of stores) {
			const bytes: number[] = [];
			const began = Date.now();
			const samples = await inDatabases(
				sizes.histories,
				async (history) => {
					const past = pastOf(history / sizes.perSlot, sizes.perSlot, Date.now());
					const run = new GrownRun(await open(past), past, sizes.batch);
					await run.begin();
					bytes.push(await run.grown.size());
					return { run, close: () => run.grown.close() };
				},
				({ run }, history) => contestantsOf(run, history),
				sizes.rounds,
				(history) =>
					options.say(
						`${store}: ${count(history)} deliveries of the past are in place after ${Math.round((Date.now() - began) / 1000)} s`,
					),
			);
			tables.push(tableOf(store, sizes, samples, bytes));
			goals.push(...goalsOf(store, sizes, samples));
		}
		return { tables, goals, notes: notesOf(sizes, await serverName()) };
	},
};

const notesOf = ({ perSlot, batch }: Sizes, server: string): readonly string[] => [
	`${server}, and node:sqlite ${process.versions.sqlite ?? ''}, both flushing every commit; every past is a database of its own, and all of them are measured in the same rounds, after a checkpoint each.`,
	`The past is as the ledger leaves it under the defaults of *Prune*: one slot a day of the same ${count(perSlot)} recipients, all delivered and settled, with message ids in random order, frozen inputs of the last thirty days, and the events of batches of ${count(batch)} with two digests for each delivery. The open slot is owed to all of them; each round takes three batches out of it. HubSpot is written to by the workflow (\`writeBack: output\`), so the outbox is empty.`,
	'A look is what the stabilization check reads of a release that was shipped two days ago, with a baseline of thirty days. Verify since the last head seals and walks what one batch has written since. A page of prune removes one batch of the oldest deliveries with their message ids.',
	'Goals stand beside a run with `--large` only: ten million against a million. A past of nothing is another thing, since a look then has no baseline.',
];
