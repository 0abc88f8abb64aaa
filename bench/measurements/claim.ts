import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Instance } from '../../testbed/n8n/instance';
import { saveWorkflow } from '../../testbed/n8n/workflows';
import { serverName, serverUrl, throwAwayDatabase } from '../databases/postgres-server';
import {
	type Contestant,
	inRounds,
	medianOf,
	ratioOf,
	type Samples,
	shown,
	spreadOf,
} from '../harness/rounds';
import type { BenchOptions, Goal, Measurement, Table } from '../harness/types';
import { createTable } from '../../testbed/n8n/data-tables';
import { grownScope, growKeys, setSeenKeys } from '../n8n/history';
import { bootN8n, createCredential, type Engine, freshFolder, ledgerFile, patient } from '../n8n/instance';
import * as nodes from '../n8n/nodes';
import { chain, runOnce, type RunTimes } from '../n8n/runs';

type Credentials = Record<string, { id: string; name: string }>;
type Workflow = ReturnType<typeof chain>;

const theirs = { empty: 'Remove Duplicates, no history', grown: 'Remove Duplicates, grown history' };
const ours = (store: string, how: 'envelope' | 'field'): string => `Idempotency Check, by ${how}, ${store}`;
type Past = 'no history' | 'grown history';
const pasts: readonly Past[] = ['no history', 'grown history'];
const comparisons = ['item', 'off'] as const;
const keyOf = (store: string, compare: 'item' | 'off', past: Past): string =>
	`Claim Key, ${compare === 'item' ? 'content compared' : 'key alone'}, ${store}, ${past}`;
const due = (store: string): string => `Due Deliveries from items, ${store}`;
const table = { insert: 'Data Table, insert in bulk', exists: 'Data Table, row exists' };

interface Sizes {
	readonly items: number;
	readonly history: number;
	readonly lookups: number;
	readonly rounds: number;
}

/** The claim of 10,000 items inside n8n against n8n's own nodes, under both expression engines and on both stores. */
export const claim: Measurement = {
	name: 'claim',
	title: 'A claim inside n8n against its own nodes',
	run: async (options) => {
		const sizes: Sizes = options.quick
			? { items: 200, history: 1_000, lookups: 20, rounds: 1 }
			: { items: 10_000, history: 100_000, lookups: 1_000, rounds: options.rounds ?? 3 };
		const folder = freshFolder('claim');
		const database = await throwAwayDatabase(await serverUrl());
		const tables: Table[] = [];
		const goals: Goal[] = [];
		try {
			for (const engine of ['vm', 'legacy'] as const) {
				options.say(`${engine}: starting n8n`);
				const n8n = await bootN8n(folder, options.port, { N8N_EXPRESSION_ENGINE: engine });
				try {
					const samples = await measure({ n8n, folder, engine, sizes, database: database.url, options });
					tables.push(tableOf(engine, sizes, samples));
					goals.push(...goalsOf(engine, samples));
				} finally {
					await n8n.stop();
				}
			}
		} finally {
			await database.drop();
		}
		return { tables, goals, notes: notesOf(sizes, await serverName()) };
	},
};

interface Setting {
	readonly n8n: Instance;
	readonly folder: string;
	readonly engine: Engine;
	readonly sizes: Sizes;
	readonly database: string;
	readonly options: BenchOptions;
}

