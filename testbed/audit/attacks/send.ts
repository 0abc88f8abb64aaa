import {
	afterClaim,
	BASE,
	beforeSend,
	besides,
	CHAIN,
	code,
	condition,
	find,
	flag,
	get,
	hang,
	insert,
	link,
	node,
	post,
	sendBy,
	set,
} from '../edit';
import { connect, type SpineWorkflow } from '../spine';
import { attacks, type Attack } from './attack';

/** 4: a GET that sends. */
export const gets = attacks(4, {
	'an unknown host': besides(get('Call', 'https://hooks.acme.example/send?to=ann@example.com')),
	'sendMessage of Telegram': besides(
		get('Call', 'https://api.telegram.org/bot1/sendMessage?chat_id=1&text=x'),
	),
	'sendPhoto of Telegram': besides(get('Call', 'https://api.telegram.org/bot1/sendPhoto?chat_id=1')),
	'an address chosen at run time': besides(get('Call', '={{ $json.url }}')),
	'a host chosen at run time': besides(get('Call', '=https://{{ $json.host }}/status')),
	'Nexmo by GET': besides(get('Call', 'https://rest.nexmo.com/sms/json?to=1')),
	'Facebook with a method in the query': besides(
		get('Call', 'https://graph.facebook.com/v20.0/me/messages?method=post'),
	),
	'SNS by GET': besides(get('Call', 'https://sns.us-east-1.amazonaws.com/?Action=Publish&PhoneNumber=1')),
	'SES by GET': besides(get('Call', 'https://email.us-east-1.amazonaws.com/?Action=SendEmail')),
	'a look-alike of a known host': besides(get('Call', 'https://api.openai.com.evil.example/v1')),
	'a known host behind an @': besides(get('Call', 'https://api.openai.com@evil.example/v1')),
	'a header that overrides the method': besides(
		node(
			'Call',
			`${BASE}httpRequest`,
			{
				url: 'https://gmail.googleapis.com/gmail/v1/users/me/messages/send',
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'X-HTTP-Method-Override', value: 'POST' }] },
				options: {},
			},
			{},
			4.2,
		),
	),
	'a local address': besides(get('Call', 'http://localhost:3000/notify')),
	'the old version of the node': besides(
		node('Call', `${BASE}httpRequest`, { url: 'https://hooks.acme.example/go' }, {}, 1),
	),
	'HEAD to an unknown host': besides(
		node('Call', `${BASE}httpRequest`, { method: 'HEAD', url: 'https://hooks.acme.example/go' }, {}, 4.2),
	),
});

const key = (value: string, name = 'Idempotency-Key') => ({
	sendHeaders: true,
	headerParameters: { parameters: [{ name, value }] },
});
const retried = (parameters: Record<string, unknown>, url = 'https://api.resend.com/emails') => [
	set('Send email', { url, ...parameters }),
	flag('Send email', { retryOnFail: true }),
	set('Commit delivery', { messageIdField: 'id' }),
];

