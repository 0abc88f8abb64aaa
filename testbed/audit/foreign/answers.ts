import { BASE, condition, cut, flag, insert, link, node, set } from '../edit';

import { foreign, type Change } from './table';

import { bodied, OWN, postmark } from './sends';
const whole = (more: object = {}) =>
	set('Send email', {
		options: { response: { response: { neverError: true, fullResponse: true, ...more } } },
	});
const accepted =
	(conditions: object, more: object = {}): Change =>
	(workflow) => {
		insert(
			workflow,
			'Send email',
			0,
			node('Accepted', `${BASE}if`, { conditions }, { onError: 'continueRegularOutput', ...more }, 2.2),
		);
		link(workflow, 'Accepted', 1, 'Fail delivery');
	};
const status = (operation: string, right: unknown, left = '={{ $json.statusCode }}') =>
	condition(left, 'number', operation, right, 'loose');
const both = (combinator: string) => {
	const { conditions, ...rest } = status('lt', 300);
	return {
		...rest,
		combinator,
		conditions: [
			...conditions,
			{
				id: 'b',
				leftValue: '={{ $json.body }}',
				rightValue: '',
				operator: { type: 'object', operation: 'exists', singleValue: true },
			},
		],
	};
};
const ruled = (conditions: object, more: object = {}): Change[] => [
	whole(),
	accepted(conditions, more),
	set('Commit delivery', { messageIdField: '' }),
];
/** 8: answers that are no acceptance. */
export const answers = foreign(8, {
	'a status below 600': ['every refusal is committed', ...ruled(status('lt', 600))],
	'a status below what an expression says': [
		'every refusal is committed',
		...ruled(status('lt', '={{ 600 }}')),
	],
	'a status that is not 500': ['422 is committed', ...ruled(status('notEquals', 500))],
	'a status above 0': ['every refusal is committed', ...ruled(status('gt', 0))],
	'a status of another node': [
		'the status of generation',
		...ruled(status('lt', 300, "={{ $('Write text').item.json.statusCode }}")),
	],
	'a status made smaller': [
		'every refusal is committed',
		...ruled(status('lt', 300, '={{ $json.statusCode - 400 }}')),
	],
	'a status or a body': ['every answer has a body', ...ruled(both('or'))],
	'a status in the body': [
		'the provider writes no status there: undefined is below nothing',
		...ruled(status('notEquals', 300, '={{ $json.body.statusCode }}')),
	],
	'a rule that is off': [
		'a disabled If lets all through by output 0',
		...ruled(status('lt', 300), { disabled: true }),
	],
	'a rule the other way round': [
		'refusals are committed',
		whole(),
		(workflow) => {
			insert(
				workflow,
				'Send email',
				0,
				node(
					'Refused',
					`${BASE}if`,
					{ conditions: status('gte', 300) },
					{ onError: 'continueRegularOutput' },
					2.2,
				),
			);
			link(workflow, 'Refused', 1, 'Commit delivery');
		},
		set('Commit delivery', { messageIdField: '' }),
	],
	'a rule on which all are let through on errors': [
		'an error leaves by output 0',
		...ruled({ ...status('lt', 300, "={{ $('Nobody').item.json.statusCode }}") }),
	],
	'Never Error without the whole answer and a rule over nothing': [
		'there is no statusCode',
		set('Send email', { options: { response: { response: { neverError: true } } } }),
		accepted(status('lt', 300)),
		set('Commit delivery', { messageIdField: '' }),
	],
	'the key of the delivery for a message id': ['kept from before the send', ...postmark({}, 'delivery.key')],
	'the status for a message id': [
		'every answer has one',
		...postmark(
			{ options: { response: { response: { neverError: true, fullResponse: true } } } },
			'statusCode',
		),
	],
	'the error code for a message id': [
		'a refusal has one',
		...postmark({ options: { response: { response: { neverError: true } } } }, 'ErrorCode'),
	],
	'a text answer': [
		'no message id is found: sent and never committed',
		...postmark({ options: { response: { response: { responseFormat: 'text' } } } }),
	],
	'a file answer': [
		'no message id is found: sent and never committed',
		...postmark({ options: { response: { response: { responseFormat: 'file' } } } }),
	],
	'the whole answer with the field of the body': [
		'no message id is found: sent and never committed',
		...postmark({ options: { response: { response: { fullResponse: true } } } }),
	],
	'a page that only checks a template': [
		'validates, sends nothing, is committed',
		set('Send email', {
			url: 'https://api.postmarkapp.com/templates/validate',
			jsonBody: `={{ { To: ${OWN} } }}`,
		}),
		set('Commit delivery', { messageIdField: '' }),
	],
	"SendGrid's sandbox": [
		'SendGrid checks and sends nothing, all are committed',
		...bodied(
			'https://api.sendgrid.com/v3/mail/send',
			`={{ { personalizations: [{ to: [{ email: ${OWN} }] }], mail_settings: { sandbox_mode: { enable: true } } } }}`,
			'',
		),
	],
	"Mailgun's test mode": [
		'Mailgun takes and drops it, all are committed',
		...bodied('https://api.mailgun.net/v3/x/messages', `={{ { to: ${OWN}, 'o:testmode': 'yes' } }}`, 'id'),
	],
	"Postmark's test token": [
		'Postmark checks and sends nothing',
		...postmark({
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'X-Postmark-Server-Token', value: 'POSTMARK_API_TEST' }] },
		}),
	],
	'Continue on the commit': [
		'an error of the commit goes on as if nothing was: sent and never committed',
		flag('Commit delivery', { onError: 'continueRegularOutput' }),
		(workflow) => {
			workflow.nodes.push(
				node('Tell', `${BASE}hubspot`, { resource: 'contact', operation: 'upsert' }, {}, 2.1),
			);
			link(workflow, 'Commit delivery', 0, 'Tell');
		},
	],
	'a commit before the send': [
		'committed without a mail',
		(workflow) => {
			cut(workflow, 'Confirm before send', 1);
			link(workflow, 'Confirm before send', 1, 'Commit delivery');
			cut(workflow, 'Send email', 0);
			link(workflow, 'Commit delivery', 1, 'Send email');
		},
	],
	'a commit beside the send': [
		'committed before the answer',
		(workflow) => link(workflow, 'Confirm before send', 1, 'Commit delivery'),
	],
	'stopped sends committed': [
		'committed without a mail',
		(workflow) => link(workflow, 'Confirm before send', 0, 'Commit delivery'),
	],
	'a Merge before the commit': [
		'the error side is committed',
		(workflow) => {
			insert(workflow, 'Send email', 0, node('Join', `${BASE}merge`, {}, {}, 3.2));
			link(workflow, 'Send email', 1, 'Join', 1);
		},
	],
	'the send is off': [
		'a disabled send lets items through: committed without a mail',
		flag('Send email', { disabled: true }),
	],
	'a HEAD for the send': ['HEAD sends nothing', ...postmark({ method: 'HEAD' }, '')],
	'a GET for the send': ['GET sends nothing', ...postmark({ method: 'GET' }, '')],
});
