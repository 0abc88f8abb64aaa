import { BASE, besides, CHAIN, condition, cut, flag, insert, link, node, set } from '../edit';
import { foreign, type Change } from './table';

const does = (type: string, parameters: Record<string, unknown>, version = 1): readonly [string, Change] => [
	'tells a person what nobody gated',
	besides(node('Do', type.includes('.') ? type : BASE + type, parameters, {}, version)),
];

/** 14: operations that reach people. */
export const channels = foreign(14, {
	'a date with guests': does(
		'googleCalendar',
		{
			resource: 'event',
			operation: 'create',
			additionalFields: { attendees: ['a@example.com'], sendUpdates: 'all' },
		},
		1.3,
	),
	'a date of Outlook with guests': does(
		'microsoftOutlook',
		{ resource: 'event', operation: 'create', additionalFields: { attendees: 'a@example.com' } },
		2,
	),
	'a file shared with a word': does(
		'googleDrive',
		{ resource: 'file', operation: 'share', options: { sendNotificationEmail: true } },
		3,
	),
	'a comment in GitHub': does('github', { resource: 'issue', operation: 'createComment' }, 1.1),
	'a workflow of GitHub': does('github', { resource: 'workflow', operation: 'dispatch' }, 1.1),
	'a comment in Jira': does('jira', { resource: 'issueComment', operation: 'add' }),
	'a comment in ClickUp': does('clickUp', {
		resource: 'comment',
		operation: 'create',
		additionalFields: { notifyAll: true },
	}),
	'a conversation of Help Scout': does('helpScout', { resource: 'conversation', operation: 'create' }),
	'a thread of Help Scout': does('helpScout', { resource: 'thread', operation: 'create' }),
	'a ticket of Freshdesk': does('freshdesk', { resource: 'ticket', operation: 'create' }),
	'a ticket of Zammad': does('zammad', { resource: 'ticket', operation: 'create' }),
	'a registrant of GoToWebinar': does('goToWebinar', { resource: 'registrant', operation: 'create' }),
	'a registration of Demio': does('demio', { resource: 'event', operation: 'register' }),
	'a user of Okta': does('okta', { resource: 'user', operation: 'create' }),
	'a user of Nextcloud': does('nextCloud', { resource: 'user', operation: 'create' }),
	'a file of Nextcloud shared': does('nextCloud', { resource: 'file', operation: 'share' }),
	'an order of Shopify': does('shopify', {
		resource: 'order',
		operation: 'create',
		additionalFields: { sendReceipt: true },
	}),
	'an order of WooCommerce': does('wooCommerce', { resource: 'order', operation: 'create' }),
	'a subscriber of ConvertKit': does('convertKit', { resource: 'form', operation: 'addSubscriber' }),
	'a sequence of ConvertKit': does('convertKit', { resource: 'sequence', operation: 'addSubscriber' }),
	'a campaign of Mailchimp': does('mailchimp', { resource: 'campaign', operation: 'send' }),
	'a campaign of Lemlist': does('lemlist', { resource: 'lead', operation: 'create' }, 2),
	'a contact of Emelia': does('emelia', { resource: 'campaign', operation: 'addContact' }),
	'an automation of ActiveCampaign': does('activeCampaign', { resource: 'contactList', operation: 'add' }),
	'a journey of Autopilot': does('autopilot', { resource: 'contactJourney', operation: 'add' }),
	'an event of Vero': does('vero', { resource: 'event', operation: 'track' }),
	'an event of Iterable': does('iterable', { resource: 'event', operation: 'track' }),
	'an event of Segment': does('segment', { resource: 'track', operation: 'event' }),
	'an event of Brevo': does('brevo', { resource: 'email', operation: 'sendTemplate' }),
	'a form of HubSpot': does('hubspot', { resource: 'form', operation: 'submit' }, 2.1),
	'an engagement of HubSpot': does(
		'hubspot',
		{ resource: 'engagement', operation: 'create', type: 'email' },
		2.1,
	),
	'a ticket of HubSpot': does('hubspot', { resource: 'ticket', operation: 'create' }, 2.1),
	'an incident of PagerDuty': does('pagerDuty', { resource: 'incident', operation: 'create' }),
	'an alert of Signl4': does('signl4', { resource: 'alert', operation: 'send' }),
	'a push of Pushover': does('pushover', { resource: 'message', operation: 'push' }),
	'a push of Pushbullet': does('pushbullet', { resource: 'push', operation: 'create' }),
	'a push of Pushcut': does('pushcut', { resource: 'notification', operation: 'send' }),
	'a message of Gotify': does('gotify', { resource: 'message', operation: 'create' }),
	'a message of SNS': does('awsSns', { operation: 'publish' }),
	'a message of SES': does('awsSes', { resource: 'email', operation: 'send' }),
	'a message of SQS': does('awsSqs', { operation: 'sendMessage' }),
	'a function of AWS': does('awsLambda', { operation: 'invoke' }),
	'a message of Kafka': does('kafka', {}),
	'a message of RabbitMQ': does('rabbitmq', { operation: 'sendMessage' }, 1.1),
	'a message of MQTT': does('mqtt', {}),
	'a command': does('executeCommand', { command: 'sendmail' }),
	'a command over SSH': does('ssh', { command: 'sendmail' }),
	'a workflow of n8n': does('n8n', { resource: 'workflow', operation: 'activate' }),
	'a build of Jenkins': does('jenkins', { resource: 'job', operation: 'trigger' }),
	'a deploy of Netlify': does('netlify', { resource: 'deploy', operation: 'create' }),
	'a post of LinkedIn': does('linkedIn', { operation: 'create' }),
	'a post of X': does('twitter', { resource: 'tweet', operation: 'create' }, 2),
	'a direct message of X': does('twitter', { resource: 'directMessage', operation: 'create' }, 2),
	'a graph of Facebook': does('facebookGraphApi', {
		httpRequestMethod: 'POST',
		node: 'me',
		edge: 'messages',
	}),
	'an invoice of Stripe': does('stripe', { resource: 'charge', operation: 'create' }),
	'a payment of PayPal': does('payPal', { resource: 'payout', operation: 'create' }),
	'a transfer of Wise': does('wise', { resource: 'transfer', operation: 'execute' }),
	'an invoice of Invoice Ninja': does('invoiceNinja', { resource: 'invoice', operation: 'email' }, 2),
	'a button of Coda': does('coda', { resource: 'table', operation: 'pushButton' }),
	'a query that notifies': does('postgres', { operation: 'executeQuery', query: "NOTIFY mail, 'x'" }, 2.5),
	'a procedure of SQL Server': does(
		'microsoftSql',
		{ operation: 'executeQuery', query: "EXEC msdb.dbo.sp_send_dbmail @recipients='a@example.com'" },
		1.1,
	),
	'a SELECT that sends': does(
		'postgres',
		{ operation: 'executeQuery', query: "SELECT pg_notify('mail', 'x')" },
		2.5,
	),
	'a SELECT that asks an address': does(
		'postgres',
		{ operation: 'executeQuery', query: "SELECT net.http_post('https://x.example')" },
		2.5,
	),
	'a script of Redis': does('redis', { operation: 'publish' }),
	'a script of FileMaker': does('filemaker', { action: 'performscript' }),
	'an agent of Phantombuster': does('phantombuster', { resource: 'agent', operation: 'launch' }),
	'a call of Twilio': does('twilio', { resource: 'call', operation: 'make' }),
	'a message of Zoom': does('zoom', { resource: 'meeting', operation: 'create' }),
	'a comment of Notion': does('notion', { resource: 'block', operation: 'append' }, 2.2),
	'an update of monday': does('mondayCom', { resource: 'boardItem', operation: 'addUpdate' }),
	'a draft of Gmail': does('gmail', { resource: 'draft', operation: 'create' }, 2.1),
	'a reply of Gmail': does('gmail', { resource: 'message', operation: 'reply' }, 2.1),
	'a draft of Outlook sent': does('microsoftOutlook', { resource: 'draft', operation: 'send' }, 2),
	'a message of Customer Messenger': does('n8nTrainingCustomerMessenger', {}),
	'a post of Ghost': does('ghost', { resource: 'post', operation: 'create' }),
	'a message of the chat': does(`${CHAIN}chat`, { operation: 'send' }),
	'an agent told': does('messageAnAgent', {}),
	'a case of Salesforce': does('salesforce', { resource: 'case', operation: 'addComment' }),
	'a mail of uProc': does('uproc', { group: 'communication', tool: 'sendEmail' }),
	'Home Assistant by an event': does('homeAssistant', { resource: 'event', operation: 'create' }),
	'an answer of Freshservice': does('freshservice', { resource: 'ticket', operation: 'create' }),
	'a note of Intercom': does('intercom', { resource: 'lead', operation: 'create' }),
	'a file of Box shared': does('box', { resource: 'file', operation: 'share' }),
	'a comment of Asana': does('asana', { resource: 'taskComment', operation: 'add' }),
	'a comment of Linear': does('linear', { resource: 'comment', operation: 'addComment' }),
	'a post of Discourse': does('discourse', { resource: 'post', operation: 'create' }),
	'an operation by expression': does('gmail', { resource: 'message', operation: "={{ 'send' }}" }, 2.1),
	'a resource by expression': does('gmail', { resource: '={{ $json.resource }}', operation: 'get' }, 2.1),
	'an operation left at its default': does('gmail', {}, 2.1),
	'a resource left at its default': does('slack', { operation: 'post' }, 2.3),
	'an old Gmail': does('gmail', { resource: 'message', operation: 'send' }, 1),
	Mailgun: does('mailgun', {}),
	Mandrill: does('mandrill', { resource: 'message', operation: 'sendHtml' }),
});