/** 7: Retry On Fail on a send whose provider does not drop the repetition. */
export const retries = attacks(7, {
	'no key': flag('Send email', { retryOnFail: true }),
	'a provider that ignores keys': retried(
		key('={{ $json.delivery.key }}'),
		'https://api.postmarkapp.com/email',
	),
	'a provider nobody knows': retried(key('={{ $json.delivery.key }}'), 'http://127.0.0.1/send'),
	'headers switched off': retried({ ...key('={{ $json.delivery.key }}'), sendHeaders: false }),
	'headers not switched on': retried({ headerParameters: key('={{ $json.delivery.key }}').headerParameters }),
	'a key that is undefined': retried(key('={{ $json.idempotencyKey }}')),
	'a key that is undefined without a template version': retried(key('={{ $json.delivery.idempotencyKey }}')),
	'a constant key': retried(key('one-key-for-all')),
	'a key of this try': retried(key('={{ $now.toISO() }}')),
	'a key with the time in it': retried(key('={{ $json.delivery.key + $now }}')),
	'another header': retried(key('={{ $json.delivery.key }}', 'X-Idempotency')),
	'the key of the first item': retried(key("={{ $('Claim delivery').first().json.delivery.key }}")),
	'headers as JSON': retried({
		sendHeaders: true,
		specifyHeaders: 'json',
		jsonHeaders: '{"Idempotency-Key":"x"}',
	}),
	'Send Email': [
		sendBy(
			`${BASE}emailSend`,
			{ toEmail: "={{ $('Claim delivery').item.json.contact.properties.email }}" },
			'messageId',
			2.1,
		),
		flag('Send email', { retryOnFail: true }),
	],
	'a key lost on the way': [
		beforeSend(
			node(
				'Strip',
				`${BASE}set`,
				{
					assignments: {
						assignments: [{ name: 'to', type: 'string', value: '={{ $json.contact.properties.email }}' }],
					},
					options: {},
				},
				{},
				3.4,
			),
		),
		...retried(key('={{ $json.delivery.key }}')),
	],
});

const postmark = set('Send email', { url: 'https://api.postmarkapp.com/email' });
const never = { options: { response: { response: { neverError: true } } } };

/** 8: an answer that is no acceptance. */
export const answers = attacks(8, {
	'Never Error': set('Send email', never),
	'Never Error by expression': set('Send email', {
		options: { response: { response: { neverError: '={{ true }}' } } },
	}),
	'Never Error with the whole answer and no rule': set('Send email', {
		options: { response: { response: { neverError: true, fullResponse: true } } },
	}),
	'Never Error with a rule that lets all through': [
		set('Send email', { options: { response: { response: { neverError: true, fullResponse: true } } } }),
		(workflow) =>
			insert(
				workflow,
				'Send email',
				0,
				node(
					'Ok',
					`${BASE}if`,
					{ conditions: condition('={{ $json.statusCode }}', 'number', 'lt', 500) },
					{},
					2.2,
				),
			),
	],
	'an empty message id field': [postmark, set('Commit delivery', { messageIdField: '' })],
	'an address for a message id': [postmark, set('Commit delivery', { messageIdField: 'To' })],
	'the id of the contact': [postmark, set('Commit delivery', { messageIdField: 'contact.id' })],
	'a message id field chosen at run time': [
		postmark,
		set('Commit delivery', { messageIdField: '={{ $json.field }}' }),
	],
	'a message id set behind the send': [
		postmark,
		(workflow) =>
			insert(
				workflow,
				'Send email',
				0,
				node(
					'Id',
					`${BASE}set`,
					{
						assignments: {
							assignments: [
								{
									name: 'MessageID',
									type: 'string',
									value: "={{ $('Claim delivery').item.json.delivery.key }}",
								},
							],
						},
						includeOtherFields: true,
						options: {},
					},
					{},
					3.4,
				),
			),
	],
	'Code behind the send': [
		postmark,
		(workflow) =>
			insert(
				workflow,
				'Send email',
				0,
				code('Id', "return $input.all().map((item) => ({ json: { MessageID: 'x' } }));"),
			),
	],
	'On Error: continue': flag('Send email', { onError: 'continueRegularOutput' }),
	'the error output committed': (workflow) => link(workflow, 'Send email', 1, 'Commit delivery'),
	'Send Email that throws as a whole, without an id': sendBy(
		`${BASE}emailSend`,
		{ toEmail: "={{ $('Claim delivery').item.json.contact.properties.email }}" },
		'',
		2.1,
	),
	'a provider without a rule': sendBy(
		`${BASE}vonage`,
		{
			resource: 'sms',
			operation: 'send',
			to: "={{ $('Claim delivery').item.json.contact.properties.phone }}",
		},
		'x',
	),
	'a chat that answers 200 for refusals': [
		set('Send email', {
			url: 'https://slack.com/api/chat.postMessage',
			jsonBody: "={{ { channel: $('Claim delivery').item.json.contact.properties.slack, text: 'x' } }}",
		}),
		set('Commit delivery', { messageIdField: '' }),
	],
});

