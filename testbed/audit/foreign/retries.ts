import { BASE, beforeSend, find, flag, node, post, sendBy, set } from '../edit';
import { edited } from './shapes';
import { foreign, type Change } from './table';

import { OWN } from './sends';
const key = (value: string, name = 'Idempotency-Key') => ({
	sendHeaders: true,
	headerParameters: { parameters: [{ name, value }] },
});
const retried = (value: string, more: Record<string, unknown> = {}): Change[] => [
	set('Send email', {
		url: 'https://api.resend.com/emails',
		jsonBody: `={{ { to: [${OWN}] } }}`,
		...key(value),
		...more,
	}),
	flag('Send email', { retryOnFail: true }),
	set('Commit delivery', { messageIdField: 'id' }),
];

/** 7: repetitions the provider does not drop, or keys that drop what is no repetition. */
export const retries = foreign(7, {
	'the spine for a key': [
		'one key for all: only the first is sent, all are committed',
		...retried('={{ $json.delivery.spine }}'),
	],
	'the slot for a key': [
		'one key for all of a day: only the first is sent',
		...retried('={{ $json.delivery.slot }}'),
	],
	'the recipient for a key': [
		'the next slot within a day is dropped',
		...retried('={{ $json.delivery.recipient }}'),
	],
	'a cut key': [
		'keys begin with the spine: one for all',
		...retried('={{ $json.delivery.key.slice(0, 8) }}'),
	],
	'the length of the key': ['one key for many', ...retried('={{ $json.delivery.key.length }}')],
	'a constant behind the key': ['one key for all', ...retried("={{ $json.delivery.key && 'x' }}")],
	'a key with everything replaced': [
		'one key for all',
		...retried("={{ $json.delivery.key.replace(/.*/, 'x') }}"),
	],
	'a key compared': ['true for all', ...retried("={{ $json.delivery.key !== '' }}")],
	'a key with the run': ['another key each run', ...retried('={{ $json.delivery.key }}-{{ $execution.id }}')],
	'a key with chance': ['another key each try', ...retried('={{ $json.delivery.key + Math.random() }}')],
	'a key of the item before': [
		'another delivery is dropped',
		...retried("={{ $('Claim delivery').all()[0].json.delivery.key }}"),
	],
	'a key by place': [
		'another delivery is dropped',
		...retried("={{ $('Claim delivery').itemMatching(0).json.delivery.key }}"),
	],
	'the header twice': [
		'the last one counts',
		...retried('={{ $json.delivery.key }}', {
			headerParameters: {
				parameters: [
					{ name: 'Idempotency-Key', value: '={{ $json.delivery.key }}' },
					{ name: 'idempotency-key', value: 'x' },
				],
			},
		}),
	],
	'headers by JSON with the parameters left over': [
		'specifyHeaders json sends the JSON only',
		...retried('={{ $json.delivery.key }}', { specifyHeaders: 'json', jsonHeaders: '{}' }),
	],
	'headers switched by expression': [
		'may be off',
		...retried('={{ $json.delivery.key }}', { sendHeaders: '={{ $json.keyed }}' }),
	],
	'Resend over another path': [
		'broadcasts take no key',
		...retried('={{ $json.delivery.key }}', { url: 'https://api.resend.com/broadcasts/1/send' }),
	],
	'a host chosen at run time': [
		'another provider ignores it',
		...retried('={{ $json.delivery.key }}', { url: '=https://{{ $json.host }}/emails' }),
	],
	'a provider by setting': [
		'another provider ignores it',
		...retried('={{ $json.delivery.key }}', { url: "={{ $('Get due deliveries').first().json.sendUrl }}" }),
	],
	'a look-alike of Resend': [
		'another provider ignores it',
		...retried('={{ $json.delivery.key }}', { url: 'https://api.resend.com.acme.example/emails' }),
	],
	'Gmail retried': [
		'a mail each try',
		sendBy(`${BASE}gmail`, { resource: 'message', operation: 'send', sendTo: `={{ ${OWN} }}` }, 'id', 2.1),
		flag('Send email', { retryOnFail: true }),
	],
	'a call retried that sends': [
		'each try of the call sends again',
		(workflow) => {
			Object.assign(find(workflow, 'Send email'), {
				type: `${BASE}executeWorkflow`,
				typeVersion: 1.2,
				retryOnFail: true,
				parameters: {
					mode: 'each',
					source: 'parameter',
					workflowJson: JSON.stringify({
						id: 'inline',
						name: 'inline',
						nodes: [
							node('Start', `${BASE}executeWorkflowTrigger`, { inputSource: 'passthrough' }, {}, 1.1),
							post('Mail', 'http://127.0.0.1/send', { onError: 'stopWorkflow' }),
						],
						connections: { Start: { main: [[{ node: 'Mail', type: 'main', index: 0 }]] } },
						settings: {},
					}),
				},
			});
		},
	],
	'the envelope overwritten before': [
		'the key is undefined',
		beforeSend(edited('Edit', ['delivery', '={{ {} }}', 'object'])),
		...retried('={{ $json.delivery.key }}'),
	],
	'the key overwritten before': [
		'one key for all',
		beforeSend(edited('Edit', ['delivery.key', 'x'])),
		...retried('={{ $json.delivery.key }}'),
	],
});
