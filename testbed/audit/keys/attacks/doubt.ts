import { condition, find, flag, node, set, BASE } from '../../edit';
import { ACT_HOST, asking } from '../base';
import { add, edit, type KeyAttack, lead, put, table, unlead } from './tools';

/** What becomes of keys that are in doubt. */
export const DOUBT: readonly KeyAttack[] = [
	...table(14, {
		'a mail on the held output': [
			add(
				node(
					'Mail',
					`${BASE}emailSend`,
					{ fromEmail: 'a@b.example', toEmail: '={{ $json.email }}', subject: 'x', options: {} },
					{},
					2.1,
				),
			),
			lead('Claim', 0, 'Mail'),
		],
		'what is in doubt acts': [asking, unlead('Claim', 3), lead('Claim', 3, 'Act')],
		'what is in doubt is completed': [asking, unlead('Claim', 3), lead('Claim', 3, 'Complete')],
		'what is in doubt ends': [asking, unlead('Claim', 3)],
		'nobody decides on what was asked': [asking, unlead('Ask', 0), lead('Ask', 0, 'Act')],
		'a question that failed acts': [asking, unlead('Ask', 1), lead('Ask', 1, 'Act')],
		'a question that failed is decided on': [asking, unlead('Ask', 1), lead('Ask', 1, 'Is it there?')],
		'a question that never fails': [
			asking,
			(workflow) =>
				void (find(workflow, 'Ask').parameters.options = { response: { response: { neverError: true } } }),
		],
		'a question that goes on': [asking, flag('Ask', { onError: 'continueRegularOutput' })],
		'a question that is disabled': [asking, flag('Ask', { disabled: true })],
		'a decision that is disabled': [asking, flag('Is it there?', { disabled: true })],
		'a decision by a constant': [
			asking,
			set('Is it there?', { conditions: condition(true, 'boolean', 'false') }),
		],
		'a decision that goes on': [asking, flag('Is it there?', { onError: 'continueRegularOutput' })],
		'a question that failed is given back as it says': [asking, set('Leave in doubt', { happened: 'auto' })],
		'a question that failed is given back as nothing': [asking, set('Leave in doubt', { happened: 'no' })],
		'an output for doubt that is chosen at run time': [
			asking,
			set('Claim', { whenUnknown: "={{ 'ask' }}" }),
			unlead('Claim', 3),
			lead('Claim', 3, 'Act'),
		],
	}),
	...table(5, {
		'what is in doubt doubled before it is asked about': [
			asking,
			put(
				'Claim',
				3,
				edit('Double', () => ({ duplicateItem: true, duplicateCount: 1 })),
			),
		],
		'two questions about what is in doubt': [asking, lead('Claim', 3, 'Ask')],
		'an act behind its own completion': lead('Complete', 1, 'Act'),
		'a copy that is given back beside the act': lead('Claim', 1, 'Give back'),
		'a question page after page': [
			asking,
			(workflow) =>
				void (find(workflow, 'Ask').parameters.options = {
					pagination: {
						pagination: {
							paginationMode: 'updateAParameterInEachRequest',
							paginationCompleteWhen: 'receiveSpecificStatusCodes',
							limitPagesFetched: true,
							maxRequests: 2,
							parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
						},
					},
				}),
		],
	}),
	...table(6, {
		'a Wait before the question': [
			asking,
			put('Claim', 3, node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1)),
		],
		'a Wait behind the question': [
			asking,
			put('Ask', 0, node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1)),
		],
	}),
	...table(1, {
		'a question asked again and again': [asking, unlead('Is it there?', 1), lead('Is it there?', 1, 'Ask')],
		'a decision that leads to itself': [
			asking,
			unlead('Is it there?', 1),
			lead('Is it there?', 1, 'Is it there?'),
		],
	}),
	...table(14, {
		'a decision that always acts': [asking, unlead('Is it there?', 0), lead('Is it there?', 0, 'Act')],
		'a decision that always completes': [
			asking,
			unlead('Is it there?', 1),
			lead('Is it there?', 1, 'Complete'),
		],
	}),
	...table(9, {
		'a question about the last thing': [
			asking,
			set('Ask', { url: `=${ACT_HOST}/orders?externalNumber={{ $input.last().json.id }}` }),
		],
	}),
];
