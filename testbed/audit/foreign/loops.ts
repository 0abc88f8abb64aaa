import { BASE, code, condition, cut, insert, link, node } from '../edit';
import { ifTrue } from '../spine';
import { base, bare, loop, looped, ENDS } from './shapes';
import { foreign } from './table';

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
