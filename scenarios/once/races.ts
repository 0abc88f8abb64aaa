import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { PlainCredential } from '../../testbed/n8n/command';
import { createTable } from '../../testbed/n8n/data-tables';
import {
	publishWorkflow,
	saveWorkflow,
	type WorkflowFile,
	type WorkflowNode,
} from '../../testbed/n8n/workflows';
import { ledgerCredential } from '../crash/house';
import { leaseMs, type OnceWorld } from './world';

/** How one way to do things once fared. */
export interface Fared {
	readonly way: string;
	/** Ids that were asked to be done, and how often one was done beyond the first time. */
	readonly ids: number;
	readonly again: number;
	/** A worker is killed after the way let an id through and before it was done; then it is asked for again. */
	readonly afterKill: { readonly done: number; readonly told: boolean };
	/** What a second call for an id that is done is given. */
	readonly secondCall: 'the first result' | 'nothing';
}

const redis = { id: 'rgOnceRedis00001', name: 'Redis', type: 'redis' } as const;
const postgres = { id: 'rgOncePostgres01', name: 'Postgres', type: 'postgres' } as const;

/** Credentials of the servers that the other ways use: those of the fleet itself. */
export const raceCredentials = (firstPort: number): readonly PlainCredential[] => [
	{ ...redis, data: { host: '127.0.0.1', port: firstPort + 3, database: 0 } },
	{
		...postgres,
		data: {
			host: '127.0.0.1',
			port: firstPort + 2,
			database: 'ledger',
			user: 'postgres',
			password: '',
			ssl: 'disable',
		},
	},
];

type Node = Pick<WorkflowNode, 'name' | 'type' | 'typeVersion' | 'parameters' | 'credentials'>;

/** Nodes between the items and the deed, by name; the deed follows the last one's `output`. */
interface Way {
	readonly name: string;
	readonly nodes: readonly Node[];
	readonly output: number;
	/** The node that lets an id through: a worker is killed after it. */
	readonly decides: string;
	/** Follows the deed. */
	readonly after?: Node;
	/** The output of the deciding node at which a key that is done leaves, where there is one. */
	readonly known?: number;
}

const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: Node['parameters'],
	more: Pick<Node, 'credentials'> = {},
): Node => ({ name, type, typeVersion, parameters, ...more });
const base = 'n8n-nodes-base.';
const own = 'n8n-nodes-release-gate.';
const credentials = ({ id, name, type }: { id: string; name: string; type: string }) => ({
	credentials: { [type]: { id, name } },
});

function ways(table: string): readonly Way[] {
	return [
		{
			name: 'Claim Key',
			nodes: [
				node(
					'Decide',
					`${own}idempotencyCheck`,
					2,
					{ operation: 'claimKey', scope: 'races', key: 'key', leaseMinutes: leaseMs / 60_000 },
					credentials(ledgerCredential),
				),
			],
			output: 1,
			decides: 'Decide',
			after: node(
				'Complete',
				`${own}deliveryCommit`,
				2,
				{ operation: 'completeKey' },
				credentials(ledgerCredential),
			),
			known: 2,
		},
		{
			name: 'Remove Duplicates',
			nodes: [
				node('Decide', `${base}removeDuplicates`, 2, {
					operation: 'removeItemsSeenInPreviousExecutions',
					logic: 'removeItemsWithAlreadySeenKeyValues',
					dedupeValue: '={{ $json.key }}',
					options: { historySize: 100_000 },
				}),
			],
			output: 0,
			decides: 'Decide',
		},
		{
			name: 'a Data Table',
			nodes: [
				node('Look', `${base}dataTable`, 1.1, {
					resource: 'row',
					operation: 'rowNotExists',
					dataTableId: { __rl: true, mode: 'id', value: table },
					matchType: 'allConditions',
					filters: { conditions: [{ keyName: 'key', condition: 'eq', keyValue: '={{ $json.key }}' }] },
				}),
				node('Decide', `${base}dataTable`, 1.1, {
					resource: 'row',
					operation: 'insert',
					dataTableId: { __rl: true, mode: 'id', value: table },
					columns: {
						mappingMode: 'defineBelow',
						value: { key: '={{ $json.key }}' },
						matchingColumns: [],
						schema: [{ id: 'key', displayName: 'key', type: 'string', required: false, display: true }],
					},
					options: {},
				}),
			],
			output: 0,
			decides: 'Decide',
		},
		{
			name: 'Redis (INCR, the Redis node’s SETNX)',
			nodes: [
				node('Count', `${base}redis`, 1, { operation: 'incr', key: '={{ $json.key }}' }, credentials(redis)),
				node('Decide', `${base}code`, 2, {
					jsCode:
						'return $input.all().flatMap((item) => Object.entries(item.json).filter(([, count]) => count === 1).map(([key]) => ({ json: { key } })));',
				}),
			],
			output: 0,
			decides: 'Decide',
		},
		{
			name: 'a unique constraint (Postgres, ON CONFLICT DO NOTHING)',
			nodes: [
				node(
					'Decide',
					`${base}postgres`,
					2.6,
					{
						operation: 'executeQuery',
						query: 'INSERT INTO once_keys (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING key',
						options: { queryReplacement: '={{ $json.key }}', queryBatching: 'independently' },
					},
					credentials(postgres),
				),
			],
			output: 0,
			decides: 'Decide',
		},
	];
}