const body = (jsonBody: string) => set('Send email', { jsonBody });

/** 9: a constant or wrong recipient. */
export const recipients = attacks(9, {
	'a constant in the body': body("={{ { To: 'boss@example.com', TextBody: $json.text } }}"),
	'a constant in text': body('={ "To": "boss@example.com", "TextBody": "{{ $json.text }}" }'),
	'a constant in plain JSON': body('{ "To": "boss@example.com" }'),
	'the first claim for all': body("={{ { To: $('Claim delivery').first().json.contact.properties.email } }}"),
	'the last item for all': body(
		"={{ { To: $('Get due deliveries').last().json.contact.properties.email } }}",
	),
	'one of all items': body("={{ { To: $('Get due deliveries').all()[0].json.contact.properties.email } }}"),
	'an item by its place': body('={{ { To: $node["Get due deliveries"].json.contact.properties.email } }}'),
	'the first input': body('={{ { To: $input.first().json.contact.properties.email } }}'),
	'a setting for all': [
		(workflow) =>
			insert(
				workflow,
				'Every other day',
				0,
				node(
					'Set Config',
					`${BASE}set`,
					{
						assignments: { assignments: [{ name: 'to', type: 'string', value: 'boss@example.com' }] },
						options: {},
					},
					{},
					3.4,
				),
			),
		body("={{ { To: $('Set Config').first().json.to } }}"),
	],
	'a constant put into the item': [
		beforeSend(
			node(
				'Edit',
				`${BASE}set`,
				{
					assignments: { assignments: [{ name: 'to', type: 'string', value: 'boss@example.com' }] },
					includeOtherFields: true,
					options: {},
				},
				{},
				3.4,
			),
		),
		body('={{ { To: $json.to } }}'),
	],
	'what a model wrote': body('={{ { To: $json.output } }}'),
	'nobody that can be told': body('={{ $json.payload }}'),
	'a constant in body fields': set('Send email', {
		specifyBody: 'keypair',
		jsonBody: undefined,
		bodyParameters: { parameters: [{ name: 'To', value: 'boss@example.com' }] },
	}),
	'a constant in Send Email': sendBy(`${BASE}emailSend`, { toEmail: 'boss@example.com' }, 'messageId', 2.1),
	'a constant for some': body(
		"={{ { To: $json.vip ? 'boss@example.com' : $json.contact.properties.email } }}",
	),
	'a list with a constant': body("={{ { personalizations: [{ to: [{ email: 'boss@example.com' }] }] } }}"),
});

const ledger = (id: string) =>
	({ credentials: { releaseGateLedgerApi: { id, name: `Ledger ${id}` } } }) as never;
const own = [
	'Get due deliveries',
	'Route deliveries',
	'Claim delivery',
	'Confirm before send',
	'Commit delivery',
	'Fail delivery',
	'Claim rehearsal',
	'Confirm rehearsal',
	'Commit rehearsal',
];

/** 10: two ledgers, or another spine. */
export const spines = attacks(10, {
	...Object.fromEntries(
		own.map((name) => [
			`another ledger in ${name}`,
			[...own.map((other) => flag(other, ledger('a'))), flag(name, ledger('b'))],
		]),
	),
	'no ledger in one node': [
		...own.map((other) => flag(other, ledger('a'))),
		(workflow: SpineWorkflow) =>
			void delete (find(workflow, 'Commit delivery') as { credentials?: unknown }).credentials,
	],
	'a claim on another spine': set('Claim delivery', {
		source: 'standalone',
		spine: 'other',
		recipientField: 'id',
	}),
	'a second spine on the same path': (workflow) => {
		workflow.nodes.push(node('Other deliveries', 'dueDeliveries', { spine: 'other' }));
		link(workflow, 'Every other day', 0, 'Other deliveries');
		link(workflow, 'Other deliveries', 0, 'Route deliveries');
	},
	'a spine chosen at run time beside a fixed one': set('Claim delivery', {
		source: 'standalone',
		spine: '={{ $json.spine }}',
		recipientField: 'id',
	}),
});

