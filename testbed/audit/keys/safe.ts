import { condition, insert, link, node, set, BASE } from '../edit';
import { asking } from './base';
import { type Change, between, lead, fields, looped, ALL_BACK, keep } from './attacks/tools';

/** Safe ways to build the same: each is proven, and does everything once in every world. */
export const KEY_SAFE: Readonly<Record<string, readonly Change[]>> = {
	'the workflow itself': [],
	'with a way for what is in doubt': [asking],
	'done where nobody knows': [set('Claim', { whenUnknown: 'done' })],
	'the key by an expression': [set('Claim', { key: '={{ $json.id }}' })],
	'the key of two fields': [set('Claim', { key: 'id, kind' })],
	'the key a day': [set('Claim', { key: '={{ $json.id }}-{{ $now.toISODate() }}' })],
	'the key by a function': [set('Claim', { key: '={{ $json.id.trim().toLowerCase() }}' })],
	'text written behind the claim': [
		between(fields('Write', ['text', '={{ $json.text }} for {{ $json.id }}'])),
	],
	'a branch behind the claim': [
		(workflow) => {
			insert(
				workflow,
				'Claim',
				1,
				node(
					'Is it fit?',
					`${BASE}if`,
					{ conditions: condition('={{ $json.fits }}', 'boolean', 'true', '', 'loose') },
					{},
					2.2,
				),
			);
			link(workflow, 'Is it fit?', 1, 'Act');
		},
	],
	'a loop over single things': [looped(ALL_BACK)],
	'Never Error with a rule': [
		keep({ response: { response: { neverError: true, fullResponse: true } } }),
		(workflow) => {
			insert(
				workflow,
				'Act',
				0,
				node(
					'Taken?',
					`${BASE}if`,
					{ conditions: condition('={{ $json.statusCode }}', 'number', 'lt', 300, 'loose') },
					{ onError: 'continueRegularOutput' },
					2.2,
				),
			);
			link(workflow, 'Taken?', 1, 'Give back');
		},
	],
	'the answer kept by fields': [set('Complete', { keep: 'fields', resultFields: 'statusCode' })],
	'something told behind the completion': [lead('Complete', 1, 'Note what was done before')],
};
