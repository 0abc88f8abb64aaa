import {
	afterClaim,
	BASE,
	beforeSend,
	CHAIN,
	changed,
	code,
	condition,
	cut,
	find,
	flag,
	get,
	hang,
	insert,
	link,
	node,
	sendBy,
	set,
} from './edit';
import { connect, ifTrue, spine, type SpineWorkflow } from './spine';

type Change = (workflow: SpineWorkflow) => void;

const EMAIL = "={{ $('Claim delivery').item.json.contact.properties.email }}";
const PHONE = "={{ $('Claim delivery').item.json.contact.properties.phone }}";

const generates = (type: string, parameters: Record<string, unknown> = {}, version = 1): Change =>
	afterClaim(node('Generate', type, parameters, {}, version));
const posts = (url: string, more: Record<string, unknown> = {}): Change =>
	afterClaim(
		node(
			'Ask',
			`${BASE}httpRequest`,
			{
				method: 'POST',
				url,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ { input: $json.contact } }}',
				options: {},
				...more,
			},
			{},
			4.2,
		),
	);
/** A look before the claim: what it does not find is not claimed. */
const looksBefore =
	(type: string, parameters: Record<string, unknown>, version = 1): Change =>
	(workflow) =>
		insert(workflow, 'Every other day', 0, node('Look', type, parameters, {}, version));
const bodied = (
	url: string,
	jsonBody: string,
	messageIdField: string,
	more: Record<string, unknown> = {},
): Change[] => [set('Send email', { url, jsonBody, ...more }), set('Commit delivery', { messageIdField })];

/** A loop of single items from the gate to the commit and back. */
const looped: Change = (workflow) => {
	insert(workflow, 'Route deliveries', 1, node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3), 1);
	for (const [from, output] of [
		['Claim delivery', 0],
		['Claim delivery', 2],
		['Commit delivery', 0],
		['Commit delivery', 1],
		['Fail delivery', 0],
		['Fail delivery', 1],
	] as const)
		link(workflow, from, output, 'Loop');
};

/** A claim from a recipient field: no Due Deliveries, the rehearsal led out by version 2 of the confirmation. */
const standalone: Change = (workflow) => {
	workflow.nodes = workflow.nodes.filter(({ name }) => !/rehearsal|Get due|Route/.test(name));
	workflow.connections = connect([
		['Every other day', 0, 'List contacts'],
		['List contacts', 0, 'Claim delivery'],
		['Claim delivery', 1, 'Write text'],
		['Write text', 0, 'Text fits'],
		['Text fits', 0, 'Confirm before send'],
		['Text fits', 1, 'Fail delivery'],
		['Confirm before send', 0, 'Fail delivery'],
		['Confirm before send', 1, 'Send email'],
		['Confirm before send', 2, 'Commit delivery'],
		['Send email', 0, 'Commit delivery'],
		['Send email', 1, 'Fail delivery'],
	]);
	workflow.nodes.push(
		node('List contacts', `${BASE}hubspot`, { resource: 'contact', operation: 'getAll' }, {}, 2.1),
	);
	Object.assign(find(workflow, 'Claim delivery').parameters, {
		source: 'standalone',
		spine: 'content',
		recipientField: 'id',
	});
	find(workflow, 'Confirm before send').typeVersion = 2;
};

const agent: Change = (workflow) => {
	afterClaim(node('Agent', `${CHAIN}agent`, {}, {}, 2))(workflow);
	workflow.nodes.push(
		node('Model', `${CHAIN}lmChatAnthropic`),
		node('Memory', `${CHAIN}memoryBufferWindow`),
		node('Calculator', `${CHAIN}toolCalculator`),
	);
	hang(workflow, 'Model', 'ai_languageModel', 'Agent');
	hang(workflow, 'Memory', 'ai_memory', 'Agent');
	hang(workflow, 'Calculator', 'ai_tool', 'Agent');
};

const field = (name: string, value: string, type = 'string') => ({
	assignments: { assignments: [{ id: name, name, type, value }] },
	includeOtherFields: true,
	options: {},
});
const edit =
	(parameters: object): Change =>
	(workflow) =>
		insert(
			workflow,
			'Claim delivery',
			1,
			node('Edit', `${BASE}set`, parameters as Record<string, unknown>, {}, 3.4),
		);

