import {
	BASE,
	beforeSend,
	besides,
	code,
	condition,
	flag,
	get,
	insert,
	link,
	node,
	sendBy,
	set,
} from '../edit';
import { attacks } from './attack';

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
	'Outlook with its success for an id': sendBy(
		`${BASE}microsoftOutlook`,
		{
			resource: 'message',
			operation: 'send',
			toRecipients: "={{ $('Claim delivery').item.json.contact.properties.email }}",
		},
		'success',
		2,
	),
	'a message id in brackets, which nobody reads': sendBy(
		`${BASE}whatsApp`,
		{
			resource: 'message',
			operation: 'send',
			recipientPhoneNumber: "={{ $('Claim delivery').item.json.contact.properties.phone }}",
			textBody: 'x',
		},
		'messages[0].id',
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
