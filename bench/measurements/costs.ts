import { Witness } from '../../adapters/sql/witness';
import type { Registration } from '../../core/delivery/record';
import type { Space } from '../../core/delivery/types';
import type { BenchDatabase, Keeping, OpenDatabase } from '../databases/database';
import { openPostgres } from '../databases/postgres';
import { serverName } from '../databases/postgres-server';
import { recipients, registrationsOf } from '../databases/rows';
import { openSqlite } from '../databases/sqlite';
import { type Contestant, ratioOf, type Samples, shown, timed } from '../harness/rounds';
import type { Goal, Measurement, Table } from '../harness/types';
import { count, inDatabases, msOf } from './histories';

const encryptionKey = 'the key that the bench seals with';

/** Ways to keep the same deliveries, each in a database of its own. */
const ways = {
	names: {},
	hashes: { recipients: 'hashes' },
	'no digests': {},
} as const satisfies Record<string, Keeping>;

type Way = keyof typeof ways;

const stores: readonly (readonly [string, OpenDatabase])[] = [
	['SQLite', openSqlite],
	['Postgres', openPostgres],
];

/** Does work while nothing is noted of the rows it changes, so that events hold no digests. Nothing else may run beside it. */
async function withoutDigests(work: () => Promise<void>): Promise<void> {
	const methods = Object.entries(Object.getOwnPropertyDescriptors(Witness.prototype)).filter(
		([name, { value }]) => name !== 'constructor' && typeof value === 'function',
	);
	for (const [name, descriptor] of methods)
		Object.defineProperty(Witness.prototype, name, { ...descriptor, value: () => undefined });
	try {
		await work();
	} finally {
		for (const [name, descriptor] of methods) Object.defineProperty(Witness.prototype, name, descriptor);
	}
}

/** A slot from the first delivery that is owed to the last commit: registered, claimed, confirmed, committed. */
async function slot({ ledger: { deliveries } }: BenchDatabase, owed: readonly Registration[]): Promise<void> {
	await deliveries.register(owed);
	const refs = owed.map(({ ref }) => ref);
	const granted = await deliveries.claim(
		refs.map((ref) => ({ ref })),
		'bench',
	);
	const held = granted.map((grant, at) => {
		const ref = refs[at];
		if (grant.status !== 'granted' || ref === undefined) throw new Error(JSON.stringify(grant));
		return { ref, token: grant.token };
	});
	await deliveries.confirm(held);
	const done = await deliveries.commit(
		held.map((one) => ({
			...one,
			provider: 'bench',
			providerMessageId: `${one.ref.space} ${one.ref.slot} ${one.token} ${Math.random()}`,
		})),
	);
	const lost = done.filter(({ status }) => status !== 'committed').length;
	if (lost > 0) throw new Error(`${lost} of ${owed.length} commits were refused.`);
}

/** Each round has a key space of its own: nobody is served twice within the minimum gap. */
const owedIn = (round: number, way: Way, size: number): readonly Registration[] => {
	const space: Space = `dry-run:round-${round}`;
	return registrationsOf(`r-${way.replace(' ', '-')}-${round}`, size, Date.now()).map((one) => ({
		...one,
		ref: { ...one.ref, space },
	}));
};

const contestantOf = (database: BenchDatabase, way: Way, size: number): Contestant => ({
	name: way,
	prepare: () => database.rest(),
	run: async (round) => {
		const owed = owedIn(round, way, size);
		const work = () => slot(database, owed);
		return await timed(() => (way === 'no digests' ? withoutDigests(work) : work()));
	},
});

function tableOf(store: string, size: number, samples: Samples): Table {
	return {
		title: `${store}, ${count(size)} deliveries of known recipients: registered, claimed, confirmed, committed`,
		columns: ['kept', 'ms', 'against names'],
		rows: Object.keys(ways).map((way) => [
			way === 'names'
				? 'names, with digests'
				: way === 'hashes'
					? 'keyed hashes, with digests'
					: 'names, without digests',
			msOf(samples, way),
			shown(ratioOf(samples, way, 'names')),
		]),
	};
}

const goalsOf = (store: string, samples: Samples): readonly Goal[] => [
	{
		what: `${store}: a slot of recipients kept as keyed hashes against one of names`,
		measured: ratioOf(samples, 'hashes', 'names'),
		bound: { most: 1.5 },
		unit: 'x',
	},
	{
		what: `${store}: a slot with digests in its events against one without`,
		measured: ratioOf(samples, 'names', 'no digests'),
		bound: { most: 1.5 },
		unit: 'x',
	},
];

/** What it costs that state agrees with history, and that nobody is named in the ledger. */
export const costs: Measurement = {
	name: 'costs',
	title: 'What digests and keyed hashes cost',
	run: async (options) => {
		const size = options.quick ? 500 : recipients;
		const rounds = options.quick ? 1 : (options.rounds ?? 5);
		const tables: Table[] = [];
		const goals: Goal[] = [];
		for (const [store, open] of stores) {
			const samples = await inDatabases(
				Object.keys(ways) as Way[],
				(way) => open(0, { encryptionKey, ...ways[way] }),
				(database, way) => [contestantOf(database, way, size)],
				rounds,
				(way) => options.say(`${store}: ${way}`),
			);
			tables.push(tableOf(store, size, samples));
			goals.push(...goalsOf(store, samples));
		}
		return {
			tables,
			goals,
			notes: [
				`${await serverName()}, and node:sqlite ${process.versions.sqlite ?? ''}, both flushing every commit; frozen inputs sealed (AES-256-GCM) in all of them.`,
				'Every way has a database of its own; all of them are measured in the same rounds. After the round that warms up every recipient is known.',
				'Without digests: the same store, while nothing is noted of the rows that change. No setting of the ledger does that.',
			],
		};
	},
};
