import { afterClaim, BASE, beforeSend, CHAIN, code, condition, cut, flag, insert, link, node } from '../edit';
import { ifTrue, type SpineNode } from '../spine';
import { foreign, type Change } from './table';

const REFUSALS = [
	['Claim delivery', 0],
	['Claim delivery', 2],
] as const;
const ENDS = [
	['Commit delivery', 0],
	['Commit delivery', 1],
	['Fail delivery', 0],
	['Fail delivery', 1],
] as const;

/** A Loop Over Items node. */
export const loop = (name: string, more: Partial<SpineNode> = {}, version = 3) =>
	node(name, `${BASE}splitInBatches`, { options: {} }, more, version);

/** A loop over single items around claim, text and send, led back from every end, or through `by`. */
const looped =
	(by?: SpineNode): Change =>
	(workflow) => {
		insert(workflow, 'Route deliveries', 1, loop('Loop'), 1);
		if (by) {
			workflow.nodes.push(by);
			link(workflow, by.name, 0, 'Loop');
		}
		for (const [from, output] of [...REFUSALS, ...ENDS]) link(workflow, from, output, by?.name ?? 'Loop');
	};

/** A node of n8n-nodes-base. */
export const base = (name: string, type: string, parameters: Record<string, unknown> = {}, version = 1) =>
	node(name, BASE + type, parameters, {}, version);

type Assigned = readonly [name: string, value: unknown, type?: string];
/** Fields of an Edit Fields node, all others kept. */
export const fields = (...given: readonly Assigned[]) => ({
	assignments: {
		assignments: given.map(([name, value, type = 'string']) => ({ id: name, name, type, value })),
	},
	includeOtherFields: true,
	options: {},
});
/** An Edit Fields node. */
export const edited = (name: string, ...given: readonly Assigned[]) =>
	node(name, `${BASE}set`, fields(...given), {}, 3.4);

/** Behind the claim, with nothing that catches an error. */
export const bare =
	(added: SpineNode, leaves = 0): Change =>
	(workflow) =>
		insert(workflow, 'Claim delivery', 1, added, leaves);

/** 1: loops that stall, with the next items never looked at or their claims open. */
export const loops = foreign(1, {
	'leads back through a Filter': [
		'what the filter drops ends the loop: the rest of the day gets no mail',
		looped(
			node('Back', `${BASE}filter`, { conditions: condition('={{ $json.x }}', 'string', 'exists') }, {}, 2.2),
		),
	],
	'leads back through an If, true only': [
		'an item that is false ends the loop',
		looped(ifTrue('Back', 'more')),
	],
	'leads back through a Switch without a fallback': [
		'no rule fits, nothing comes back',
		looped(
			base(
				'Back',
				'switch',
				{
					rules: { values: [{ conditions: condition('={{ $json.x }}', 'string', 'equals', 'a', 'loose') }] },
					options: {},
				},
				3.2,
			),
		),
	],
	'leads back through a query': [
		'no row, nothing comes back',
		looped(base('Back', 'postgres', { operation: 'select' }, 2.5)),
	],
	'leads back through a list split': [
		'an empty list ends the loop',
		looped(base('Back', 'splitOut', { fieldToSplitOut: 'x' })),
	],
	'leads back through Remove Duplicates of earlier runs': [
		'what was seen before ends the loop',
		looped(
			base(
				'Back',
				'removeDuplicates',
				{ operation: 'removeItemsSeenInPreviousExecutions', dedupeValue: '={{ $json.x }}' },
				2,
			),
		),
	],
	'leads back through a Wait for a call': [
		'nobody calls: the loop stands still',
		looped(base('Back', 'wait', { resume: 'webhook' }, 1.1)),
	],
	'leads back through Code that returns nothing': [
		'the loop ends after one item',
		looped(code('Back', 'return [];')),
	],
	'leads back through a call nobody waits for': [
		'the called workflow may be missing',
		looped(base('Back', 'executeWorkflow', { workflowId: { __rl: true, mode: 'id', value: 'gone' } }, 1.2)),
	],
	'leads back through a request that throws': [
		'one 500 ends the run, the rest waits with no word in the ledger',
		looped(
			node('Back', `${BASE}httpRequest`, { url: 'https://api.openai.com/v1/models', options: {} }, {}, 4.2),
		),
	],
	'claims before the loop and stops at one failure': [
		'claims of all items stay open when the failure does not come back',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, loop('Loop'), 1);
			link(workflow, 'Commit delivery', 1, 'Loop');
			link(workflow, 'Commit delivery', 0, 'Loop');
		},
	],
	'claims before the loop and ends with Stop and Error': [
		'one unfit text stops the run, the other claims stay open',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, loop('Loop'), 1);
			for (const [from, output] of ENDS.slice(0, 2)) link(workflow, from, output, 'Loop');
			workflow.nodes.push(base('Stop', 'stopAndError', { errorMessage: 'unfit' }));
			link(workflow, 'Fail delivery', 1, 'Stop');
			link(workflow, 'Fail delivery', 0, 'Stop');
		},
	],
	'version 2, whose outputs are the other way round': [
		'items leave at output 0, where nothing stands: claims of all items stay open',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, loop('Loop', {}, 2), 1);
			for (const [from, output] of ENDS) link(workflow, from, output, 'Loop');
		},
	],
	'version 1, led back nowhere': [
		'only the first batch goes on, the other claims stay open',
		bare(node('Loop', `${BASE}splitInBatches`, { batchSize: 1, options: {} }, {}, 1)),
	],
	'an inner loop without reset': [
		'from the second contact on the inner loop hands on what it had before',
		(workflow) => {
			looped()(workflow);
			insert(workflow, 'Claim delivery', 1, loop('Parts'), 0);
			workflow.nodes.push(base('Part', 'noOp'));
			link(workflow, 'Parts', 1, 'Part');
			link(workflow, 'Part', 0, 'Parts');
		},
	],
	'a loop that is run once only': [
		'Execute Once takes the first item only: the other claims stay open',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, loop('Loop', { executeOnce: true }), 1);
			for (const [from, output] of ENDS) link(workflow, from, output, 'Loop');
		},
	],
	'the done output carries the claims to nowhere': [
		'all claims leave at done and end there',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, loop('Loop'), 0);
			cut(workflow, 'Loop', 0);
			workflow.nodes.push(base('Part', 'noOp'));
			link(workflow, 'Loop', 1, 'Part');
			link(workflow, 'Part', 0, 'Loop');
		},
	],
});

