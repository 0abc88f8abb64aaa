import { code, condition, flag, insert, link, node, set, BASE } from '../../edit';
import { act, asking } from '../base';
import {
	add,
	ALL_BACK,
	between,
	edit,
	fields,
	keep,
	type KeyAttack,
	lead,
	looped,
	put,
	table,
	unlead,
} from './tools';

/** Loops, items that get lost or doubled, nodes that throw, time, nothing to do. */
export const FLOW: readonly KeyAttack[] = [
	...table(1, {
		'a loop that a key given back does not lead back to': looped(
			ALL_BACK.filter(([from]) => from !== 'Give back'),
		),
		'a loop that a refused completion does not lead back to': looped(
			ALL_BACK.filter(([from, output]) => from !== 'Complete' || output !== 0),
		),
		'a loop between the claim and the act, done as well': (workflow) => {
			insert(workflow, 'Claim', 1, node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3), 1);
			link(workflow, 'Complete', 1, 'Loop');
			link(workflow, 'Give back', 1, 'Loop');
			link(workflow, 'Loop', 0, 'Act');
		},
	}),
	...table(2, {
		'a filter behind the claim': between(
			node(
				'Only the fit',
				`${BASE}filter`,
				{ conditions: condition('={{ $json.fits }}', 'boolean', 'true', '', 'loose') },
				{},
				2.2,
			),
		),
		'code that filters behind the claim': between(
			code('Only the fit', 'return $input.all().filter((item) => item.json.fits);'),
		),
		'a limit behind the claim': between(node('Limit', `${BASE}limit`, { maxItems: 1 })),
		'an aggregate before the completion': put(
			'Act',
			0,
			node('Aggregate', `${BASE}aggregate`, { aggregate: 'aggregateAllItemData', options: {} }),
		),
		'the first item only': flag('Act', { executeOnce: true }),
		'the first key only': flag('Claim', { executeOnce: true }),
		'nobody completes': unlead('Act', 0),
		'nobody gives back': unlead('Act', 1),
		'the completion disabled': flag('Complete', { disabled: true }),
		'the giving back disabled': flag('Give back', { disabled: true }),
		'the act disabled': flag('Act', { disabled: true }),
		'a key that is named instead of the claimed one': set('Complete', {
			which: 'named',
			namedScope: 'things',
			namedKey: 'x',
		}),
		'what holds the key is written over': put('Act', 0, fields('Tidy', ['keyClaim', 'none'])),
		'a switch without a fallback': between(
			node(
				'Kinds',
				`${BASE}switch`,
				{
					rules: {
						values: [{ conditions: condition('={{ $json.kind }}', 'string', 'equals', 'a', 'loose') }],
					},
					options: {},
				},
				{},
				3.2,
			),
		),
	}),
	...table(3, {
		'a strict comparison behind the claim': between(
			node(
				'Old enough',
				`${BASE}if`,
				{ conditions: condition('={{ $json.age }}', 'number', 'gt', 5) },
				{},
				2.2,
			),
		),
		'code that throws behind the claim': between(
			code(
				'Read',
				'return $input.all().map((item) => ({ json: { ...item.json, text: item.json.text.trim() } }));',
			),
		),
		'an act that stops the run': flag('Act', { onError: 'stopWorkflow' }),
	}),
	...table(5, {
		'two connections to one act': lead('Claim', 1, 'Act'),
		'two acts side by side': [
			add(act('Act too')),
			lead('Claim', 1, 'Act too'),
			lead('Act too', 0, 'Complete'),
			lead('Act too', 1, 'Give back'),
		],
		'two acts one after the other': put('Act', 0, act('Act too')),
		'items doubled behind the claim': between(
			edit('Double', () => ({ duplicateItem: true, duplicateCount: 1 })),
		),
		'code that doubles behind the claim': between(
			code('Double', 'return $input.all().flatMap((item) => [item, item]);'),
		),
		'a join of two ways': (workflow) => {
			const fork = node('Fork', `${BASE}noOp`);
			insert(workflow, 'Claim', 1, fork);
			insert(workflow, 'Fork', 0, node('Join', `${BASE}merge`, {}, {}, 3.2));
			link(workflow, 'Fork', 0, 'Join', 1);
		},
		'an act for every page': keep({
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					paginationCompleteWhen: 'receiveSpecificStatusCodes',
					limitPagesFetched: true,
					maxRequests: 2,
					parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
				},
			},
			response: { response: { fullResponse: true } },
		}),
		'an act that ends in the act again': lead('Act', 1, 'Act'),
	}),
	...table(6, {
		'a Wait between the claim and the act': between(
			node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1),
		),
		'a Wait where what is in doubt is asked about': [
			asking,
			between(node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1)),
		],
		'a person between the claim and the act': between(
			node(
				'Approve',
				`${BASE}slack`,
				{
					operation: 'sendAndWait',
					select: 'channel',
					channelId: { __rl: true, mode: 'id', value: 'C1' },
					message: 'ok?',
				},
				{},
				2.3,
			),
		),
	}),
	...table(2, {
		'the second input of the act': (workflow) => {
			for (const one of workflow.connections.Claim?.main[1] ?? []) one.index = 1;
		},
	}),
	...table(16, {
		'a trigger that is disabled': flag('When Called', { disabled: true }),
		'a claim that nothing comes to': unlead('When Called', 0),
		'the first time leads nowhere': unlead('Claim', 1),
	}),
];