async function measure(setting: Setting): Promise<Samples> {
	const { n8n, engine, sizes, database } = setting;
	const { hostname, port, pathname, username, password } = new URL(database);
	const postgres = await createCredential(n8n, 'releaseGateLedgerApi', {
		store: 'postgres',
		connection: 'fields',
		host: hostname,
		port: Number(port),
		database: pathname.slice(1),
		user: username,
		password,
	});
	await growKeys(
		await openSqliteLedger({ file: ledgerFile(setting.folder), clock: Date.now }),
		sizes.history,
	);
	await growKeys(await openPostgresLedger({ connection: database }), sizes.history);
	setting.options.say(`${engine}: the histories are in place`);
	const registered = new Map<string, number[]>();
	const contestants = [
		...duplicates(setting),
		await inserts(setting),
		...[['SQLite', {}] as const, ['Postgres', postgres] as const].flatMap(([store, credentials]) =>
			claims(setting, store, credentials, registered),
		),
	];
	const samples = new Map(await inRounds(contestants, sizes.rounds));
	const warmUps = sizes.rounds > 1 ? 1 : 0;
	for (const [store, took] of registered) samples.set(due(store), took.slice(warmUps));
	samples.set(table.exists, [await lookUp(setting)]);
	setting.options.say(`${engine}: measured`);
	return samples;
}

/** The time n8n gives for the node called Measured; checks that as many items left the output as should. */
function timeOf(run: RunTimes, output: number, expected: number): number {
	const left = run.outputs[nodes.measured]?.[output] ?? 0;
	if (left !== expected) throw new Error(`${left} items left output ${output} instead of ${expected}.`);
	return run.nodes[nodes.measured] ?? 0;
}

let runs = 0;

/** Keys nobody has used. */
const freshPrefix = (): string => `k${Date.now()}-${(runs += 1)}`;

function duplicates({ n8n, folder, engine, sizes }: Setting): readonly Contestant[] {
	return [[theirs.empty, 0] as const, [theirs.grown, sizes.history] as const].map(
		([name, history]): Contestant => {
			const id = `bench-duplicates-${engine}-${history}`;
			const nodeId = `bench-node-${history}`;
			const workflow = (): Workflow =>
				chain(id, [
					nodes.makeItems(sizes.items, freshPrefix()),
					nodes.removeDuplicates(nodeId, sizes.history + sizes.items),
				]);
			return {
				name,
				prepare: async () => {
					await saveWorkflow(patient(n8n), workflow());
					setSeenKeys(folder, id, nodeId, history);
				},
				run: async () => timeOf(await runOnce({ session: patient(n8n), folder }, workflow()), 0, sizes.items),
			};
		},
	);
}

async function inserts({ n8n, folder, engine, sizes }: Setting): Promise<Contestant> {
	const tableId = await createTable(patient(n8n), `inserts-${engine}`);
	return {
		name: table.insert,
		run: async () => {
			const items = nodes.makeItems(sizes.items, freshPrefix());
			const run = await runOnce(
				{ session: patient(n8n), folder },
				chain('bench-insert', [items, nodes.dataTableInsert(tableId)]),
			);
			return timeOf(run, 0, 1);
		},
	};
}

/** One run: so many keys that are in a table of as many rows. */
async function lookUp({ n8n, folder, engine, sizes }: Setting): Promise<number> {
	const tableId = await createTable(patient(n8n), `lookups-${engine}`);
	const items = nodes.makeItems(sizes.lookups, 'known');
	await runOnce(
		{ session: patient(n8n), folder },
		chain('bench-fill', [items, nodes.dataTableInsert(tableId)]),
	);
	const run = await runOnce(
		{ session: patient(n8n), folder },
		chain('bench-exists', [items, nodes.dataTableRowExists(tableId)]),
	);
	return timeOf(run, 0, sizes.lookups);
}

