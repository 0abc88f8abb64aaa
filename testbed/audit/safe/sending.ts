import { afterClaim, BASE, condition, flag, get, insert, link, node, sendBy, set } from '../edit';
import { EMAIL, PHONE, generates, looped, posts, bodied, type Change } from './changes';

/** Safe spines by what sends, and by what only a declaration can prove. */
export const SENDING: Readonly<Record<string, readonly Change[]>> = {
	Postmark: bodied(
		'https://api.postmarkapp.com/email',
		`={{ { To: $('Claim delivery').item.json.contact.properties.email, TextBody: $json.text } }}`,
		'MessageID',
	),
	'Resend, retried with the key of the delivery': [
		...bodied(
			'https://api.resend.com/emails',
			`={{ { to: [$('Claim delivery').item.json.contact.properties.email] } }}`,
			'id',
			{
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'Idempotency-Key', value: '={{ $json.delivery.key }}' }] },
			},
		),
		flag('Send email', { retryOnFail: true }),
	],
	'SendGrid by HTTP': bodied(
		'https://api.sendgrid.com/v3/mail/send',
		`={{ { personalizations: [{ to: [{ email: $('Claim delivery').item.json.contact.properties.email }] }] } }}`,
		'',
	),
	'Mailgun by HTTP': bodied(
		'https://api.mailgun.net/v3/x/messages',
		`={{ { to: $('Claim delivery').item.json.contact.properties.email } }}`,
		'id',
	),
	'a body written as JSON text': bodied(
		'https://api.postmarkapp.com/email',
		`={ "To": "{{ $('Claim delivery').item.json.contact.properties.email }}", "TextBody": "x" }`,
		'MessageID',
	),
	'HubSpot single send': bodied(
		'https://api.hubapi.com/marketing/v4/email/single-send',
		`={{ { emailId: 1, message: { to: $('Claim delivery').item.json.contact.properties.email, sendId: $json.delivery.key } } }}`,
		'statusId',
	),
	'Twilio by HTTP': bodied(
		'https://api.twilio.com/2010-04-01/Accounts/x/Messages.json',
		`={{ { To: $('Claim delivery').item.json.contact.properties.phone } }}`,
		'sid',
	),
	Gmail: [sendBy(`${BASE}gmail`, { resource: 'message', operation: 'send', sendTo: EMAIL }, 'id', 2.1)],
	Outlook: [
		sendBy(`${BASE}microsoftOutlook`, { resource: 'message', operation: 'send', toRecipients: EMAIL }, '', 2),
	],
	'Slack to whom the contact names': [
		sendBy(
			`${BASE}slack`,
			{
				resource: 'message',
				operation: 'post',
				select: 'user',
				user: {
					__rl: true,
					mode: 'id',
					value: "={{ $('Claim delivery').item.json.contact.properties.slack }}",
				},
				text: 'x',
			},
			'message.ts',
			2.3,
		),
	],
	'SMS by Twilio in a loop': [
		looped,
		sendBy(`${BASE}twilio`, { resource: 'sms', operation: 'send', to: PHONE }, 'sid'),
	],
	Telegram: [
		sendBy(
			`${BASE}telegram`,
			{
				resource: 'message',
				operation: 'sendMessage',
				chatId: "={{ $('Claim delivery').item.json.contact.properties.telegram }}",
			},
			'result.message_id',
			1.2,
		),
	],
	'WhatsApp in a loop': [
		looped,
		sendBy(
			`${BASE}whatsApp`,
			{ resource: 'message', operation: 'send', recipientPhoneNumber: PHONE },
			'messages.0.id',
		),
	],
	'Send Email': [sendBy(`${BASE}emailSend`, { toEmail: EMAIL }, 'messageId', 2.1)],
	'Never Error with a rule': [
		set('Send email', { options: { response: { response: { neverError: true, fullResponse: true } } } }),
		set('Commit delivery', { messageIdField: 'body.MessageID' }),
		(workflow) => {
			insert(
				workflow,
				'Send email',
				0,
				node(
					'Accepted',
					`${BASE}if`,
					{ conditions: condition('={{ $json.statusCode }}', 'number', 'lt', 300, 'loose') },
					{ onError: 'continueRegularOutput' },
					2.2,
				),
			);
			link(workflow, 'Accepted', 1, 'Fail delivery');
		},
	],
	// With one declaration, whose text the mend prints.
	'an own API asked by GET': [afterClaim(get('Look', 'https://api.acme.example/profile'))],
	'an own API asked by POST': [posts('https://api.acme.example/score')],
	"somebody's node": [generates('n8n-nodes-acme.render')],
	'a SELECT of one row behind the claim': [
		afterClaim(node('Look', `${BASE}postgres`, { operation: 'select' }, {}, 2.5)),
	],
	'an own mail gateway': bodied(
		'https://mail.acme.example/send',
		`={{ { to: $('Claim delivery').item.json.contact.properties.email } }}`,
		'id',
	),
};
