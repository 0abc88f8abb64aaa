import { find, link, set } from '../edit';
import { connect, node, type SpineNode, type SpineWorkflow } from '../spine';

const BASE = 'n8n-nodes-base.';

/** Where the act of the base workflow stands, and the host of what is asked; the trial puts its stand-in there. */
export const ACT_HOST = 'http://acts.test';
export const SCOPE = 'things';

/** A request to the stand-in that changes something, with the answer's status, so that one item leaves for each. */
export const act = (name: string, more: Partial<SpineNode> = {}): SpineNode =>
	node(
		name,
		`${BASE}httpRequest`,
		{
			method: 'POST',
			url: `${ACT_HOST}/do`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: "={{ JSON.stringify({ externalNumber: $('When Called').item.json.id }) }}",
			options: { response: { response: { fullResponse: true } }, timeout: 5000 },
		},
		{ onError: 'continueErrorOutput', ...more },
		4.2,
	);

/** Does one thing for each id, once, in any workflow: claim, act, complete or give back. */
export function keyed(): SpineWorkflow {
	return {
		id: 'keyed',
		name: 'Do each thing once',
		nodes: [
			node('When Called', `${BASE}executeWorkflowTrigger`, { inputSource: 'passthrough' }, {}, 1.1),
			node(
				'Claim',
				'idempotencyCheck',
				{ operation: 'claimKey', scope: SCOPE, key: 'id', compare: 'off', whenUnknown: 'hold' },
				{},
				2,
			),
			node('Note what is held', `${BASE}noOp`),
			node('Note what was done before', `${BASE}noOp`),
			act('Act'),
			node('Complete', 'deliveryCommit', { operation: 'completeKey' }, {}, 2),
			node('Give back', 'deliveryCommit', { operation: 'giveKeyBack' }, {}, 2),
		],
		connections: connect([
			['When Called', 0, 'Claim'],
			['Claim', 0, 'Note what is held'],
			['Claim', 1, 'Act'],
			['Claim', 2, 'Note what was done before'],
			['Act', 0, 'Complete'],
			['Act', 1, 'Give back'],
		]),
		settings: { executionOrder: 'v1', timezone: 'UTC', errorWorkflow: 'alarm' },
	};
}

/** What asks outside whether something was done. */
export const ASK: SpineNode = node(
	'Ask',
	`${BASE}httpRequest`,
	{
		url: `=${ACT_HOST}/orders?externalNumber={{ encodeURIComponent($('When Called').item.json.id) }}`,
		options: { response: { response: { responseFormat: 'json' } } },
	},
	{ onError: 'continueErrorOutput' },
	4.2,
);

/** Declares {@link ASK} as what it is. */
export const POLICY = {
	nodes: [
		{
			name: 'Ask',
			role: 'reader',
			items: 'same',
			failsPerItem: true,
			reason: 'It asks and changes nothing.',
		},
	],
};

/** The workflow of {@link keyed} with a way for what is in doubt: asked about, decided, completed or done. */
export function asking(workflow: SpineWorkflow): void {
	set('Claim', { whenUnknown: 'ask' })(workflow);
	const there = {
		conditions: {
			options: { version: 2, leftValue: '', caseSensitive: true, typeValidation: 'loose' },
			combinator: 'and',
			conditions: [
				{
					id: 'there',
					leftValue: '={{ ($json.orders ?? []).length }}',
					rightValue: 0,
					operator: { type: 'number', operation: 'gt' },
				},
			],
		},
		options: {},
	};
	workflow.nodes.push(
		structuredClone(ASK),
		node('Is it there?', `${BASE}if`, there, {}, 2.2),
		node('Leave in doubt', 'deliveryCommit', { operation: 'giveKeyBack', happened: 'unknown' }, {}, 2),
	);
	for (const [from, output, to] of [
		['Claim', 3, 'Ask'],
		['Ask', 0, 'Is it there?'],
		['Ask', 1, 'Leave in doubt'],
		['Is it there?', 0, 'Complete'],
		['Is it there?', 1, 'Act'],
	] as const)
		link(workflow, from, output, to);
}

/** The base workflow after some changes. */
export function keyedBy(...changes: readonly ((workflow: SpineWorkflow) => void)[]): SpineWorkflow {
	const workflow = keyed();
	for (const change of changes) change(workflow);
	return workflow;
}

export { find };
