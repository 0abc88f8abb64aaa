import { BASE, beforeSend, code, insert, sendBy } from '../edit';

import { edited } from './shapes';
import { foreign, type Change } from './table';
import { bodied, OWN, postmark } from './sends';

const to = (expression: string): Change[] =>
	postmark({ jsonBody: `={{ { To: ${expression}, TextBody: 'x' } }}` });
const mailed = (more: Record<string, unknown>): Change[] => [
	sendBy(`${BASE}emailSend`, { toEmail: `={{ ${OWN} }}`, ...more }, 'messageId', 2.1),
];
const gmailed = (more: Record<string, unknown>): Change[] => [
	sendBy(
		`${BASE}gmail`,
		{ resource: 'message', operation: 'send', sendTo: `={{ ${OWN} }}`, ...more },
		'id',
		2.1,
	),
];

/** 9: somebody beside the right one, parts that are not sent, and values that were put in before. */
export const recipientsBeside = foreign(9, {
	'Cc in the body': [
		'a copy of all mail to one person',
		...postmark({ jsonBody: `={{ { To: ${OWN}, Cc: 'boss@example.com' } }}` }),
	],
	'Bcc in the body': [
		'a copy of all mail to one person',
		...postmark({ jsonBody: `={{ { To: ${OWN}, Bcc: 'boss@example.com' } }}` }),
	],
	'Bcc chosen by the item': [
		'a copy to whom nobody gated',
		...postmark({ jsonBody: `={{ { To: ${OWN}, Bcc: $json.manager } }}` }),
	],
	'Cc of Send Email': [
		'a copy of all mail to one person',
		...mailed({ options: { ccEmail: 'boss@example.com' } }),
	],
	'Bcc of Send Email': [
		'a copy of all mail to one person',
		...mailed({ options: { bccEmail: 'boss@example.com' } }),
	],
	'Cc of Gmail': [
		'a copy of all mail to one person',
		...gmailed({ options: { ccList: 'boss@example.com' } }),
	],
	'Bcc of Gmail': [
		'a copy of all mail to one person',
		...gmailed({ options: { bccList: 'boss@example.com' } }),
	],
	'two in Send Email': [
		'a copy of all mail to one person',
		...mailed({ toEmail: `={{ ${OWN} }}, boss@example.com` }),
	],
	'a constant in Gmail by expression': [
		'all mail to one person',
		...gmailed({ sendTo: '={{ "boss@example.com" }}' }),
	],
	'Bcc of Outlook': [
		'a copy of all mail to one person',
		sendBy(
			`${BASE}microsoftOutlook`,
			{
				resource: 'message',
				operation: 'send',
				toRecipients: `={{ ${OWN} }}`,
				additionalFields: { bccRecipients: 'boss@example.com' },
			},
			'success',
			2,
		),
	],
	'Cc of SendGrid': [
		'a copy of all mail to one person',
		...bodied(
			'https://api.sendgrid.com/v3/mail/send',
			`={{ { personalizations: [{ to: [{ email: ${OWN} }], cc: [{ email: 'boss@example.com' }] }] } }}`,
			'',
		),
	],
	'a second one of SendGrid': [
		'a copy of all mail to one person',
		...bodied(
			'https://api.sendgrid.com/v3/mail/send',
			`={{ { personalizations: [{ to: [{ email: ${OWN} }, { email: 'boss@example.com' }] }] } }}`,
			'',
		),
	],
	'all of SendGrid': [
		'every mail to everybody',
		...bodied(
			'https://api.sendgrid.com/v3/mail/send',
			`={{ { personalizations: [{ to: $input.all().map((item) => ({ email: item.json.email })) }] } }}`,
			'',
		),
	],
	'the right body not sent': [
		'the pairs are sent, with one person',
		...postmark({
			specifyBody: 'keypair',
			jsonBody: `={{ { To: ${OWN} } }}`,
			bodyParameters: { parameters: [{ name: 'To', value: 'boss@example.com' }] },
		}),
	],
	'the right pairs not sent': [
		'the JSON is sent, with one person',
		...postmark({
			specifyBody: 'json',
			jsonBody: '{ "To": "boss@example.com" }',
			bodyParameters: { parameters: [{ name: 'To', value: `={{ ${OWN} }}` }] },
		}),
	],
	'a body that is off': [
		'the query is sent, with one person',
		...postmark({
			sendBody: false,
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'To', value: 'boss@example.com' }] },
		}),
	],
	'a raw body': [
		'the text is sent, with one person',
		...postmark({
			contentType: 'raw',
			rawContentType: 'application/json',
			body: '{ "To": "boss@example.com" }',
		}),
	],
	'a form body': [
		'the text is sent, with one person',
		...postmark({ contentType: 'form-urlencoded', specifyBody: 'string', body: 'To=boss@example.com' }),
	],
	'pairs with To twice': [
		'the last counts, or both',
		...postmark({
			specifyBody: 'keypair',
			jsonBody: undefined,
			bodyParameters: {
				parameters: [
					{ name: 'To', value: `={{ ${OWN} }}` },
					{ name: 'To', value: 'boss@example.com' },
				],
			},
		}),
	],
	'a constant put in before the claim': [
		'all mail to one person',
		(workflow) =>
			insert(
				workflow,
				'Route deliveries',
				1,
				edited('Edit', ['contact.properties.email', 'boss@example.com']),
			),
		...to(OWN),
	],
	'a constant put in before the gate': [
		'all mail to one person',
		(workflow) =>
			insert(
				workflow,
				'Get due deliveries',
				0,
				edited('Edit', ['contact.properties.email', 'boss@example.com']),
			),
		...to(OWN),
	],
	'the contact of the first put in before the claim': [
		'all mail to the first',
		(workflow) =>
			insert(
				workflow,
				'Route deliveries',
				1,
				edited('Edit', ['contact', "={{ $('Get due deliveries').first().json.contact }}", 'object']),
			),
		...to(OWN),
	],
	'the address of the first put in behind the claim': [
		'all mail to the first',
		(workflow) =>
			insert(
				workflow,
				'Claim delivery',
				1,
				edited('Edit', ['to', "={{ $('Get due deliveries').first().json.contact.properties.email }}"]),
			),
		...to('$json.to'),
	],
	'a constant put over the address': [
		'all mail to one person',
		beforeSend(edited('Edit', ['contact.properties.email', 'boss@example.com'])),
		...to('$json.contact.properties.email'),
	],
	'Code that puts one address in': [
		'all mail to one person',
		(workflow) =>
			insert(
				workflow,
				'Route deliveries',
				1,
				code(
					'Code',
					"return $input.all().map((item) => ({ json: { ...item.json, contact: { properties: { email: 'boss@example.com' } } } }));",
				),
			),
		...to(OWN),
	],
	'a channel for all': [
		'all mail to one channel',
		sendBy(
			`${BASE}slack`,
			{
				resource: 'message',
				operation: 'post',
				select: 'channel',
				channelId: { __rl: true, mode: 'id', value: 'C1' },
				text: 'x',
			},
			'message.ts',
			2.3,
		),
	],
	'a chat for all': [
		'all mail to one chat',
		sendBy(
			`${BASE}telegram`,
			{ resource: 'message', operation: 'sendMessage', chatId: '1' },
			'result.message_id',
			1.2,
		),
	],
	'a number for all': [
		'all mail to one phone',
		sendBy(`${BASE}twilio`, { resource: 'sms', operation: 'send', to: '+1' }, 'sid'),
	],
	'a number for all of WhatsApp': [
		'all mail to one phone',
		sendBy(
			`${BASE}whatsApp`,
			{ resource: 'message', operation: 'send', recipientPhoneNumber: '={{ "+1" }}' },
			'messages[0].id',
		),
	],
});
