import {
	afterClaim,
	BASE,
	beforeSend,
	CHAIN,
	code,
	condition,
	cut,
	find,
	get,
	insert,
	link,
	node,
	set,
} from '../edit';
import { modelled } from '../attacks/flow';
import { ifTrue } from '../spine';
import {
	asks,
	generates,
	located,
	posts,
	PROMPT,
	looksBefore,
	bodied,
	looped,
	standalone,
	agent,
	field,
	edit,
	type Change,
} from './changes';

/** An id as Drive gives them. */
const FILE = '1AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ';
const SHEET = { documentId: located(FILE), sheetName: located('0'), options: {} };
/** A channel of the team in Slack. */
const CHANNEL = { select: 'channel', channelId: located('C0123456789') };
/** A table that every Postgres has, and that is never empty. */
const TABLE = {
	schema: { __rl: true, mode: 'name', value: 'pg_catalog' },
	table: { __rl: true, mode: 'name', value: 'pg_namespace' },
};

/** Safe spines by what stands between the schedule and the confirmation: generators, look-ups, branches, Code. */
export const WRITING: Readonly<Record<string, readonly Change[]>> = {
	'the spine itself': [],
	// Generation.
	'OpenAI by its node': [asks(`${CHAIN}openAi`, 'gpt-4o-mini', 1.8)],
	'Anthropic by its node': [asks(`${CHAIN}anthropic`, 'claude-sonnet-4-5')],
	'Gemini by its node': [asks(`${CHAIN}googleGemini`, 'models/gemini-2.5-flash')],
	'Ollama by its node': [asks(`${CHAIN}ollama`, 'llama3.2')],
	'a chain in a loop': [looped, generates(`${CHAIN}chainLlm`, { ...PROMPT }, 1.5), modelled('Generate')],
	'an agent with a calculator': [agent],
	'an information extractor in a loop': [
		looped,
		generates(
			`${CHAIN}informationExtractor`,
			{
				text: '={{ $json.text }}',
				schemaType: 'fromAttributes',
				attributes: { attributes: [{ name: 'a', type: 'boolean', description: 'a' }] },
				options: {},
			},
			1.2,
		),
		modelled('Generate'),
	],
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
	'a SELECT before Due Deliveries': [
		looksBefore(`${BASE}postgres`, { operation: 'select', ...TABLE, limit: 1 }, 2.5),
	],
	'a sheet before Due Deliveries': [looksBefore(`${BASE}googleSheets`, { operation: 'read', ...SHEET }, 4.5)],
	'a search of Drive before Due Deliveries': [
		looksBefore(`${BASE}googleDrive`, { resource: 'fileFolder', operation: 'search' }, 3),
	],
	'a list of S3 before Due Deliveries': [
		looksBefore(
			`${BASE}awsS3`,
			{ resource: 'file', operation: 'getAll', bucketName: 'b', returnAll: false, limit: 1, options: {} },
			2,
		),
	],
	'a feed before Due Deliveries': [looksBefore(`${BASE}rssFeedRead`, { url: 'https://example.com/feed' })],
	'Airtable before Due Deliveries': [
		looksBefore(
			`${BASE}airtable`,
			{ resource: 'record', operation: 'search', base: located('app1'), table: located('tbl1'), options: {} },
			2.1,
		),
	],
	// Looks behind the claim that hand on one item for each.
	'one contact of HubSpot': [
		afterClaim(
			node(
				'Look',
				`${BASE}hubspot`,
				{ resource: 'contact', operation: 'get', contactId: located('={{ $json.contact.id }}') },
				{},
				2.1,
			),
		),
	],
	'one file of Drive': [
		afterClaim(
			node(
				'Look',
				`${BASE}googleDrive`,
				{ resource: 'file', operation: 'download', fileId: located(FILE), options: {} },
				{},
				3,
			),
		),
	],
	'one file of S3': [
		afterClaim(
			node(
				'Look',
				`${BASE}awsS3`,
				{ resource: 'file', operation: 'download', bucketName: 'b', fileKey: 'f' },
				{},
				2,
			),
		),
	],
	'one page of Notion': [
		afterClaim(
			node(
				'Look',
				`${BASE}notion`,
				{ resource: 'databasePage', operation: 'get', pageId: located('={{ $json.page }}') },
				{},
				2.2,
			),
		),
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
		looksBefore(`${BASE}slack`, { resource: 'message', operation: 'post', ...CHANNEL, text: 'on it' }, 2.3),
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
				'return $input.all().map((item, index) => ({ json: { ...item.json, text: String(item.json.text).trim() }, pairedItem: { item: index } }));',
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
				'const out = [];\nfor (const item of $input.all()) {\n  out.push({ ...item, json: { ...item.json, n: 1 } });\n}\nreturn out;',
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
					{ resource: 'message', operation: 'post', ...CHANNEL, text: '={{ $json.delivery.key }}' },
					{},
					2.3,
				),
			);
			link(workflow, 'Commit delivery', 1, 'Alert');
		},
	],
	'a row in a sheet after the commit': [
		(workflow) => {
			workflow.nodes.push(
				node(
					'Log',
					`${BASE}googleSheets`,
					{
						operation: 'append',
						...SHEET,
						columns: { mappingMode: 'autoMapInputData', value: {}, schema: [] },
					},
					{},
					4.5,
				),
			);
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
};