/** Spines as people build them, safe ones: each a list of changes to the spine of the tests. */
export const SAFE: Readonly<Record<string, readonly Change[]>> = {
	'the spine itself': [],
	// Generation.
	'OpenAI by its node': [generates(`${CHAIN}openAi`, { resource: 'text', operation: 'message' }, 1.8)],
	'Anthropic by its node': [generates(`${CHAIN}anthropic`, { resource: 'text', operation: 'message' })],
	'Gemini by its node': [generates(`${CHAIN}googleGemini`, { resource: 'text', operation: 'message' })],
	'Ollama by its node': [generates(`${CHAIN}ollama`, { resource: 'text', operation: 'message' })],
	'a chain': [generates(`${CHAIN}chainLlm`, {}, 1.5)],
	'an agent with a calculator': [agent],
	'an information extractor': [generates(`${CHAIN}informationExtractor`)],
	'guardrails with both branches': [
		(workflow) => {
			afterClaim(node('Guard', `${CHAIN}guardrails`, {}, { onError: 'stopWorkflow' }))(workflow);
			find(workflow, 'Guard').onError = 'continueErrorOutput';
			link(workflow, 'Guard', 2, 'Fail delivery');
		},
	],
	'a classifier with other': [
		(workflow) => {
			const parameters = { categories: { categories: [{ category: 'a' }] }, options: { fallback: 'other' } };
			afterClaim(node('Sort', `${CHAIN}textClassifier`, parameters, {}, 1.1))(workflow);
			link(workflow, 'Sort', 2, 'Fail delivery');
		},
	],
	'OpenAI by HTTP': [posts('https://api.openai.com/v1/chat/completions')],
	'Anthropic by HTTP': [posts('https://api.anthropic.com/v1/messages')],
	'Azure OpenAI by HTTP': [posts('https://acme.openai.azure.com/openai/deployments/x/chat/completions')],
	'Azure AI by HTTP': [posts('https://acme.services.ai.azure.com/models/chat/completions')],
	'Bedrock by HTTP': [posts('https://bedrock-runtime.us-east-1.amazonaws.com/model/x/converse')],
	'Ollama by HTTP': [posts('http://localhost:11434/api/generate')],
	'Vertex by HTTP': [posts('https://us-central1-aiplatform.googleapis.com/v1/projects/x')],
	'Mistral by HTTP': [posts('https://api.mistral.ai/v1/chat/completions')],
	'translation by DeepL': [generates(`${BASE}deepL`, { operation: 'translate' })],
	'a voice by ElevenLabs': [posts('https://api.elevenlabs.io/v1/text-to-speech/x')],
	// Looks before the claim.
	'a SELECT before Due Deliveries': [looksBefore(`${BASE}postgres`, { operation: 'select' }, 2.5)],
	'a sheet before Due Deliveries': [looksBefore(`${BASE}googleSheets`, { operation: 'read' }, 4.5)],
	'a search of Drive before Due Deliveries': [
		looksBefore(`${BASE}googleDrive`, { resource: 'fileFolder', operation: 'search' }, 3),
	],
	'a list of S3 before Due Deliveries': [
		looksBefore(`${BASE}awsS3`, { resource: 'file', operation: 'getAll' }, 2),
	],
	'a feed before Due Deliveries': [looksBefore(`${BASE}rssFeedRead`, { url: 'https://example.com/feed' })],
	'Airtable before Due Deliveries': [
		looksBefore(`${BASE}airtable`, { resource: 'record', operation: 'search' }, 2.1),
	],
	// Looks behind the claim that hand on one item for each.
	'one contact of HubSpot': [
		afterClaim(node('Look', `${BASE}hubspot`, { resource: 'contact', operation: 'get' }, {}, 2.1)),
	],
	'one file of Drive': [
		afterClaim(node('Look', `${BASE}googleDrive`, { resource: 'file', operation: 'download' }, {}, 3)),
	],
	'one file of S3': [
		afterClaim(node('Look', `${BASE}awsS3`, { resource: 'file', operation: 'download' }, {}, 2)),
	],
	'one page of Notion': [
		afterClaim(node('Look', `${BASE}notion`, { resource: 'databasePage', operation: 'get' }, {}, 2.2)),
	],
	'one key of Redis': [afterClaim(node('Look', `${BASE}redis`, { operation: 'get' }))],
	'a status with the whole answer': [
		afterClaim(get('Look', 'https://api.hubapi.com/crm/v3/objects/contacts/1')),
		set('Look', { options: { response: { response: { fullResponse: true } } } }),
	],
	'a SELECT in a loop with Always Output Data': [
		looped,
		afterClaim(node('Look', `${BASE}postgres`, { operation: 'select' }, { alwaysOutputData: true }, 2.5)),
	],
	'a vector store in a loop with Always Output Data': [
		looped,
		afterClaim(node('Look', `${CHAIN}vectorStoreQdrant`, { mode: 'load' }, { alwaysOutputData: true }, 1.3)),
	],
	// Forms of the way.
	'a loop over single items': [looped],
	'a Wait before the confirmation': [
		(workflow) => insert(workflow, 'Claim delivery', 1, node('Wait', `${BASE}wait`, {}, {}, 1.1)),
	],
	'approval before the claim': [
		looksBefore(`${BASE}slack`, { resource: 'message', operation: 'post', text: 'on it' }, 2.3),
	],
	'Edit Fields with text': [edit(field('text', '={{ $json.text.trim() }}'))],
	'Edit Fields with a truth worked out': [edit(field('long', '={{ $json.text.length > 100 }}', 'boolean'))],
	'Edit Fields between confirmation and send': [
		beforeSend(
			node(
				'Edit',
				`${BASE}set`,
				field('subject', '=Hello {{ $json.contact.properties.firstname }}'),
				{},
				3.4,
			),
		),
	],
	'an If over a comparison': [
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Which',
					`${BASE}if`,
					{ conditions: condition('={{ ($json.text ?? "").length > 10 }}', 'boolean', 'true') },
					{},
					2.2,
				),
			);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'an If that goes on': [
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Which',
					`${BASE}if`,
					{ conditions: condition('={{ $json.age }}', 'number', 'gt', 18) },
					{ onError: 'continueRegularOutput' },
					2.2,
				),
			);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'a Switch with a fallback': [
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Kind',
					`${BASE}switch`,
					{
						rules: {
							values: [{ conditions: condition('={{ $json.kind }}', 'string', 'equals', 'a', 'loose') }],
						},
						options: { fallbackOutput: 'extra' },
					},
					{},
					3.2,
				),
			);
			link(workflow, 'Kind', 1, 'Fail delivery');
		},
	],
	'two texts by an If, joined by a Merge': [
		(workflow) => {
			workflow.nodes.push(
				ifTrue('Which', 'vip'),
				node('Long', `${BASE}noOp`),
				node('Short', `${BASE}noOp`),
				node('Join', `${BASE}merge`, {}, {}, 3.2),
			);
			cut(workflow, 'Claim delivery', 1);
			link(workflow, 'Claim delivery', 1, 'Which');
			link(workflow, 'Which', 0, 'Long');
			link(workflow, 'Which', 1, 'Short');
			link(workflow, 'Long', 0, 'Join', 0);
			link(workflow, 'Short', 0, 'Join', 1);
			link(workflow, 'Join', 0, 'Write text');
		},
	],
	'Code that maps': [
		afterClaim(
			code(
				'Code',
				'return $input.all().map((item) => ({ json: { ...item.json, text: item.json.text.trim() } }));',
			),
		),
	],
	"n8n's own example of Code": [
		afterClaim(
			code(
				'Code',
				'for (const item of $input.all()) {\n  item.json.myNewField = 1;\n}\n\nreturn $input.all();',
			),
		),
	],
	'Code that fills a list': [
		afterClaim(
			code(
				'Code',
				'const out = [];\nfor (const item of $input.all()) {\n  out.push({ json: { ...item.json, n: 1 } });\n}\nreturn out;',
			),
		),
	],
	'Code for each item': [
		afterClaim(
			code(
				'Code',
				"const text = ($json.text ?? '').replace(/\\s+/g, ' ');\nreturn { json: { ...$json, text } };",
				'runOnceForEachItem',
			),
		),
	],
	'Code for each item in the usual form': [
		afterClaim(code('Code', '$input.item.json.myNewField = 1;\n\nreturn $input.item;', 'runOnceForEachItem')),
	],
	'an alert after the commit': [
		(workflow) => {
			workflow.nodes.push(
				node(
					'Alert',
					`${BASE}slack`,
					{ resource: 'message', operation: 'post', text: '={{ $json.delivery.key }}' },
					{},
					2.3,
				),
			);
			link(workflow, 'Commit delivery', 1, 'Alert');
		},
	],
	'a row in a sheet after the commit': [
		(workflow) => {
			workflow.nodes.push(node('Log', `${BASE}googleSheets`, { operation: 'append' }, {}, 4.5));
			link(workflow, 'Commit delivery', 1, 'Log');
		},
	],
	'settings in a Set node': [
		(workflow) =>
			insert(
				workflow,
				'Every other day',
				0,
				node('Set Config', `${BASE}set`, field('sendUrl', 'http://127.0.0.1/send'), {}, 3.4),
			),
		set('Send email', { url: "={{ $('Set Config').first().json.sendUrl }}" }),
	],
	'a claim from a recipient field': [standalone],
	// Sends.
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
		sendBy(
			`${BASE}microsoftOutlook`,
			{ resource: 'message', operation: 'send', toRecipients: EMAIL },
			'success',
			2,
		),
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
	'SMS by Twilio': [sendBy(`${BASE}twilio`, { resource: 'sms', operation: 'send', to: PHONE }, 'sid')],
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
	WhatsApp: [
		sendBy(
			`${BASE}whatsApp`,
			{ resource: 'message', operation: 'send', recipientPhoneNumber: PHONE },
			'messages[0].id',
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

/** The workflow of a safe spine. */
export const safeSpine = (changes: readonly Change[]): SpineWorkflow =>
	changes.length === 0 ? spine() : changed(...changes);
