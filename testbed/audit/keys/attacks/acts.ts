import { code, cut, find, flag, get, insert, link, node, set, BASE } from '../../edit';
import { act, ACT_HOST, ASK } from '../base';
import { add, between, fields, keep, type KeyAttack, lead, put, table, unlead } from './tools';

/** What acts before, beside or behind the claim, and what is told of how it ended. */
export const ACTS: readonly KeyAttack[] = [
	...table(4, {
		'a GET to an unknown host before the claim': put(
			'When Called',
			0,
			get('Tell', `${ACT_HOST}/orders?externalNumber=1`, { onError: 'continueRegularOutput' }),
		),
	}),
	...table(7, {
		'an act retried': flag('Act', { retryOnFail: true }),
		'an act retried with the key in a header': [
			flag('Act', { retryOnFail: true }),
			set('Act', {
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'Idempotency-Key', value: '={{ $json.keyClaim.key }}' }] },
			}),
		],
	}),
	...table(8, {
		'a refusal taken for an answer': keep({
			response: { response: { neverError: true, fullResponse: true } },
		}),
		'an act that goes on as if it had succeeded': flag('Act', { onError: 'continueRegularOutput' }),
		'completed on failure too': [unlead('Act', 1), lead('Act', 1, 'Complete')],
		'completed before the act': (workflow) => {
			cut(workflow, 'Claim', 1);
			link(workflow, 'Claim', 1, 'Complete');
			link(workflow, 'Complete', 1, 'Act');
			cut(workflow, 'Act', 0);
		},
		'completed beside the act': lead('Claim', 1, 'Complete'),
		'given back on success': [unlead('Act', 0), lead('Act', 0, 'Give back')],
		'given back as nothing although it may have happened': set('Give back', { happened: 'no' }),
		'given back as the item says': set('Give back', { happened: "={{ $json.error ? 'no' : 'unknown' }}" }),
		'given back by the failure of somebody else': (workflow) => {
			const asked = structuredClone(ASK);
			asked.parameters.url = `${ACT_HOST}/missing`;
			insert(workflow, 'Act', 1, asked);
			link(workflow, 'Ask', 1, 'Give back');
		},
		'given back by a failure that is written': put('Act', 1, fields('Tell', ['error', '422 - refused'])),
		'a send that fails as a whole': (workflow) => {
			const act0 = find(workflow, 'Act');
			Object.assign(act0, {
				type: `${BASE}googleSheets`,
				typeVersion: 4.7,
				parameters: {
					operation: 'append',
					documentId: { __rl: true, mode: 'id', value: '1' },
					sheetName: { __rl: true, mode: 'id', value: '0' },
					columns: { mappingMode: 'autoMapInputData', value: {} },
					options: {},
				},
			});
		},
	}),
	...table(12, {
		'a second way in': [add(node('By hand', `${BASE}manualTrigger`)), lead('By hand', 0, 'Act')],
		'a way around the claim': lead('When Called', 0, 'Act'),
		'what is held acts': [unlead('Claim', 0), lead('Claim', 0, 'Act')],
		'what was done before acts': lead('Claim', 2, 'Act'),
		'the first time and done before changed': (workflow) => {
			const { main } = workflow.connections.Claim ?? { main: [] };
			[main[1], main[2]] = [main[2] ?? [], main[1] ?? []];
		},
		'the claim disabled, its output 0 to the act': [
			flag('Claim', { disabled: true }),
			lead('Claim', 0, 'Act'),
		],
		'what failed to be claimed acts': [
			flag('Claim', { onError: 'continueErrorOutput' }),
			lead('Claim', 3, 'Act'),
		],
		'an act before the claim': put('When Called', 0, act('Act before')),
		'an act behind what is given back': [add(act('Act again')), lead('Give back', 1, 'Act again')],
		'a record written for every call': put(
			'When Called',
			0,
			node(
				'Log',
				`${BASE}googleSheets`,
				{
					operation: 'append',
					documentId: { __rl: true, mode: 'id', value: '1' },
					sheetName: { __rl: true, mode: 'id', value: '0' },
					columns: { mappingMode: 'autoMapInputData', value: {} },
					options: {},
				},
				{},
				4.7,
			),
		),
	}),
	...table(13, {
		'code that asks before the claim': put(
			'When Called',
			0,
			code(
				'Tell',
				`await fetch('${ACT_HOST}/do', { method: 'POST', body: JSON.stringify({ externalNumber: $input.first().json.id }) }); return $input.all();`,
			),
		),
		'code that acts behind the claim': between(
			code('Tell', `await this.helpers.httpRequest({ url: '${ACT_HOST}/do' }); return $input.all();`),
		),
	}),
];
