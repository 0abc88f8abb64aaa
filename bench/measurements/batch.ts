import type { BenchDatabase, OpenDatabase } from '../databases/database';
import { openPostgres } from '../databases/postgres';
import { serverName } from '../databases/postgres-server';
import { claimedRow, recipients, registrationsOf } from '../databases/rows';
import { openSqlite } from '../databases/sqlite';
import { type Contestant, ratioOf, type Samples, shown, timed } from '../harness/rounds';
import type { Goal, Measurement, Report, Table } from '../harness/types';
import { count, flatGoals, inDatabases, msOf, type Sizes, sizesOf } from './histories';

const stores: readonly (readonly [string, OpenDatabase])[] = [
	['SQLite', openSqlite],
	['Postgres', openPostgres],
];

/** One claim batch against one plain bulk insert of the same rows in the same database. */
export const batch: Measurement = {
	name: 'batch',
	title: 'A batch of claims against a plain bulk insert',
	run: async (options) => {
		const sizes = sizesOf(options, recipients, 5);
		const tables: Table[] = [];
		const goals: Goal[] = [];
		for (const [store, open] of stores) {
			const samples = await inDatabases(
				sizes.histories,
				open,
				(database, history) => contestantsOf(database, history, sizes.size),
				sizes.rounds,
				(history) => options.say(`${store}: ${count(history)} rows are in place`),
			);
			tables.push(tableOf(store, sizes, samples));
			goals.push(...goalsOf(store, sizes, samples));
		}
		return report(tables, goals, await serverName());
	},
};

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
		'The claim reads each delivery with its frozen input and the books of its recipient, decides, writes the rows and the event, and gives the input back parsed. SQLite does so in transactions of at most 1,000 rows.',
		'Every history is a database of its own; all of them are measured in the same rounds.',
	],
});