const FIRST = "={{ $('Claim delivery').first().json.delivery }}";

/** 2: items that get lost while a claim is open. */
export const losses = foreign(2, {
	'the first envelope for all': [
		'all confirm the first delivery: the others are never sent',
		bare(edited('Edit', ['delivery', FIRST, 'object'])),
	],
	'the envelope emptied': [
		'our nodes do not find the delivery, claims stay open',
		bare(edited('Edit', ['delivery', '={{ {} }}', 'object'])),
	],
	'the envelope of another node': [
		'the token is older than the claim: every confirmation is refused, every claim stays open',
		bare(edited('Edit', ['delivery', "={{ $('Get due deliveries').item.json.delivery }}", 'object'])),
	],
	'the token overwritten': [
		'every confirmation is refused',
		bare(edited('Edit', ['delivery.token', '={{ 1 }}', 'number'])),
	],
	'the recipient overwritten': [
		'another delivery is confirmed and failed',
		bare(edited('Edit', ['delivery.recipient', '1'])),
	],
	'the key overwritten': ['another delivery is confirmed', bare(edited('Edit', ['delivery.key', 'x']))],
	'the mode overwritten': [
		'a live delivery is committed as a rehearsal',
		bare(edited('Edit', ['delivery.mode', 'dry-run'])),
	],
	'raw JSON with the first envelope': [
		'all confirm the first delivery',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{
					mode: 'raw',
					jsonOutput: "={{ { delivery: $('Claim delivery').first().json.delivery } }}",
					options: {},
				},
				{},
				3.4,
			),
		),
	],
	'raw JSON of all items': [
		'all items carry the same',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{ mode: 'raw', jsonOutput: '={{ $input.first().json }}', options: {} },
				{},
				3.4,
			),
		),
	],
	'an old Edit Fields that overwrites the envelope': [
		'our nodes do not find the delivery',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{ values: { string: [{ name: 'delivery', value: 'x' }] }, options: {} },
				{},
				2,
			),
		),
	],
	'Rename Keys of the envelope': [
		'another field takes its place',
		bare(base('Rename', 'renameKeys', { keys: { key: [{ currentKey: 'previous', newKey: 'delivery' }] } })),
	],
	'Code that gives each item the first envelope': [
		'all confirm the first delivery',
		afterClaim(
			code(
				'Code',
				'const items = $input.all(); return items.map((item) => ({ json: { ...item.json, delivery: items[0].json.delivery } }));',
			),
		),
	],
	'Code that hands on copies of the first item': [
		'all confirm the first delivery',
		afterClaim(code('Code', 'return $input.all().map(() => ({ json: { ...$input.first().json } }));')),
	],
	'Execute Once on the confirmation': [
		'only the first is confirmed, the other claims stay open',
		flag('Confirm before send', { executeOnce: true }),
	],
	'Execute Once on the claim': [
		'only one contact a run is mailed',
		flag('Claim delivery', { executeOnce: true }),
	],
	'Execute Once on the gate': [
		'only one contact a run is mailed',
		flag('Route deliveries', { executeOnce: true }),
	],
	'Execute Once on the send': [
		'the others are confirmed and never sent',
		flag('Send email', { executeOnce: true }),
	],
	'Execute Once on the commit': [
		'the others are sent and never committed',
		flag('Commit delivery', { executeOnce: true }),
	],
	'Execute Once on the failure': [
		'the other failures leave their claims open',
		flag('Fail delivery', { executeOnce: true }),
	],
	'Execute Once on the check': [
		'the others are never sent, their claims open',
		flag('Text fits', { executeOnce: true }),
	],
	'a failure led to a note': [
		'the claim stays open',
		(workflow) => {
			cut(workflow, 'Text fits', 1);
			workflow.nodes.push(base('Note it', 'noOp'));
			link(workflow, 'Text fits', 1, 'Note it');
		},
	],
	'a failure led to a node that is not there': [
		'n8n finds no such node: the claim stays open',
		(workflow) => {
			cut(workflow, 'Text fits', 1);
			link(workflow, 'Text fits', 1, 'Fail Delivery');
		},
	],
	'a failure node that is off': [
		'a disabled node writes nothing: claims stay open',
		flag('Fail delivery', { disabled: true }),
	],
	'a commit that is off': ['sent and never committed', flag('Commit delivery', { disabled: true })],
	'the send entered by a second input': [
		'HTTP Request reads its first input only: nothing is sent, all stay confirmed',
		(workflow) => {
			cut(workflow, 'Confirm before send', 1);
			link(workflow, 'Confirm before send', 1, 'Send email', 1);
		},
	],
	'the commit entered by a second input': [
		'Delivery Commit reads its first input only',
		(workflow) => {
			cut(workflow, 'Send email', 0);
			link(workflow, 'Send email', 0, 'Commit delivery', 1);
		},
	],
	'a filter between confirmation and send': [
		'confirmed and never sent',
		beforeSend(
			node('Keep', `${BASE}filter`, { conditions: condition('={{ $json.x }}', 'string', 'exists') }, {}, 2.2),
		),
	],
	'an If between confirmation and send': ['confirmed and never sent', beforeSend(ifTrue('Vip', 'vip'))],
	'a filter between send and commit': [
		'sent and never committed',
		(workflow) =>
			insert(
				workflow,
				'Send email',
				0,
				node(
					'Keep',
					`${BASE}filter`,
					{ conditions: condition('={{ $json.x }}', 'string', 'exists') },
					{},
					2.2,
				),
			),
	],
	'the old Filter': [
		'dropped with an open claim',
		bare(base('Keep', 'filter', { conditions: { string: [{ value1: '={{ $json.x }}', value2: 'a' }] } })),
	],
	'the old Item Lists': [
		'dropped with an open claim',
		bare(base('Items', 'itemLists', { operation: 'limit', maxItems: 1 }, 3)),
	],
	'the old Function': [
		'dropped with an open claim',
		bare(base('Old', 'function', { functionCode: 'return items.slice(1);' })),
	],
	'Compare Datasets': [
		'what is equal leaves at another output',
		bare(
			base(
				'Compare',
				'compareDatasets',
				{ mergeByFields: { values: [{ field1: 'id', field2: 'id' }] } },
				2.3,
			),
		),
	],
	Summarize: [
		'many items become one',
		bare(base('Sum', 'summarize', { fieldsToSummarize: { values: [{ field: 'x' }] }, options: {} })),
	],
	'Aggregate, then split': [
		'links are lost, an empty list drops all',
		(workflow) => {
			bare(base('All', 'aggregate', { aggregate: 'aggregateAllItemData' }))(workflow);
			insert(workflow, 'All', 0, base('Split', 'splitOut', { fieldToSplitOut: 'data' }));
		},
	],
	'sentiment with one branch': [
		'neutral and negative items end there',
		afterClaim(node('Mood', `${CHAIN}sentimentAnalysis`, {}, {}, 1)),
	],
	'a classifier that discards': [
		'what fits no category is dropped',
		afterClaim(
			node(
				'Sort',
				`${CHAIN}textClassifier`,
				{ categories: { categories: [{ category: 'a' }] }, options: { fallback: 'discard' } },
				{},
				1.1,
			),
		),
	],
	'guardrails with one branch': [
		'violations end there with an open claim',
		afterClaim(node('Guard', `${CHAIN}guardrails`)),
	],
	'a Switch by a number out of range': [
		'an output that nothing is connected to',
		bare(base('Kind', 'switch', { mode: 'expression', numberOutputs: 4, output: '={{ $json.kind }}' }, 3.2)),
	],
	'a Switch with a rule that leads nowhere': [
		'items of the second rule end there',
		bare(
			base(
				'Kind',
				'switch',
				{
					rules: {
						values: ['a', 'b'].map((value) => ({
							conditions: condition('={{ $json.kind }}', 'string', 'equals', value, 'loose'),
						})),
					},
					options: { fallbackOutput: 0 },
				},
				3.2,
			),
		),
	],
	'an old Switch': [
		'no rule fits: dropped',
		bare(
			base('Kind', 'switch', {
				dataType: 'string',
				value1: '={{ $json.kind }}',
				rules: { rules: [{ value2: 'a' }] },
				fallbackOutput: -1,
			}),
		),
	],
	'evaluation only': [
		'not an evaluation: leaves at the other output',
		bare(base('Check', 'evaluation', { operation: 'checkIfEvaluating' }, 4.7)),
	],
	'a feed read for each item': [
		'an empty feed drops the item',
		afterClaim(base('Feed', 'rssFeedRead', { url: 'https://example.com/feed' }, 1.2)),
	],
	'a file that holds no rows': [
		'no rows: the item is gone',
		bare(base('Rows', 'spreadsheetFile', { operation: 'fromFile' }, 2)),
	],
	'a call whose workflow filters': [
		'the callee hands nothing back for some',
		bare(
			base(
				'Call',
				'executeWorkflow',
				{
					source: 'parameter',
					workflowJson: JSON.stringify({
						id: 'inline',
						name: 'inline',
						nodes: [
							base('Start', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, 1.1),
							node(
								'Keep',
								`${BASE}filter`,
								{ conditions: condition('={{ $json.x }}', 'string', 'exists') },
								{},
								2.2,
							),
						],
						connections: { Start: { main: [[{ node: 'Keep', type: 'main', index: 0 }]] } },
						settings: {},
					}),
				},
				1.2,
			),
		),
	],
	'a call nobody waits for': [
		'the callee goes on alone with the claim, which it lets end',
		bare(
			base(
				'Call',
				'executeWorkflow',
				{
					source: 'parameter',
					options: { waitForSubWorkflow: false },
					workflowJson: JSON.stringify({
						id: 'inline',
						name: 'inline',
						nodes: [
							base('Start', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, 1.1),
							edited('Edit', ['x', 'a']),
						],
						connections: { Start: { main: [[{ node: 'Edit', type: 'main', index: 0 }]] } },
						settings: {},
					}),
				},
				1.2,
			),
		),
	],
	'Always Output Data on a query over many items': [
		'one empty item for all that were lost',
		afterClaim(node('Look', `${BASE}postgres`, { operation: 'select' }, { alwaysOutputData: true }, 2.5)),
	],
	'a claim taken over by Due Deliveries in the loop': [
		'the second look drops the claim',
		bare(node('Again', 'dueDeliveries', { spine: 'content', limit: 1 })),
	],
	'execution order v0 with a Merge': [
		'the old order runs a Merge as soon as one side is there',
		(workflow) => {
			workflow.settings.executionOrder = 'v0';
			bare(node('Join', `${BASE}merge`, { mode: 'wait' }, {}, 1))(workflow);
		},
	],
});