function claims(
	{ n8n, folder, sizes }: Setting,
	store: string,
	credentials: Credentials,
	registered: Map<string, number[]>,
): readonly Contestant[] {
	const { items } = sizes;
	const configured = (spine: string) => [
		nodes.configureSpine(spine, credentials),
		nodes.makeItems(items, freshPrefix()),
	];
	const nextSpine = (): string => `bench-${Date.now()}-${(runs += 1)}`;
	const keyed = comparisons.flatMap((compare) =>
		pasts.map((past): Contestant => ({
			name: keyOf(store, compare, past),
			run: async () => {
				// A scope of its own for each round has no history.
				const scope = past === 'grown history' ? grownScope : freshPrefix();
				const all = [nodes.makeItems(items, freshPrefix()), nodes.claimKey(scope, compare, credentials)];
				const chained = chain('bench-keys', all);
				return timeOf(await runOnce({ session: patient(n8n), folder }, chained), 1, items);
			},
		})),
	);
	return [
		...keyed,
		{
			name: ours(store, 'envelope'),
			run: async () => {
				const spine = nextSpine();
				const all = [
					...configured(spine),
					nodes.registerItems(spine, items, credentials),
					nodes.claimByEnvelope(credentials),
				];
				const run = await runOnce({ session: patient(n8n), folder }, chain('bench-envelope', all));
				const took = registered.get(store) ?? [];
				registered.set(store, [...took, run.nodes['Due Deliveries'] ?? 0]);
				return timeOf(run, 1, items);
			},
		},
		{
			name: ours(store, 'field'),
			run: async () => {
				const spine = nextSpine();
				const all = [...configured(spine), nodes.claimByField(spine, credentials)];
				return timeOf(await runOnce({ session: patient(n8n), folder }, chain('bench-field', all)), 1, items);
			},
		},
	];
}

const storeNames = ['SQLite', 'Postgres'];

const keyNames = (store: string): readonly string[] =>
	comparisons.flatMap((compare) => pasts.map((past) => keyOf(store, compare, past)));

function tableOf(engine: Engine, sizes: Sizes, samples: Samples): Table {
	const names = [
		...storeNames.flatMap((store) => keyNames(store)),
		...storeNames.flatMap((store) => [ours(store, 'envelope'), ours(store, 'field'), due(store)]),
		theirs.empty,
		theirs.grown,
		table.insert,
		table.exists,
	];
	return {
		title: engine === 'vm' ? 'Expression engine vm (the default)' : 'Expression engine legacy',
		columns: ['node', 'items', 'ms', 'fastest-slowest', 'µs an item'],
		rows: names.map((name) => {
			const items = name === table.exists ? sizes.lookups : sizes.items;
			const ms = medianOf(samples, name);
			return [
				name,
				items.toLocaleString('en'),
				shown(ms),
				spreadOf(samples, name),
				shown((ms * 1000) / items),
			];
		}),
	};
}

function goalsOf(engine: Engine, samples: Samples): readonly Goal[] {
	const least = engine === 'vm' ? 100 : 20;
	const goal = (own: string, other: string): Goal => ({
		what: `${engine}: ${own}, faster than ${other}`,
		measured: ratioOf(samples, other, own),
		bound: { least },
		unit: 'x',
	});
	return storeNames.flatMap((store) => [
		...comparisons.flatMap((compare) => [
			goal(keyOf(store, compare, 'no history'), theirs.empty),
			goal(keyOf(store, compare, 'grown history'), theirs.grown),
		]),
		...(['envelope', 'field'] as const).flatMap((how) =>
			[theirs.empty, theirs.grown].map((other) => goal(ours(store, how), other)),
		),
	]);
}

const notesOf = (sizes: Sizes, server: string): readonly string[] => [
	`Time is what n8n itself gives for the node. Every round has new keys; all ${sizes.items.toLocaleString('en')} items pass. ${server}.`,
	`Remove Duplicates works over previous executions by the expression {{ $json.key }}, its only way; the grown history holds ${sizes.history.toLocaleString('en')} keys, written into processed_data directly.`,
	'By envelope: the deliveries were registered by Due Deliveries before, in a node of its own whose time stands below. By field: the claim registers, freezes and claims in one.',
	`Claim Key: the key by the name of its field; content compared is the default. No history: a scope of its own each round. Grown history: one scope with ${sizes.history.toLocaleString('en')} keys that are done, which grows with every round.`,
	'Data Table, row exists: one run over a table of as many rows; it looks keys up one by one, and more of them do not end in reasonable time. It decides nothing when two runs ask at once; neither does Remove Duplicates.',
];