const pinned =
	(name: string) =>
	(workflow: SpineWorkflow): void =>
		void (workflow.pinData = { [name]: [{ json: {} }] });

/** 11: pinned data on the way of a delivery. */
export const byHand = attacks(11, {
	...Object.fromEntries(
		[
			'Get due deliveries',
			'Route deliveries',
			'Claim delivery',
			'Write text',
			'Text fits',
			'Confirm before send',
			'Send email',
			'Commit delivery',
			'Fail delivery',
			'Claim rehearsal',
		].map((name) => [`pinned ${name}`, pinned(name)]),
	),
	'pinned settings': [
		(workflow: SpineWorkflow) =>
			insert(workflow, 'Every other day', 0, node('Set Config', `${BASE}set`, {}, {}, 3.4)),
		pinned('Set Config'),
	],
});

const called = (start: string, id = 'mailer'): SpineWorkflow => ({
	id,
	name: 'Mailer',
	nodes: [node('Start', start), post('Post mail', 'http://127.0.0.1/send', { onError: 'stopWorkflow' })],
	connections: connect([['Start', 0, 'Post mail']]),
	settings: { executionOrder: 'v1' },
});
const call = besides(
	node(
		'Call',
		`${BASE}executeWorkflow`,
		{ workflowId: { __rl: true, mode: 'id', value: 'mailer' } },
		{},
		1.2,
	),
);
const calls = (start: string): Attack => ({
	...(attacks(12, { [`calls a workflow that starts with ${start}`]: call })[0] as Attack),
	others: [called(start)],
});
const started =
	(type: string) =>
	(workflow: SpineWorkflow): void => {
		workflow.nodes.push(node('Also', type), post('Mail', 'http://127.0.0.1/send'));
		link(workflow, 'Also', 0, 'Mail');
	};

