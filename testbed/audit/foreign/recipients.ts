import { BASE, beforeSend, code, cut, find, insert, link, node, sendBy } from '../edit';
import { connect } from '../spine';
import { edited } from './flow';
import { foreign, type Change } from './table';
import { bodied, OWN, postmark } from './requests';

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

/** 9: recipients that are constant, or somebody else's. */
export const recipients = foreign(9, {
	'a constant behind a comma': ['all mail to one person', ...to(`(${OWN}, 'boss@example.com')`)],
	'a constant behind &&': ['all mail to one person', ...to(`${OWN} && 'boss@example.com'`)],
	'a constant before ||': ['all mail to one person', ...to(`'boss@example.com' || ${OWN}`)],
	'a constant where there is none': [
		'mail of those without an address to one person',
		...to(`${OWN} ?? 'boss@example.com'`),
	],
	'a constant by replace': ['all mail to one person', ...to(`${OWN}.replace(/.*/, 'boss@example.com')`)],
	'a constant by slice': ['all mail to one person', ...to(`${OWN}.slice(0, 0) + 'boss@example.com'`)],
	'a constant by length': ['all mail to one person', ...to("'boss+' + " + OWN + ".length + '@example.com'")],
	'a constant out of a list': ['all mail to one person', ...to(`[${OWN}, 'boss@example.com'][1]`)],
	'a constant out of an object': [
		'all mail to one person',
		...to(`({ a: ${OWN}, b: 'boss@example.com' }).b`),
	],
	'a constant from a function': ['all mail to one person', ...to(`((email) => 'boss@example.com')(${OWN})`)],
	'a constant by $if': ['all mail to one person', ...to(`$if(true, 'boss@example.com', ${OWN})`)],
	'a constant by $ifEmpty': ['mail of some to one person', ...to(`$ifEmpty(${OWN}, 'boss@example.com')`)],
	'a constant in a template': [
		'a copy of all mail to one person',
		...to('`${' + OWN + '},boss@example.com`'),
	],
	'a constant joined': ['a copy of all mail to one person', ...to(`${OWN} + ', boss@example.com'`)],
	'a list with a second one': [
		'a copy of all mail to one person',
		...to(`[${OWN}, 'boss@example.com'].join(',')`),
	],
	'a variable': ['all mail to one person', ...to('$vars.to')],
	'an environment variable': ['all mail to one person', ...to('$env.TO')],
	'a key of an object': ['all mail to one person', ...to(`Object.keys({ 'boss@example.com': ${OWN} })[0]`)],
	'the item at the same place': [
		'places move when an item fails before: mail to another person',
		...to("$('Claim delivery').all()[$itemIndex].json.contact.properties.email"),
	],
	'the input at the same place': [
		'the input of another',
		...to("$items('Claim delivery')[$itemIndex].json.contact.properties.email"),
	],
	'the matching item of place 0': [
		'all mail to the first',
		...to("$('Claim delivery').itemMatching(0).json.contact.properties.email"),
	],
	'a find over all items': [
		'all mail to the first',
		...to("$('Claim delivery').all().find(() => true).json.contact.properties.email"),
	],
	'the last input': ['all mail to the last', ...to('$input.last().json.contact.properties.email')],
	'all of the input': [
		'every mail to everybody',
		...to("$input.all().map((item) => item.json.contact.properties.email).join(',')"),
	],
	'all of a node': [
		'every mail to everybody',
		...to("$('Claim delivery').all().map((item) => item.json.contact.properties.email).join(',')"),
	],
	'the same key twice': [
		'the last To counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, To: 'boss@example.com' } }}` }),
	],
	'the same key twice in text': [
		'the last To counts',
		...postmark({ jsonBody: `={ "To": "{{ ${OWN} }}", "To": "boss@example.com" }` }),
	],
	'a spread behind': [
		'the spread To counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, ...{ To: 'boss@example.com' } } }}` }),
	],
	'a spread of the item behind': [
		'the To of the item counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, ...$json.payload } }}` }),
	],
	'Object.assign': [
		'the assigned To counts',
		...postmark({ jsonBody: `={{ Object.assign({ To: ${OWN} }, { To: 'boss@example.com' }) }}` }),
	],
	'a computed key': [
		'the computed To counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, ['To']: 'boss@example.com' } }}` }),
	],
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

const OURS = [
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
const ledgers =
	(ids: Readonly<Record<string, unknown>>): Change =>
	(workflow) => {
		for (const name of OURS)
			Object.assign(find(workflow, name), {
				credentials: { releaseGateLedgerApi: ids[name] ?? { id: 'a', name: 'A' } },
			});
	};
/** A workflow that stands in the node that calls it. */
export const inline = (...nodes: ReturnType<typeof node>[]) =>
	JSON.stringify({
		id: 'inline',
		name: 'inline',
		nodes: [
			node('Start', `${BASE}executeWorkflowTrigger`, { inputSource: 'passthrough' }, {}, 1.1),
			...nodes,
		],
		connections: connect(
			nodes.map((one, i) => [i === 0 ? 'Start' : (nodes[i - 1]?.name ?? ''), 0, one.name]),
		),
		settings: {},
	});

/** 10: two ledgers, or another spine. */
export const spines = foreign(10, {
	...Object.fromEntries(
		OURS.map((name) => [
			`a ledger of the same name in ${name}`,
			['another id is another ledger', ledgers({ [name]: { id: 'b', name: 'A' } })] as const,
		]),
	),
	'a ledger by name only': [
		'n8n finds another of that name',
		ledgers({ 'Confirm before send': { id: null, name: 'B' } }),
	],
	'a ledger by expression': [
		'chosen at run time',
		ledgers({ 'Confirm before send': { id: '={{ $json.ledger }}', name: 'A' } }),
	],
	'a spine overwritten': [
		'another spine is confirmed',
		(workflow) => insert(workflow, 'Claim delivery', 1, edited('Edit', ['delivery.spine', 'other'])),
	],
	'a spine overwritten before the gate': [
		'another spine is claimed',
		(workflow) => insert(workflow, 'Get due deliveries', 0, edited('Edit', ['delivery.spine', 'other'])),
	],
	'a called workflow that commits elsewhere': [
		'sent here, committed there',
		ledgers({}),
		(workflow) => {
			cut(workflow, 'Send email', 0);
			workflow.nodes.push(
				node(
					'Call',
					`${BASE}executeWorkflow`,
					{
						source: 'parameter',
						workflowJson: inline({
							...node('Commit there', 'deliveryCommit', { operation: 'commit' }),
							credentials: { releaseGateLedgerApi: { id: 'b', name: 'B' } },
						} as never),
					},
					{},
					1.2,
				),
			);
			link(workflow, 'Send email', 0, 'Call');
		},
	],
	'two spines side by side': [
		'the same person gets both',
		(workflow) => {
			workflow.nodes.push(node('Other due', 'dueDeliveries', { spine: 'other' }));
			link(workflow, 'Every other day', 0, 'Other due');
			link(workflow, 'Other due', 0, 'Route deliveries');
		},
	],
	'two spines with a claim each': [
		'the same person gets both',
		(workflow) => {
			workflow.nodes.push(
				node('Other due', 'dueDeliveries', { spine: 'other' }),
				node('Other route', 'releaseGate', { operation: 'route' }),
				node('Other claim', 'idempotencyCheck', { operation: 'claim' }),
			);
			link(workflow, 'Every other day', 0, 'Other due');
			link(workflow, 'Other due', 0, 'Other route');
			link(workflow, 'Other route', 1, 'Other claim');
			link(workflow, 'Other claim', 1, 'Write text');
		},
	],
	'a spine chosen at run time beside': [
		'the same person gets both',
		(workflow) => {
			workflow.nodes.push(node('Other due', 'dueDeliveries', { spine: '={{ $json.spine }}' }));
			link(workflow, 'Every other day', 0, 'Other due');
			link(workflow, 'Other due', 0, 'Route deliveries');
		},
	],
	'a second claim of another spine': [
		'one of the claims stays open',
		(workflow) =>
			insert(
				workflow,
				'Claim delivery',
				1,
				node('Claim other', 'idempotencyCheck', {
					operation: 'claim',
					source: 'standalone',
					spine: 'other',
					recipientField: 'contact.id',
				}),
				1,
			),
	],
});

const pinned =
	(name: string, items: unknown): Change =>
	(workflow) =>
		void (workflow.pinData = { ...workflow.pinData, [name]: items });

/** 11: pinned data. */
export const byHand = foreign(11, {
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
		].map((name) => [
			`an empty pin on ${name}`,
			['a pin without items hands on nothing by hand', pinned(name, [])] as const,
		]),
	),
	'a pin on the trigger and the send': [
		'committed without a mail by hand',
		pinned('Every other day', [{ json: {} }]),
		pinned('Send email', [{ json: { MessageID: 'x' } }]),
	],
	'a pin that is no list': ['n8n reads it all the same', pinned('Send email', { json: {} })],
	'a pin on a name with a blank': [
		'pinned',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, node(' Mark ', `${BASE}noOp`));
			pinned(' Mark ', [{ json: {} }])(workflow);
		},
	],
});
