import type { WorkflowNode } from '../../testbed/n8n/workflows';

/** A node without its place on the canvas. */
export type Node = Pick<WorkflowNode, 'id' | 'name' | 'type' | 'typeVersion' | 'parameters' | 'credentials'>;
type Credentials = Record<string, { id: string; name: string }>;

/** Name of the node whose time counts. */
export const measured = 'Measured';

/** So many items with keys nobody has used: `{ key, email, cc_delivery_status }`. */
export const makeItems = (count: number, prefix: string): Node => ({
	name: 'Make Items',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `return Array.from({ length: ${count} }, (_none, index) => ({ json: {
	key: '${prefix}-' + (100000 + index), email: 'reader.' + index + '@example.com', cc_delivery_status: 'active',
} }));`,
	},
});

/** n8n's Remove Duplicates over previous executions, by the key. `id` names its history. */
export const removeDuplicates = (id: string, historySize: number): Node => ({
	id,
	name: measured,
	type: 'n8n-nodes-base.removeDuplicates',
	typeVersion: 2,
	parameters: {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.key }}',
		options: { historySize },
	},
});

/** n8n's Data Table: inserts every item, in bulk, without giving the rows back. */
export const dataTableInsert = (table: string): Node => ({
	name: measured,
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1.1,
	parameters: {
		resource: 'row',
		operation: 'insert',
		dataTableId: { __rl: true, mode: 'id', value: table },
		columns: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] },
		options: { optimizeBulk: true },
	},
});

/** n8n's Data Table: lets items pass whose key is in the table, the only way it has to look one up. */
export const dataTableRowExists = (table: string): Node => ({
	name: measured,
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1.1,
	parameters: {
		resource: 'row',
		operation: 'rowExists',
		dataTableId: { __rl: true, mode: 'id', value: table },
		matchType: 'allConditions',
		filters: { conditions: [{ keyName: 'key', condition: 'eq', keyValue: '={{ $json.key }}' }] },
	},
});

/** A spine of its own for each run, open for years. */
export const configureSpine = (spine: string, credentials: Credentials): Node => ({
	name: 'Configure Spine',
	type: 'n8n-nodes-release-gate.release',
	typeVersion: 1,
	credentials,
	parameters: {
		resource: 'spine',
		operation: 'configure',
		spine,
		every: 'P1Y',
		anchor: '2020-01-01T00:00',
		timeZone: 'UTC',
		mode: 'live',
		testRecipients: '',
		properties: { critical: 'email' },
		advanced: { startedByHand: 'deliver' },
	},
});

/** Registers one delivery for each item. */
export const registerItems = (spine: string, count: number, credentials: Credentials): Node => ({
	name: 'Due Deliveries',
	type: 'n8n-nodes-release-gate.dueDeliveries',
	typeVersion: 1,
	credentials,
	parameters: {
		operation: 'get',
		spine,
		contacts: 'items',
		idField: 'key',
		propertiesField: '',
		limit: count,
	},
});

/** Our claim of registered deliveries, found by their envelopes. */
export const claimByEnvelope = (credentials: Credentials): Node => ({
	name: measured,
	type: 'n8n-nodes-release-gate.idempotencyCheck',
	typeVersion: 1,
	credentials,
	parameters: { operation: 'claim', source: 'envelope' },
});

/** Our claim of keys, by the name of the field with the key; `compare` says whether the content is compared. */
export const claimKey = (scope: string, compare: 'item' | 'off', credentials: Credentials): Node => ({
	name: measured,
	type: 'n8n-nodes-release-gate.idempotencyCheck',
	typeVersion: 2,
	credentials,
	parameters: { operation: 'claimKey', scope, key: 'key', compare },
});

/** Our claim of items nobody registered, by the name of the field with the key. */
export const claimByField = (spine: string, credentials: Credentials): Node => ({
	name: measured,
	type: 'n8n-nodes-release-gate.idempotencyCheck',
	typeVersion: 1,
	credentials,
	parameters: { operation: 'claim', source: 'standalone', spine, recipientField: 'key' },
});

/** Leads live deliveries to its second output. */
export const routeDeliveries: Node = {
	name: 'Route',
	type: 'n8n-nodes-release-gate.releaseGate',
	typeVersion: 1,
	parameters: { operation: 'route' },
};

/** n8n's Edit Fields as it is dropped on the canvas: what it hands on has its own field only. */
export const replaceJson = (name: string): Node => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		assignments: { assignments: [{ id: 't', name: 'text', value: 'A text', type: 'string' }] },
		options: {},
	},
});

/** The last look before the send. */
export const confirm: Node = {
	name: 'Confirm',
	type: 'n8n-nodes-release-gate.idempotencyCheck',
	typeVersion: 2,
	parameters: { operation: 'confirm' },
};

/** Stands for the send: what Postmark answers to a message it took (postmarkapp.com/developer/api/email-api). */
export const accept: Node = {
	name: 'Send',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		mode: 'runOnceForAllItems',
		jsCode: `return $input.all().map((_item, index) => ({
	json: { MessageID: 'm-' + index + '-' + Date.now(), SubmittedAt: new Date().toISOString(), ErrorCode: 0, Message: 'OK' },
	pairedItem: { item: index },
}));`,
	},
};

/** Records what Postmark took. */
export const commit: Node = {
	name: 'Commit',
	type: 'n8n-nodes-release-gate.deliveryCommit',
	typeVersion: 1,
	parameters: {
		operation: 'commit',
		provider: 'postmark',
		messageIdField: 'MessageID',
		assetIdField: '',
		sentAtField: 'SubmittedAt',
	},
};