/** 12: entry points and edges that are easily overlooked. */
export const entries: readonly Attack[] = [
	...[`${BASE}manualTrigger`, `${BASE}executeWorkflowTrigger`, `${CHAIN}manualChatTrigger`].map(calls),
	...attacks(12, {
		'an MCP trigger with a tool that sends': (workflow) => {
			workflow.nodes.push(
				node('MCP', `${CHAIN}mcpTrigger`, {}, {}, 2),
				node('Mail', `${BASE}gmailTool`, { operation: 'send' }, {}, 2.1),
			);
			hang(workflow, 'Mail', 'ai_tool', 'MCP');
		},
		'an MCP trigger with a request as a tool': (workflow) => {
			workflow.nodes.push(
				node('MCP', `${CHAIN}mcpTrigger`, {}, {}, 2),
				node('Ask', `${CHAIN}toolHttpRequest`),
			);
			hang(workflow, 'Ask', 'ai_tool', 'MCP');
		},
		'an agent whose agent holds a tool': (workflow) => {
			workflow.nodes.push(
				node('Agent', `${CHAIN}agent`, {}, {}, 2),
				node('Inner', `${CHAIN}agentTool`, {}, {}, 2),
				node('Mail', `${BASE}gmailTool`, { operation: 'send' }, {}, 2.1),
			);
			link(workflow, 'Every other day', 0, 'Agent');
			hang(workflow, 'Inner', 'ai_tool', 'Agent');
			hang(workflow, 'Mail', 'ai_tool', 'Inner');
		},
		'a send that also hangs on an agent': (workflow) => {
			workflow.nodes.push(
				node('Agent', `${CHAIN}agent`, {}, { disabled: true }, 2),
				node('Mail', `${BASE}gmail`, { operation: 'send', sendTo: 'x@example.com' }, {}, 2.1),
			);
			link(workflow, 'Every other day', 0, 'Mail');
			hang(workflow, 'Mail', 'ai_tool', 'Agent');
		},
		'a retriever that calls a workflow': (workflow) => {
			workflow.nodes.push(
				node('Chain', `${CHAIN}chainRetrievalQa`, {}, {}, 1.5),
				node('Get', `${CHAIN}retrieverWorkflow`),
			);
			link(workflow, 'Every other day', 0, 'Chain');
			hang(workflow, 'Get', 'ai_retriever', 'Chain');
		},
		'a sticky note as a step': (workflow) => {
			workflow.nodes.push(node('Note', `${BASE}stickyNote`), post('Mail', 'http://127.0.0.1/send'));
			link(workflow, 'Every other day', 0, 'Note');
			link(workflow, 'Note', 0, 'Mail');
		},
		'a request without a version': besides({
			...node('Call', `${BASE}httpRequest`, { method: 'POST', url: 'https://api.postmarkapp.com/email' }),
			typeVersion: undefined as never,
		}),
		'a main connection that names another type': (workflow) => {
			workflow.nodes.push(post('Mail', 'http://127.0.0.1/send'));
			workflow.connections['Every other day']?.main[0]?.push({
				node: 'Mail',
				type: 'ai_tool' as never,
				index: 0,
			});
		},
		'a webhook': started(`${BASE}webhook`),
		'a form': started(`${BASE}formTrigger`),
		'a chat': started(`${CHAIN}chatTrigger`),
		'an error trigger': started(`${BASE}errorTrigger`),
		'a mailbox that is polled': started(`${BASE}emailReadImap`),
		"somebody's trigger": started('n8n-nodes-acme.listen'),
	}),
];

/** 13: code that hides a request. */
export const hidden = attacks(
	13,
	Object.fromEntries(
		Object.entries({
			'a quote in a pattern': `const q = /'/; this.helpers.httpRequest({}); const r = /'/; return $input.all();`,
			'slashes in a template':
				'const u = `https://x`; await this.helpers.httpRequest({ url: u }); return $input.all();',
			'fetch in a template': 'const t = `${fetch("https://x")}`; return $input.all();',
			'a name put together': "const f = $input['help' + 'ers'].httpRequest({}); return $input.all();",
			'the constructor of a function':
				"const f = (() => {})['constructor']; f('return 1')(); return $input.all();",
			'the constructor by a computed name':
				"const k = ['con', 'structor'].join(''); const f = (() => {})[k]; f('x')(); return $input.all();",
			'the constructor by destructuring':
				'const { constructor: F } = () => {}; F("x")(); return $input.all();',
			'a getter':
				"const o = { get x() { return globalThis.fetch('https://x'); } }; o.x; return $input.all();",
			'a function handed on': "const k = 'con' + 'structor'; ['x'].map((() => {})[k]); return $input.all();",
			'a method of its own':
				"const k = 'con' + 'structor'; const o = { map: (() => {})[k] }; o.map('x'); return $input.all();",
			'escaped letters': 'th\\u0069s.helpers.httpRequest({}); return $input.all();',
			'a global by another name': 'const g = globalThis; return $input.all();',
			require: "const h = require('https'); return $input.all();",
			'a dynamic import': "const h = await import('https'); return $input.all();",
			process: 'process.mainModule; return $input.all();',
			eval: "(0, eval)('x'); return $input.all();",
			'a tagged template': 'const f = String; f`x`; return $input.all();',
			'what cannot be read': 'return $input.all(;',
			'a call of what a call gave': 'Object.values({ a: 1 }).at(0)(); return $input.all();',
			'a class': 'class A extends Array {}; new A(); return $input.all();',
		}).map(([does, source]) => [does, besides(code('Code', source))]),
	),
);

