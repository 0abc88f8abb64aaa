import type { BenchDatabase, OpenDatabase } from '../databases/database';
import { openPostgres } from '../databases/postgres';
import { serverName } from '../databases/postgres-server';
import { claimedRow, recipients, registrationsOf } from '../databases/rows';
import { openSqlite } from '../databases/sqlite';
import { profiled, type PartOf } from '../harness/profile';
import { type Contestant, ratioOf, type Samples, shown, timed } from '../harness/rounds';
import type { Goal, Measurement, Report, Table } from '../harness/types';
import { count, flatGoals, inDatabases, msOf, type Sizes, sizesOf } from './histories';

const stores: readonly (readonly [string, OpenDatabase])[] = [
	['SQLite', openSqlite],
	['Postgres', openPostgres],
];

/** Where the time of a claim goes, in the order of the table. */
const parts = {
	database:
		'the database and its driver: reading rows, facts and inputs, writing rows and the event, commits',
	waiting: 'waiting for the server',
	digests: 'digests of each row before and after, for the chain',
	input: 'frozen inputs: held against their digests, and parsed',
	garbage: 'garbage collection',
	rest: 'deciding, and the rest',
} as const;

const partOf: PartOf = ({ name, url }) => {
	if (name === '(garbage collector)') return parts.garbage;
	if (name === '(idle)') return parts.waiting;
	if (/adapters\/sql\/(witness|row-digests)|ledger\/history\/state/.test(url)) return parts.digests;
	if (name === 'inputOf') return parts.input;
	return /adapters\/(sqlite|postgres)\/|node_modules\/pg|node:net|stream_base/.test(url)
		? parts.database
		: null;
};

/** One claim batch against one plain bulk insert of the same rows in the same database. */
export const batch: Measurement = {
	name: 'batch',
	title: 'A batch of claims against a plain bulk insert',
	run: async (options) => {
		const sizes = sizesOf(options, recipients, 5);
		const tables: Table[] = [];
		const goals: Goal[] = [];
		const largest = sizes.histories.at(-1) ?? 0;
		const profiles: Profiles = new Map(stores.map(([store]) => [store, []]));
		for (const [store, open] of stores) {
			const samples = await inDatabases(
				sizes.histories,
				open,
				(database, history) => [
					...contestantsOf(database, history, sizes.size),
					...(history === largest ? [profileOf(database, sizes.size, profiles.get(store) ?? [])] : []),
				],
				sizes.rounds,
				(history) => options.say(`${store}: ${count(history)} rows are in place`),
			);
			tables.push(tableOf(store, sizes, samples));
			goals.push(...goalsOf(store, sizes, samples));
		}
		return report([...tables, profileTable(largest, profiles)], goals, await serverName());
	},
};

type Profiles = ReadonlyMap<string, ReadonlyMap<string, number>[]>;

/** Claims once more under the profiler, which makes it slower: its shares count, not its time. */
function profileOf(database: BenchDatabase, size: number, found: ReadonlyMap<string, number>[]): Contestant {
	const owed = (round: number) => registrationsOf(`r-profiled-${100 + round}`, size, Date.now());
	return {
		name: 'profiled',
		prepare: async (round) => {
			await database.ledger.deliveries.register(owed(round));
			await database.rest();
		},
		run: async (round) => {
			const batchOf = owed(round).map(({ ref }) => ({ ref }));
			const claiming = (): Promise<unknown> => database.ledger.deliveries.claim(batchOf, 'bench');
			return await timed(async () => found.push(await profiled(claiming, partOf, parts.rest)));
		},
	};
}

