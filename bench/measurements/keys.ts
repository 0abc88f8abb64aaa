import { randomBytes } from 'node:crypto';
import { type KeyDatabase, type KeyOrder, openPostgresKeys, openSqliteKeys, scope } from '../databases/keys';
import { serverName } from '../databases/postgres-server';
import { type Contestant, ratioOf, type Samples, shown, timed } from '../harness/rounds';
import type { Goal, Measurement, Table } from '../harness/types';
import { count, flatGoals, inDatabases, msOf, type Sizes, sizesOf } from './histories';

const stores = [
	['SQLite', openSqliteKeys, 1.3],
	['Postgres', openPostgresKeys, 1.5],
] as const;

const orders: readonly KeyOrder[] = ['in order', 'random'];

/** Ten thousand, as n8n hands them to a node. */
const batchSize = 10_000;

let made = 0;

/** Keys nobody has used: the next ones, or random ones among those of the history. */
const freshKeys = (order: KeyOrder, size: number): readonly string[] =>
	Array.from({ length: size }, () => {
		made += 1;
		return order === 'random'
			? `evt_${randomBytes(8).toString('hex')}`
			: `evt_9${String(made).padStart(15, '0')}`;
	});

/** A batch of key claims against one plain bulk insert of as many keys. */
export const keys: Measurement = {
	name: 'keys',
	title: 'A batch of key claims against a plain bulk insert of keys',
	run: async (options) => {
		const sizes = sizesOf(options, batchSize, 7);
		const cases = sizes.histories.flatMap((history) => orders.map((order) => [history, order] as const));
		const tables: Table[] = [];
		const goals: Goal[] = [];
		for (const [store, open, most] of stores) {
			const samples = await inDatabases(
				cases,
				([history, order]) => open(history, order),
				(database, [history, order]) => contestantsOf(database, history, order, sizes.size),
				sizes.rounds,
				([history, order]) => options.say(`${store}: ${count(history)} keys ${order} are in place`),
			);
			tables.push(tableOf(store, sizes, samples));
			goals.push(...goalsOf(store, sizes, most, samples));
		}
		return { tables, goals, notes: notesOf(await serverName()) };
	},
};

const nameOf = (what: 'claim' | 'plain', order: KeyOrder, history: number): string =>
	`${what}, ${order}@${history}`;

function contestantsOf(
	database: KeyDatabase,
	history: number,
	order: KeyOrder,
	size: number,
): readonly Contestant[] {
	const { ledger } = database;
	const terms = {
		scope,
		leaseMs: 900_000,
		rememberMs: 30 * 86_400_000,
		whenUnknown: 'hold',
		owner: 'execution 17 / Claim Key',
	} as const;
	return [
		{
			name: nameOf('claim', order, history),
			prepare: () => database.rest(),
			run: async () => {
				const batch = freshKeys(order, size).map((key) => ({ key, digest: 'abcdefghijklmnopqrstuv' }));
				let granted = 0;
				const took = await timed(async () => {
					const results = await ledger.keys.claim(terms, batch);
					granted = results.filter(({ status }) => status === 'first').length;
				});
				if (granted !== size) throw new Error(`Only ${granted} of ${size} keys were granted.`);
				return took;
			},
		},
		{
			name: nameOf('plain', order, history),
			prepare: () => database.rest(),
			run: () => database.insertPlainly(freshKeys(order, size)),
		},
	];
}

function tableOf(store: string, { histories, size }: Sizes, samples: Samples): Table {
	const ms = (name: string): string => msOf(samples, name);
	return {
		title: `${store}, ${count(size)} keys`,
		columns: ['keys of history', 'keys', 'claim, ms', 'plain insert, ms', 'claim / insert'],
		rows: histories.flatMap((history) =>
			orders.map((order) => {
				const [claim, plain] = [nameOf('claim', order, history), nameOf('plain', order, history)];
				return [count(history), order, ms(claim), ms(plain), shown(ratioOf(samples, claim, plain))];
			}),
		),
	};
}

function goalsOf(store: string, sizes: Sizes, most: number, samples: Samples): readonly Goal[] {
	const against = sizes.histories.flatMap((history) =>
		orders.map((order) => ({
			what: `${store}: a batch of key claims against the plain insert, keys ${order}, ${count(history)} of history`,
			measured: ratioOf(samples, nameOf('claim', order, history), nameOf('plain', order, history)),
			bound: { most },
			unit: 'x',
		})),
	);
	const what = `${store}: a batch of key claims, keys in order,`;
	return [...against, ...flatGoals(what, sizes, samples, (history) => nameOf('claim', 'in order', history))];
}

const notesOf = (server: string): readonly string[] => [
	`${server}, and node:sqlite ${process.versions.sqlite ?? ''}, both flushing every commit.`,
	'The plain insert writes scope, key and time into a table whose primary key is scope and key, ON CONFLICT DO NOTHING, in one transaction: SQLite by a prepared statement in a loop, Postgres by one statement over an array.',
	'The claim sorts, decides, writes each key with the digest of its content, the batch and its event, and says of each key that it was granted. SQLite does so in transactions of at most 5,000 keys.',
	'Keys of history were claimed and completed ten thousand at a time, and share a batch. A key that is completed alone, as a webhook does it, holds all of it itself, in a wider row.',
	'In order: ids that carry a time, as most do; the new ones stand behind the history. Random: anywhere in it; there the database itself slows down as the table grows, for the plain insert as for the claim.',
];
