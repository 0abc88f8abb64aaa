/** One node of a test workflow, as n8n exports it. */
export interface SpineNode {
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	disabled?: boolean;
	onError?: string;
	retryOnFail?: boolean;
	alwaysOutputData?: boolean;
	executeOnce?: boolean;
}

export interface Target {
	node: string;
	type: 'main';
	index: number;
}

export interface SpineWorkflow {
	id?: string;
	name: string;
	nodes: SpineNode[];
	connections: Record<string, { main: Target[][] }>;
	settings: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

const OWN = 'n8n-nodes-release-gate.';
const BASE = 'n8n-nodes-base.';
const ON_ERROR = 'continueErrorOutput';

/** Declares the loopback stand-ins of the tests: a host that sends, one that generates and one that keeps contacts. */
export const STAND_INS = {
	hosts: [
		{ host: '127.0.0.1', role: 'sender', reason: 'stand-in of the mail provider' },
		{ host: '127.0.0.2', role: 'generator', reason: 'stand-in of the generation vendor' },
		{ host: '127.0.0.3', role: 'state-writer', reason: 'stand-in of the CRM' },
	],
};

type Edge = readonly [from: string, output: number, to: string, input?: number];

/** Connections in n8n's form from a list of edges. */
export function connect(edges: readonly Edge[]): SpineWorkflow['connections'] {
	const connections: SpineWorkflow['connections'] = {};
	for (const [from, output, to, input] of edges) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: input ?? 0 });
	}
	return connections;
}

let column = 0;

/** One node; `type` without a dot is one of ours. */
export function node(
	name: string,
	type: string,
	parameters: Record<string, unknown> = {},
	more: Partial<SpineNode> = {},
	typeVersion = 1,
): SpineNode {
	column += 1;
	return {
		name,
		type: type.includes('.') ? type : OWN + type,
		typeVersion,
		position: [200 * (column % 20), 100 * Math.floor(column / 20)],
		parameters,
		...more,
	};
}

/** What a request of the spine tells: the delivery's key, and whom it is for, wherever the item has it. */
const BODY =
	"={{ JSON.stringify({ key: $json.delivery?.key ?? 'none', to: $json.to ?? $json.To ?? $json.contact?.properties?.email ?? null }) }}";

/** A POST to a stand-in, with {@link BODY}. */
export function post(name: string, url: string, more: Partial<SpineNode> = {}): SpineNode {
	const parameters = {
		method: 'POST',
		url,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: BODY,
		options: {},
	};
	return node(name, `${BASE}httpRequest`, parameters, { onError: ON_ERROR, ...more }, 4.2);
}

/** An If that looks at one boolean field. */
export function ifTrue(name: string, field: string): SpineNode {
	const condition = {
		id: name,
		leftValue: `={{ $json.${field} }}`,
		rightValue: '',
		operator: { type: 'boolean', operation: 'true', singleValue: true },
	};
	const options = { version: 2, leftValue: '', caseSensitive: true, typeValidation: 'loose' };
	return node(
		name,
		`${BASE}if`,
		{ conditions: { options, combinator: 'and', conditions: [condition] } },
		{},
		2.2,
	);
}

/** The content-delivery spine, with loopback stand-ins on the given port. */
export function spine(port = 1): SpineWorkflow {
	column = 0;
	const send = `http://127.0.0.1:${port}/send`;
	return {
		id: 'spine',
		name: 'Deliver content',
		nodes: [
			node('Every other day', `${BASE}scheduleTrigger`, { rule: { interval: [{}] } }, {}, 1.2),
			node('Get due deliveries', 'dueDeliveries', { spine: 'content' }),
			node('Route deliveries', 'releaseGate', { operation: 'route' }),
			node('Claim delivery', 'idempotencyCheck', { operation: 'claim' }),
			node('Write text', `${BASE}set`, { includeOtherFields: true, options: {} }, {}, 3.4),
			ifTrue('Text fits', 'fits'),
			node('Confirm before send', 'idempotencyCheck', { operation: 'confirm' }, {}, 2),
			post('Send email', send),
			node('Commit delivery', 'deliveryCommit', { operation: 'commit' }),
			node('Fail delivery', 'deliveryCommit', { operation: 'fail' }),
			node('Claim rehearsal', 'idempotencyCheck', { operation: 'claim' }),
			node('Write rehearsal', `${BASE}set`, { includeOtherFields: true, options: {} }, {}, 3.4),
			node('Confirm rehearsal', 'idempotencyCheck', { operation: 'confirm' }, {}, 2),
			node('Commit rehearsal', 'deliveryCommit', { operation: 'commit' }),
		],
		connections: connect([
			['Every other day', 0, 'Get due deliveries'],
			['Get due deliveries', 0, 'Route deliveries'],
			['Route deliveries', 1, 'Claim delivery'],
			['Route deliveries', 2, 'Claim rehearsal'],
			['Claim delivery', 1, 'Write text'],
			['Write text', 0, 'Text fits'],
			['Text fits', 0, 'Confirm before send'],
			['Text fits', 1, 'Fail delivery'],
			['Confirm before send', 0, 'Fail delivery'],
			['Confirm before send', 1, 'Send email'],
			['Confirm before send', 2, 'Commit delivery'],
			['Send email', 0, 'Commit delivery'],
			['Send email', 1, 'Fail delivery'],
			['Claim rehearsal', 1, 'Write rehearsal'],
			['Write rehearsal', 0, 'Confirm rehearsal'],
			['Confirm rehearsal', 0, 'Commit rehearsal'],
			['Confirm rehearsal', 1, 'Commit rehearsal'],
			['Confirm rehearsal', 2, 'Commit rehearsal'],
		]),
		settings: { executionOrder: 'v1', timezone: 'America/New_York', errorWorkflow: 'alarm' },
	};
}