function profileTable(history: number, profiles: Profiles): Table {
	const share = (found: readonly ReadonlyMap<string, number>[], part: string): string => {
		// The first round warms up.
		const counted = found.length > 1 ? found.slice(1) : found;
		const sum = (of: (parts: ReadonlyMap<string, number>) => number): number =>
			counted.reduce((total, one) => total + of(one), 0);
		const all = sum((one) => [...one.values()].reduce((total, ms) => total + ms, 0));
		return `${shown((100 * sum((one) => one.get(part) ?? 0)) / all)} %`;
	};
	return {
		title: `Where the time of a claim goes, ${count(history)} rows of history`,
		columns: ['part', ...profiles.keys()],
		rows: Object.values(parts).map((part) => [
			part,
			...[...profiles.values()].map((found) => share(found, part)),
		]),
	};
}

/** The same deliveries, in a slot of their own each round: registered, claimed, claimed again; and inserted plainly. */
function contestantsOf(database: BenchDatabase, history: number, size: number): readonly Contestant[] {
	const { ledger } = database;
	const rest = (): Promise<void> => database.rest();
	const wanted = (kind: string, round: number) =>
		registrationsOf(`r-${kind}-${100 + round}`, size, Date.now());
	return [
		{
			name: `register@${history}`,
			prepare: rest,
			run: (round) => {
				const fresh = wanted('registered', round);
				return timed(() => ledger.deliveries.register(fresh));
			},
		},
		{
			name: `claim@${history}`,
			prepare: async (round) => {
				await ledger.deliveries.register(wanted('claimed', round));
				await rest();
			},
			run: async (round) => {
				const batchOf = wanted('claimed', round).map(({ ref }) => ({ ref }));
				let granted = 0;
				const took = await timed(async () => {
					const results = await ledger.deliveries.claim(batchOf, 'bench');
					granted = results.filter(({ status }) => status === 'granted').length;
				});
				if (granted !== size) throw new Error(`Only ${granted} of ${size} claims were granted.`);
				return took;
			},
		},
		{
			name: `plain@${history}`,
			prepare: rest,
			run: (round) =>
				database.insertPlainly(wanted('plain', round).map((entry) => claimedRow(entry, Date.now()))),
		},
	];
}

function tableOf(store: string, { histories, size }: Sizes, samples: Samples): Table {
	const ms = (name: string): string => msOf(samples, name);
	return {
		title: `${store}, ${count(size)} deliveries`,
		columns: ['rows of history', 'claim, ms', 'plain insert, ms', 'claim / insert', 'register, ms'],
		rows: histories.map((history) => [
			count(history),
			ms(`claim@${history}`),
			ms(`plain@${history}`),
			shown(ratioOf(samples, `claim@${history}`, `plain@${history}`)),
			ms(`register@${history}`),
		]),
	};
}

function goalsOf(store: string, sizes: Sizes, samples: Samples): readonly Goal[] {
	const against = sizes.histories.map((history) => ({
		what: `${store}: a claim batch against the plain insert, ${count(history)} rows of history`,
		measured: ratioOf(samples, `claim@${history}`, `plain@${history}`),
		bound: { most: 1.5 },
		unit: 'x',
	}));
	return [
		...against,
		...flatGoals(`${store}: a claim batch`, sizes, samples, (history) => `claim@${history}`),
	];
}

const report = (tables: readonly Table[], goals: readonly Goal[], server: string): Report => ({
	tables,
	goals,
	notes: [
		`${server}, and node:sqlite ${process.versions.sqlite ?? ''}, both flushing every commit.`,
		'The plain insert writes the delivery rows a claim leaves behind, all columns, into a table with the same key and as much history, in one transaction, from cells built beforehand: SQLite by a prepared statement in a loop, Postgres by one statement over arrays.',
		'The claim locks and reads each delivery with its frozen input and what is known of its recipient, holds the input against the digest it was registered with, decides, writes the rows, and an event with the digests of each row before and after, and gives the input back parsed. SQLite does so in transactions of at most 1,000 rows. The plain insert does none of this but write the rows.',
		'Shares of a claim are those of a further claim under V8’s sampling profiler, which is slower for it.',
		'Every history is a database of its own; all of them are measured in the same rounds.',
	],
});
