import { afterClaim, BASE, beforeSend, CHAIN, condition, insert, node } from '../edit';
import { ifTrue } from '../spine';
import { base, bare, edited } from './shapes';
import { foreign } from './table';

/** 2: nodes in which items get lost while a claim is open. */
export const lossesInNodes = foreign(2, {
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
