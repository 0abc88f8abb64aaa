import { randomUUID } from 'node:crypto';
import type { WorkflowFile, WorkflowNode } from '../../testbed/n8n/workflows';

type Node = Pick<WorkflowNode, 'name' | 'type' | 'typeVersion' | 'parameters'> & Partial<WorkflowNode>;
type Credentials = WorkflowNode['credentials'];

/** How many recipients the spine of the matrix serves. */
export const recipients = 300;

/** A node of the row, and the output that leads to the next one. */
type Step = readonly [node: Node, output?: number];

function row(name: string, steps: readonly Step[]): WorkflowFile {
	const connections: Record<string, unknown> = {};
	steps.slice(0, -1).forEach(([{ name: from }, output = 0], index) => {
		const main: unknown[][] = Array.from({ length: output + 1 }, () => []);
		main[output] = [{ node: steps[index + 1]?.[0].name, type: 'main', index: 0 }];
		connections[from] = { main };
	});
	const nodes = steps.map(([node], index): WorkflowNode => ({
		id: randomUUID(),
		position: [index * 220, 0],
		...node,
	}));
	return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}

const ours = (type: string, typeVersion = 1): Pick<Node, 'type' | 'typeVersion'> => ({
	type: `n8n-nodes-release-gate.${type}`,
	typeVersion,
});

const webhook = (path: string): Node => ({
	name: 'Call',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: randomUUID(),
	parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
});

const code = (name: string, jsCode: string, mode = 'runOnceForAllItems'): Node => ({
	name,
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { mode, jsCode },
});

/** What Postmark answers to a message it took (postmarkapp.com/developer/api/email-api). */
const accepted = `return { json: {
	To: 'reader@example.com', SubmittedAt: new Date().toISOString(), MessageID: 'm-' + $itemIndex + '-' + Date.now(),
	ErrorCode: 0, Message: 'OK',
} };`;

/** What a spine is given besides: how many it hands out in one run, and its slots. */
export interface SpineChoices {
	readonly limit?: number;
	/** Length of a slot, ISO 8601. */
	readonly every?: string;
	/** Workflow that n8n runs when a run of it fails. */
	readonly errorWorkflow?: string;
}

/**
 * A spine over items, each node of the package's own template but the reading of HubSpot. Between the claim and the
 * commit two nodes replace all of `json`: what they lose is found again by the links between items.
 */
export function spine(
	path: string,
	credentials: Credentials,
	{ limit = 1000, every = 'P1Y', errorWorkflow }: SpineChoices = {},
): WorkflowFile {
	const name = 'matrix';
	const make = `return Array.from({ length: ${recipients} }, (_none, index) => ({ json: {
	key: 'r-' + (100000 + index), email: 'reader.' + index + '@example.com', cc_delivery_status: 'active',
} }));`;
	const text: Node = {
		name: 'Write Text',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			assignments: { assignments: [{ id: 't', name: 'text', value: 'A text', type: 'string' }] },
			options: {},
		},
	};
	const configure = {
		resource: 'spine',
		operation: 'configure',
		spine: name,
		every,
		anchor: '2020-01-01T00:00',
		timeZone: 'UTC',
		mode: 'live',
		testRecipients: '',
		properties: { critical: 'email' },
		advanced: {},
	};
	const due = { operation: 'get', spine: name, contacts: 'items', idField: 'key', propertiesField: '' };
	const workflow = row(`Spine of ${path}`, [
		[webhook(path)],
		[{ name: 'Configure', ...ours('release'), credentials, parameters: configure }],
		[code('Make Items', make)],
		[{ name: 'Due', ...ours('dueDeliveries'), credentials, parameters: { ...due, limit } }],
		[{ name: 'Route', ...ours('releaseGate'), credentials, parameters: { operation: 'route' } }, 1],
		[
			{
				name: 'Claim',
				...ours('idempotencyCheck'),
				credentials,
				parameters: { operation: 'claim', source: 'envelope' },
			},
			1,
		],
		[text],
		[
			{ name: 'Confirm', ...ours('idempotencyCheck', 2), credentials, parameters: { operation: 'confirm' } },
			1,
		],
		[code('Send', accepted, 'runOnceForEachItem')],
		[
			{
				name: 'Commit',
				...ours('deliveryCommit'),
				credentials,
				parameters: {
					operation: 'commit',
					provider: 'postmark',
					messageIdField: 'MessageID',
					assetIdField: '',
					sentAtField: 'SubmittedAt',
				},
			},
		],
	]);
	return { ...workflow, settings: { ...workflow.settings, ...(errorWorkflow && { errorWorkflow }) } };
}

/** A form that opens a release under the quiet policy and asks the gate, which holds it. */
export function releaseByForm(path: string, formVersion: number, credentials: Credentials): WorkflowFile {
	const manifest = `const hash = (letter) => letter.repeat(64);
return [{ json: { manifest: {
	id: $input.first().json.release ?? $input.first().json['Release ID'], title: 'From a form', subject: 'matrix', kind: 'regular',
	requestedBy: 'Rita Requester',
	changes: [{ id: 'c', title: 'A change', surfaces: ['cadence'], author: 'Ann Author', kind: 'improvement' }],
	failureMode: 'It reads badly.', recoveryPath: 'Publish the version before.', rollbackPlan: 'Run the rollback.',
	rollbackSteps: ['pause', 'publish', 'resume'], documents: [],
	artifacts: { workflow: hash('a'), schema: hash('b'), policy: hash('e') },
} } }];`;
	const field = { fieldLabel: 'Release ID', fieldType: 'text', fieldName: 'release', requiredField: true };
	return row('Matrix release by form', [
		[
			{
				name: 'Form',
				type: 'n8n-nodes-base.formTrigger',
				typeVersion: formVersion,
				webhookId: randomUUID(),
				parameters: {
					formTitle: 'Open a release',
					formFields: { values: [field] },
					options: { path },
				},
			},
		],
		[code('Manifest', manifest)],
		[
			{
				name: 'Policy',
				...ours('release'),
				credentials,
				parameters: {
					resource: 'policy',
					operation: 'set',
					spine: 'matrix',
					overrides: '{}',
					preset: 'quiet-content-delivery',
				},
			},
		],
		[code('Again', "return $('Manifest').all();")],
		[
			{
				name: 'Open',
				...ours('release'),
				credentials,
				parameters: { resource: 'release', operation: 'open' },
			},
		],
		[
			{
				name: 'Gate',
				...ours('releaseGate'),
				credentials,
				parameters: { operation: 'evaluate', release: '={{ $json.release }}' },
			},
		],
	]);
}

/** Starts on what the gate holds, or on another event, and looks every minute, the shortest n8n allows. */
export function triggerOn(event: 'held' | 'silent', credentials: Credentials): WorkflowFile {
	return row(`Matrix trigger on ${event}`, [
		[
			{
				name: 'Event',
				...ours('releaseTrigger'),
				credentials,
				parameters: {
					events: [event],
					subject: '',
					pollTimes: { item: [{ mode: 'everyMinute' }] },
				},
			},
		],
		[code('Seen', 'return $input.all();')],
	]);
}
