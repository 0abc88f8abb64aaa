import { BASE, cut, find, insert, link, node } from '../edit';
import { connect } from '../spine';
import { edited } from './shapes';
import { foreign, type Change } from './table';

const OURS = [
	'Get due deliveries',
	'Route deliveries',
	'Claim delivery',
	'Confirm before send',
	'Commit delivery',
	'Fail delivery',
	'Claim rehearsal',
	'Confirm rehearsal',
	'Commit rehearsal',
];
const ledgers =
	(ids: Readonly<Record<string, unknown>>): Change =>
	(workflow) => {
		for (const name of OURS)
			Object.assign(find(workflow, name), {
				credentials: { releaseGateLedgerApi: ids[name] ?? { id: 'a', name: 'A' } },
			});
	};
/** A workflow that stands in the node that calls it. */
export const inline = (...nodes: ReturnType<typeof node>[]) =>
	JSON.stringify({
		id: 'inline',
		name: 'inline',
		nodes: [
			node('Start', `${BASE}executeWorkflowTrigger`, { inputSource: 'passthrough' }, {}, 1.1),
			...nodes,
		],
		connections: connect(
			nodes.map((one, i) => [i === 0 ? 'Start' : (nodes[i - 1]?.name ?? ''), 0, one.name]),
		),
		settings: {},
	});

/** 10: two ledgers, or another spine. */
export const spines = foreign(10, {
	...Object.fromEntries(
		OURS.map((name) => [
			`a ledger of the same name in ${name}`,
			['another id is another ledger', ledgers({ [name]: { id: 'b', name: 'A' } })] as const,
		]),
	),
	'a ledger by name only': [
		'n8n finds another of that name',
		ledgers({ 'Confirm before send': { id: null, name: 'B' } }),
	],
	'a ledger by expression': [
		'chosen at run time',
		ledgers({ 'Confirm before send': { id: '={{ $json.ledger }}', name: 'A' } }),
	],
	'a spine overwritten': [
		'another spine is confirmed',
		(workflow) => insert(workflow, 'Claim delivery', 1, edited('Edit', ['delivery.spine', 'other'])),
	],
	'a spine overwritten before the gate': [
		'another spine is claimed',
		(workflow) => insert(workflow, 'Get due deliveries', 0, edited('Edit', ['delivery.spine', 'other'])),
	],
	'a called workflow that commits elsewhere': [
		'sent here, committed there',
		ledgers({}),
		(workflow) => {
			cut(workflow, 'Send email', 0);
			workflow.nodes.push(
				node(
					'Call',
					`${BASE}executeWorkflow`,
					{
						source: 'parameter',
						workflowJson: inline({
							...node('Commit there', 'deliveryCommit', { operation: 'commit' }),
							credentials: { releaseGateLedgerApi: { id: 'b', name: 'B' } },
						} as never),
					},
					{},
					1.2,
				),
			);
			link(workflow, 'Send email', 0, 'Call');
		},
	],
	'two spines side by side': [
		'the same person gets both',
		(workflow) => {
			workflow.nodes.push(node('Other due', 'dueDeliveries', { spine: 'other' }));
			link(workflow, 'Every other day', 0, 'Other due');
			link(workflow, 'Other due', 0, 'Route deliveries');
		},
	],
	'two spines with a claim each': [
		'the same person gets both',
		(workflow) => {
			workflow.nodes.push(
				node('Other due', 'dueDeliveries', { spine: 'other' }),
				node('Other route', 'releaseGate', { operation: 'route' }),
				node('Other claim', 'idempotencyCheck', { operation: 'claim' }),
			);
			link(workflow, 'Every other day', 0, 'Other due');
			link(workflow, 'Other due', 0, 'Other route');
			link(workflow, 'Other route', 1, 'Other claim');
			link(workflow, 'Other claim', 1, 'Write text');
		},
	],
	'a spine chosen at run time beside': [
		'the same person gets both',
		(workflow) => {
			workflow.nodes.push(node('Other due', 'dueDeliveries', { spine: '={{ $json.spine }}' }));
			link(workflow, 'Every other day', 0, 'Other due');
			link(workflow, 'Other due', 0, 'Route deliveries');
		},
	],
	'a second claim of another spine': [
		'one of the claims stays open',
		(workflow) =>
			insert(
				workflow,
				'Claim delivery',
				1,
				node('Claim other', 'idempotencyCheck', {
					operation: 'claim',
					source: 'standalone',
					spine: 'other',
					recipientField: 'contact.id',
				}),
				1,
			),
	],
});

const pinned =
	(name: string, items: unknown): Change =>
	(workflow) =>
		void (workflow.pinData = { ...workflow.pinData, [name]: items });

/** 11: pinned data. */
export const byHand = foreign(11, {
	...Object.fromEntries(
		[
			'Get due deliveries',
			'Route deliveries',
			'Claim delivery',
			'Write text',
			'Text fits',
			'Confirm before send',
			'Send email',
			'Commit delivery',
			'Fail delivery',
		].map((name) => [
			`an empty pin on ${name}`,
			['a pin without items hands on nothing by hand', pinned(name, [])] as const,
		]),
	),
	'a pin on the trigger and the send': [
		'committed without a mail by hand',
		pinned('Every other day', [{ json: {} }]),
		pinned('Send email', [{ json: { MessageID: 'x' } }]),
	],
	'a pin that is no list': ['n8n reads it all the same', pinned('Send email', { json: {} })],
	'a pin on a name with a blank': [
		'pinned',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, node(' Mark ', `${BASE}noOp`));
			pinned(' Mark ', [{ json: {} }])(workflow);
		},
	],
});
