import { afterClaim, BASE, CHAIN, find, get, link, node, set } from '../edit';
import { modelled } from '../attacks/flow';
import {
	agent,
	asks,
	FILE,
	generates,
	located,
	looksBefore,
	looped,
	posts,
	PROMPT,
	SHEET,
	type Change,
} from './changes';

/** A table that every Postgres has, and that is never empty. */
const TABLE = {
	schema: { __rl: true, mode: 'name', value: 'pg_catalog' },
	table: { __rl: true, mode: 'name', value: 'pg_namespace' },
};

/** Safe spines by what writes the text, and by what is looked up for it. */
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
};