/** 16: nothing proven. */
export const nothing = foreign(16, {
	'only a rehearsal': [
		'no mail ever',
		(workflow) => {
			cut(workflow, 'Route deliveries', 1);
		},
	],
	'a gate led from held only': [
		'no mail ever',
		(workflow) => {
			cut(workflow, 'Get due deliveries', 0);
		},
	],
	'a claim never granted': [
		'no mail ever',
		(workflow) => {
			cut(workflow, 'Claim delivery', 1);
		},
	],
	'a connection of an output that does not exist': [
		'no mail ever',
		(workflow) => {
			cut(workflow, 'Confirm before send', 1);
			link(workflow, 'Confirm before send', 7, 'Send email');
		},
	],
	'a connection to an input that does not exist': [
		'no mail ever',
		(workflow) => {
			cut(workflow, 'Every other day', 0);
			link(workflow, 'Every other day', 0, 'Get due deliveries', 3);
		},
	],
	'a trigger of a type nobody knows': [
		'no mail ever',
		flag('Every other day', { type: 'n8n-nodes-acme.schedule' }),
	],
	'a disabled call that sends': [
		'off',
		(workflow) => {
			workflow.nodes = workflow.nodes.filter(({ name }) => name === 'Every other day');
			workflow.connections = {};
			workflow.nodes.push(
				node('Call', `${BASE}executeWorkflow`, { workflowId: 'x' }, { disabled: true }, 1.2),
			);
			link(workflow, 'Every other day', 0, 'Call');
		},
	],
	'a gate that is off': [
		'a disabled gate lets all out by output 0: no mail ever',
		flag('Route deliveries', { disabled: true }),
	],
	'Due Deliveries that is off': ['no delivery ever', flag('Get due deliveries', { disabled: true })],
	'a way through a disabled If': [
		'output 1 of a disabled node is never reached',
		(workflow) => {
			insert(
				workflow,
				'Route deliveries',
				1,
				node(
					'Which',
					`${BASE}if`,
					{ conditions: condition('={{ true }}', 'boolean', 'true') },
					{ disabled: true },
					2.2,
				),
				1,
			);
		},
	],
	'only a note': [
		'nothing',
		(workflow) => {
			workflow.nodes = [node('Note', `${BASE}stickyNote`)];
			workflow.connections = {};
		},
	],
	'a Filter that lets nothing through': [
		'no mail ever',
		(workflow) =>
			insert(
				workflow,
				'Route deliveries',
				1,
				node('None', `${BASE}filter`, { conditions: condition('={{ false }}', 'boolean', 'true') }, {}, 2.2),
			),
	],
	'a limit of none': ['no mail ever', set('Get due deliveries', { limit: 0 })],
});