const ids = (way: number): string => `once-race-${way}`;

/** A webhook that takes keys, the way, the deed for each key, and an answer when all is done. */
function workflowOf(way: Way, index: number, effects: string): WorkflowFile & { id: string } {
	const deed = node('Deed', `${base}httpRequest`, 4.2, {
		method: 'POST',
		url: `${effects}/deeds`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ { way: ${index}, key: $json.key } }}`,
		options: { response: { response: { responseFormat: 'json' } } },
	});
	const receive = node('Receive', `${base}webhook`, 2, {
		httpMethod: 'POST',
		path: `race/${index}`,
		responseMode: 'lastNode',
		responseData: 'allEntries',
		options: {},
	});
	const items = node('Items', `${base}code`, 2, {
		jsCode: 'return $input.first().json.body.keys.map((key) => ({ json: { key } }));',
	});
	const row = [receive, items, ...way.nodes, deed, ...(way.after ? [way.after] : [])];
	const connections: Record<string, { main: { node: string; type: string; index: number }[][] }> = {};
	row.slice(1).forEach((to, at) => {
		const from = row[at] as Node;
		const output = to === deed ? way.output : 0;
		const main = Array.from(
			{ length: output + 1 },
			() => [] as { node: string; type: string; index: number }[],
		);
		main[output]?.push({ node: to.name, type: 'main', index: 0 });
		connections[from.name] = { main };
	});
	const again = node('Again', `${base}noOp`, 1, {});
	if (way.known !== undefined) {
		const { main } = connections[way.decides] ?? { main: [] };
		while (main.length <= way.known) main.push([]);
		main[way.known]?.push({ node: again.name, type: 'main', index: 0 });
		row.push(again);
	}
	return {
		id: ids(index),
		name: `Race of ${way.name}`,
		nodes: row.map((one, at) => ({
			...one,
			position: [at * 240, 0],
			...(one === receive ? { webhookId: randomUUID() } : {}),
		})),
		connections,
		settings: { executionOrder: 'v1' },
	} as unknown as WorkflowFile & { id: string };
}

/** Every way: twelve rounds of fifty ids, each round six executions of the same ids at once; then a kill. */
export async function races(world: OnceWorld): Promise<readonly Fared[]> {
	const { house, effects, lookout } = world;
	const { session } = house.main;
	const client = new Client({
		host: '127.0.0.1',
		port: world.firstPort + 2,
		user: 'postgres',
		database: 'ledger',
	});
	await client.connect();
	await client.query('CREATE TABLE once_keys (key text PRIMARY KEY)');
	await client.end();
	const all = ways(await createTable(session, 'once-keys'));
	const fared: Fared[] = [];
	for (const [index, way] of all.entries()) {
		const workflow = workflowOf(way, index, effects.url);
		await saveWorkflow(session, workflow);
		await publishWorkflow(session, workflow.id);
		const post = (keys: readonly string[]) => world.post(`race/${index}`, { keys });
		const done = (key: string): number =>
			effects.done().filter((body) => body.way === index && body.key === key).length;
		// n8n fails at the very first concurrent use of Remove Duplicates; that is not what is measured.
		await post([`w${index}-first`]);
		const asked: string[] = [];
		for (let round = 0; round < 12; round += 1) {
			const keys = Array.from({ length: 50 }, (_none, at) => `w${index}-${round}-${at}`);
			asked.push(...keys);
			await Promise.all(Array.from({ length: 6 }, () => post(keys)));
		}
		const again = asked.reduce((sum, key) => sum + Math.max(0, done(key) - 1), 0);
		const second = await post([asked[0] as string]);
		const doomed = `w${index}-killed`;
		const struck = new Promise<void>((resolve) => {
			lookout.lie({
				workflow: workflow.id,
				node: way.decides,
				when: 'after',
				strike: async ({ pid }) => {
					await house.strike('kill worker', pid);
					resolve();
				},
			});
		});
		void post([doomed]);
		await Promise.race([struck, sleep(60_000, undefined, { ref: false })]);
		lookout.leave();
		await house.mend();
		await sleep(leaseMs);
		const answers = [await post([doomed]), await post([doomed])];
		fared.push({
			way: way.name,
			ids: asked.length,
			again,
			afterKill: { done: done(doomed), told: answers.some(({ body }) => body.includes('once-in-doubt')) },
			secondCall: second.body.includes('firstResult') ? 'the first result' : 'nothing',
		});
		console.log(JSON.stringify(fared.at(-1)));
	}
	return fared;
}
