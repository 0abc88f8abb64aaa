import type { PlainCredential } from '../../../testbed/n8n/command';
import { ledgerDatabase } from '../../../testbed/n8n/queue';
import type { WorkflowNode } from '../../../testbed/n8n/workflows';
import { ledgerCredential } from '../../crash/house';
import { leaseMs } from '../world';

export type Node = Pick<WorkflowNode, 'name' | 'type' | 'typeVersion' | 'parameters' | 'credentials'> & {
	readonly onError?: string;
};

/** One way to keep a workflow from doing a thing twice. */
export interface Way {
	readonly name: string;
	/** Nodes between the items and the deed; the deed follows the last one's `output`. */
	readonly nodes: readonly Node[];
	readonly output: number;
	/** The node that lets an id through. */
	readonly decides: string;
	/** Follows the deed. */
	readonly after?: Node;
	/** Follows the deed's error output. */
	readonly failed?: Node;
	/** The output of the deciding node at which a key that is done leaves, where there is one. */
	readonly known?: number;
}

const redis = { id: 'rgOnceRedis00001', name: 'Redis', type: 'redis' } as const;
const postgres = { id: 'rgOncePostgres01', name: 'Postgres', type: 'postgres' } as const;

/** Credentials of the servers that the ways use: those of the fleet itself. */
export const wayCredentials = (firstPort: number): readonly PlainCredential[] => [
	{ ...redis, data: { host: '127.0.0.1', port: firstPort + 3, database: 0 } },
	{
		...postgres,
		data: {
			host: '127.0.0.1',
			port: firstPort + 2,
			database: ledgerDatabase,
			user: 'postgres',
			password: '',
			ssl: 'disable',
		},
	},
];

/** The table of the way with a unique constraint. */
export const uniqueTable = 'CREATE TABLE once_keys (key text PRIMARY KEY)';

export const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: Node['parameters'],
	more: Pick<Node, 'credentials' | 'onError'> = {},
): Node => ({ name, type, typeVersion, parameters, ...more });

const base = 'n8n-nodes-base.';
const own = 'n8n-nodes-release-gate.';
const credentials = ({ id, name, type }: { id: string; name: string; type: string }) => ({
	credentials: { [type]: { id, name } },
});

const claimKey: Way = {
	name: '**Claim Key**',
	nodes: [
		node(
			'Decide',
			`${own}idempotencyCheck`,
			2,
			{ operation: 'claimKey', scope: 'ways', key: 'key', leaseMinutes: leaseMs / 60_000 },
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
	failed: node(
		'Give Back',
		`${own}deliveryCommit`,
		2,
		{ operation: 'giveKeyBack' },
		credentials(ledgerCredential),
	),
	known: 2,
};

const removeDuplicates: Way = {
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
};

const dataTable = (table: string): Way => {
	const dataTableId = { __rl: true, mode: 'id', value: table };
	return {
		name: 'A data table: look, then insert',
		nodes: [
			node('Look', `${base}dataTable`, 1.1, {
				resource: 'row',
				operation: 'rowNotExists',
				dataTableId,
				matchType: 'allConditions',
				filters: { conditions: [{ keyName: 'key', condition: 'eq', keyValue: '={{ $json.key }}' }] },
			}),
			node('Decide', `${base}dataTable`, 1.1, {
				resource: 'row',
				operation: 'insert',
				dataTableId,
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
	};
};

/** n8n's Redis node has no SETNX; the count of INCR, which is one for the first only, says the same. */
const redisCount: Way = {
	name: "Redis: `INCR` (n8n's node has no `SETNX`)",
	nodes: [
		node('Count', `${base}redis`, 1, { operation: 'incr', key: '={{ $json.key }}' }, credentials(redis)),
		node('Decide', `${base}code`, 2, {
			jsCode: `return $input.all().flatMap((item) =>
	Object.entries(item.json).filter(([, count]) => count === 1).map(([key]) => ({ json: { key } })));`,
		}),
	],
	output: 0,
	decides: 'Decide',
};

/** n8n's Postgres node gives one item for a statement that gave no row. */
const uniqueConstraint: Way = {
	name: 'A unique constraint: `INSERT … ON CONFLICT DO NOTHING`',
	nodes: [
		node(
			'Insert',
			`${base}postgres`,
			2.6,
			{
				operation: 'executeQuery',
				query: 'INSERT INTO once_keys (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING key',
				options: { queryReplacement: '={{ $json.key }}', queryBatching: 'independently' },
			},
			credentials(postgres),
		),
		node('Decide', `${base}code`, 2, {
			jsCode: 'return $input.all().filter(({ json }) => json.key !== undefined);',
		}),
	],
	output: 0,
	decides: 'Decide',
};

/** All ways; `table` is the id of the data table. */
export const ways = (table: string): readonly Way[] => [
	claimKey,
	removeDuplicates,
	dataTable(table),
	redisCount,
	uniqueConstraint,
];