const operation = (type: string, resource: string, name: string, more: Record<string, unknown> = {}) =>
	besides(node('Do', `${BASE}${type}`, { resource, operation: name, ...more }));

/** 14: operations of n8n's own nodes that send. */
export const channels = attacks(14, {
	'Jira notify': operation('jira', 'issue', 'notify'),
	'GitHub invite': operation('github', 'user', 'invite'),
	'QuickBooks send an invoice': operation('quickbooks', 'invoice', 'send'),
	'Mautic send': operation('mautic', 'contact', 'sendEmail'),
	'Keap send': operation('keap', 'email', 'send'),
	'Home Assistant call': operation('homeAssistant', 'service', 'call'),
	'Slack to whom the item names': operation('slack', 'message', 'post', {
		select: 'user',
		user: { __rl: true, mode: 'id', value: '={{ $json.slack }}' },
	}),
	'Discord to whom the item names': operation('discord', 'message', 'send', {
		sendTo: 'user',
		userId: { __rl: true, mode: 'id', value: '={{ $json.discord }}' },
	}),
	'Google Business reply': operation('googleBusinessProfile', 'review', 'reply'),
	'Trello invite': operation('trello', 'boardMember', 'invite'),
	'Mattermost invite': operation('mattermost', 'user', 'invite'),
	'Freshservice announce': operation('freshservice', 'announcement', 'create'),
	'Redis publish': operation('redis', '', 'publish'),
	'Zendesk update': operation('zendesk', 'ticket', 'update'),
	'WordPress post': operation('wordpress', 'post', 'create'),
	'Twake send': operation('twake', 'message', 'send'),
	'Onfleet dispatch': operation('onfleet', 'team', 'autoDispatch'),
	'Reddit reply': operation('reddit', 'postComment', 'reply'),
	'Line notify': operation('line', 'notification', 'send'),
	'Customer.io event': operation('customerIo', 'event', 'track'),
	'Matrix to whom the item names': operation('matrix', 'message', 'create', { roomId: '={{ $json.room }}' }),
	'HubSpot single send': besides(post('Single', 'https://api.hubapi.com/marketing/v4/email/single-send')),
});

/** 16: nothing was looked at. */
export const nothing = attacks(16, {
	'no send at all': (workflow) => {
		workflow.nodes = [node('Every day', `${BASE}scheduleTrigger`), node('Pass', `${BASE}noOp`)];
		workflow.connections = connect([['Every day', 0, 'Pass']]);
	},
	'a disabled trigger': flag('Every other day', { disabled: true }),
	'a disabled send': [flag('Send email', { disabled: true })],
	'a spine without a trigger': (workflow) =>
		void (workflow.nodes = workflow.nodes.filter(({ name }) => name !== 'Every other day')),
	'a send nobody leads to': (workflow) => void workflow.nodes.push(post('Mail', 'http://127.0.0.1/send')),
	'an unknown node nobody leads to': (workflow) => void workflow.nodes.push(node('Odd', `${BASE}awsLambda`)),
	'a writer nobody leads to': (workflow) =>
		void workflow.nodes.push(node('Write', `${BASE}googleSheets`, { operation: 'append' }, {}, 4.5)),
	'a call nobody leads to': (workflow) =>
		void workflow.nodes.push(node('Call', `${BASE}executeWorkflow`, { workflowId: 'x' }, {}, 1.2)),
	'a second trigger that is disabled': (workflow) => {
		workflow.nodes.push({ ...node('Hook', `${BASE}webhook`), disabled: true });
		link(workflow, 'Hook', 0, 'Get due deliveries');
	},
	'no node at all': (workflow) => {
		workflow.nodes = [];
		workflow.connections = {};
	},
	'the confirmation cut off': (workflow) =>
		void (workflow.connections['Confirm before send'] = {
			main: [[{ node: 'Fail delivery', type: 'main', index: 0 }], []],
		}),
	'a generation in front that is unknown': afterClaim(node('Odd', 'n8n-nodes-acme.magic')),
});
