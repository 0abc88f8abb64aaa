import {
	BASE,
	beforeSend,
	besides,
	condition,
	cut,
	find,
	flag,
	get,
	insert,
	link,
	node,
	post,
	sendBy,
	set,
} from '../edit';
import { edited } from './flow';
import { foreign, type Change } from './table';

/** The address of the claimed delivery. */
export const OWN = "$('Claim delivery').item.json.contact.properties.email";
const called = (url: string): Change => besides(get('Call', url));
const request = (parameters: Record<string, unknown>, version = 4.2): Change =>
	besides(node('Call', `${BASE}httpRequest`, { options: {}, ...parameters }, {}, version));

/** 4: requests that look as if they only read. */
export const gets = foreign(4, {
	"Slack's chat.postMessage": [
		'Slack takes it by GET: a message nobody gated',
		called('https://slack.com/api/chat.postMessage?channel=C1&text=x'),
	],
	"Slack's chat.scheduleMessage": [
		'scheduled by GET',
		called('https://slack.com/api/chat.scheduleMessage?channel=C1'),
	],
	"Slack's conversations.open and me": [
		'by GET',
		called('https://slack.com/api/chat.meMessage?channel=C1&text=x'),
	],
	'Telegram in capitals': [
		'method names are not case-sensitive',
		called('https://api.telegram.org/bot1/SENDMESSAGE?chat_id=1&text=x'),
	],
	'Telegram in escapes': [
		'the server reads %64 as d',
		called('https://api.telegram.org/bot1/sen%64Message?chat_id=1&text=x'),
	],
	'Telegram forwards': [
		'a message to a person',
		called('https://api.telegram.org/bot1/forwardMessage?chat_id=1'),
	],
	'Telegram copies': ['a message to a person', called('https://api.telegram.org/bot1/copyMessage?chat_id=1')],
	'Telegram with a port': [
		'a message to a person',
		called('https://api.telegram.org:443/bot1/sendMessage?chat_id=1'),
	],
	'Telegram with a dot': [
		'a message to a person',
		called('https://api.telegram.org./bot1/sendMessage?chat_id=1'),
	],
	'Telegram by expression': [
		'a message to a person',
		called('=https://api.telegram.org/bot{{ $vars.token }}/{{ "sendMessage" }}?chat_id=1'),
	],
	'Telegram by a method chosen at run time': [
		'a message to a person',
		called('=https://api.telegram.org/bot1/{{ $json.method }}?chat_id=1'),
	],
	'Telegram through a feed': [
		'RSS Read asks any address by GET',
		besides(
			node(
				'Feed',
				`${BASE}rssFeedRead`,
				{ url: 'https://api.telegram.org/bot1/sendMessage?chat_id=1&text=x' },
				{},
				1.2,
			),
		),
	],
	'a hook through a feed': [
		'RSS Read asks any address by GET',
		besides(
			node('Feed', `${BASE}rssFeedRead`, { url: 'https://maker.ifttt.com/trigger/mail/with/key/x' }, {}, 1.2),
		),
	],
	'a hook through a feed chosen at run time': [
		'RSS Read asks any address by GET',
		besides(node('Feed', `${BASE}rssFeedRead`, { url: '={{ $json.url }}' }, {}, 1.2)),
	],
	'a hook of IFTTT': ['fires by GET', called('https://maker.ifttt.com/trigger/mail/with/key/x')],
	'a hook of Zapier': ['fires by GET', called('https://hooks.zapier.com/hooks/catch/1/x')],
	'a hook of n8n': ['starts a workflow by GET', called('https://n8n.acme.example/webhook/mail')],
	'a script of Google': ['runs by GET', called('https://script.google.com/macros/s/x/exec')],
	'Elastic Email': ['sends by GET', called('https://api.elasticemail.com/v2/email/send?to=x')],
	'the old node by requestMethod': [
		'the old node asks by requestMethod: a mail by POST',
		request({ method: 'GET', requestMethod: 'POST', url: 'https://api.postmarkapp.com/email' }, 2),
	],
	'the oldest node by requestMethod': [
		'the old node asks by requestMethod: a mail by POST',
		request(
			{
				method: 'GET',
				requestMethod: 'POST',
				url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
			},
			1,
		),
	],
	'version 3 with a stale requestMethod': [
		'asks by method',
		request(
			{
				method: 'POST',
				requestMethod: 'GET',
				url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
			},
			3,
		),
	],
	'a version written as text': [
		'n8n reads 4.2 as it is',
		besides({ ...post('Call', 'https://api.postmarkapp.com/email'), typeVersion: '4.2' as never }),
	],
	'an old version written as text': [
		'the old node asks by requestMethod',
		besides({
			...node('Call', `${BASE}httpRequest`, {
				requestMethod: 'POST',
				url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
				options: {},
			}),
			typeVersion: '2' as never,
		}),
	],
	'a method by expression': [
		'a mail by POST',
		request({
			method: '={{ "POST" }}',
			url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
		}),
	],
	'a method chosen at run time': [
		'a mail by POST',
		request({
			method: '={{ $json.method }}',
			url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
		}),
	],
	'a method in small letters': [
		'a mail by POST',
		request({ method: 'post', url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send' }),
	],
	'an action in the query of SNS': [
		'publishes by GET',
		request({
			url: 'https://sns.us-east-1.amazonaws.com/',
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'Action', value: 'Publish' }] },
		}),
	],
	'an action of SQS': [
		'queues by GET',
		request({
			url: 'https://sqs.us-east-1.amazonaws.com/1/mail',
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'Action', value: 'SendMessage' }] },
		}),
	],
	'a path that climbs': [
		'the server reads it as /email',
		request({
			method: 'POST',
			url: 'https://api.hubapi.com/crm/v3/objects/contacts/search/../../../../../marketing/v3/transactional/single-email/send',
		}),
	],
	'a path chosen at run time': [
		'any path of a known host',
		request({ method: 'POST', url: '=https://api.hubapi.com/{{ $json.path }}' }),
	],
	'a base of the settings': ['any host', called("={{ $('Get due deliveries').first().json.base }}/status")],
	'GraphQL by GET': [
		'a mutation to any host',
		besides(
			node(
				'Call',
				`${BASE}graphql`,
				{
					requestMethod: 'GET',
					endpoint: 'https://api.acme.example/graphql',
					query: 'mutation { sendMail }',
				},
				{},
				1.1,
			),
		),
	],
	'a page read by Jina': [
		'its server asks any address by GET',
		besides(
			node('Read', `${BASE}jinaAi`, {
				resource: 'reader',
				operation: 'read',
				url: 'https://api.telegram.org/bot1/sendMessage?chat_id=1&text=x',
			}),
		),
	],
});

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
/** The send by another address, body and message id. */
export const bodied = (url: string, jsonBody: string, messageIdField: string): Change[] => [
	set('Send email', { url, jsonBody }),
	set('Commit delivery', { messageIdField }),
];
/** The send by Postmark. */
export const postmark = (more: Record<string, unknown>, messageIdField = 'MessageID'): Change[] => [
	set('Send email', { url: 'https://api.postmarkapp.com/email', jsonBody: `={{ { To: ${OWN} } }}`, ...more }),
	set('Commit delivery', { messageIdField }),
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
