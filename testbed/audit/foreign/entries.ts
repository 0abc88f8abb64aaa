import { BASE, besides, CHAIN, find, flag, hang, insert, link, node, post, set } from '../edit';
import { foreign, type Change } from './table';
import { inline } from './spines';

const starts = (type: string, more: Record<string, unknown> = {}): readonly [string, Change] => [
	'starts an ungated send',
	(workflow) => {
		workflow.nodes.push(node('Also', type, more), post('Mail', 'http://127.0.0.1/send'));
		link(workflow, 'Also', 0, 'Mail');
	},
];
const tooled = (
	agent: string,
	tool: ReturnType<typeof node>,
	version = 1,
	parameters = {},
): readonly [string, Change] => [
	'the model sends by its tool',
	(workflow) => {
		workflow.nodes.push(node('Agent', agent, parameters, {}, version), tool);
		link(workflow, 'Every other day', 0, 'Agent');
		hang(workflow, tool.name, 'ai_tool', 'Agent');
	},
];
const gmailTool = () => node('Mail', `${BASE}gmailTool`, { operation: 'send' }, {}, 2.1);

/** 12: entries, edges and names the graph may not see. */
export const entries = foreign(12, {
	'the old start node': starts(`${BASE}start`),
	'the old cron': starts(`${BASE}cron`),
	'the old interval': starts(`${BASE}interval`),
	'the trigger of workflows': starts(`${BASE}workflowTrigger`),
	'the trigger of n8n': starts(`${BASE}n8nTrigger`),
	'a trigger of evaluations': starts(`${BASE}evaluationTrigger`),
	'a stream': starts(`${BASE}sseTrigger`),
	'a feed': starts(`${BASE}rssFeedReadTrigger`),
	'a file': starts(`${BASE}localFileTrigger`),
	'a release': starts('releaseTrigger'),
	'HubSpot events': starts(`${BASE}hubspotTrigger`),
	'tools of OpenAI': tooled(`${CHAIN}openAi`, gmailTool(), 1.8, { resource: 'text', operation: 'message' }),
	'tools of Anthropic': tooled(`${CHAIN}anthropic`, gmailTool(), 1, {
		resource: 'text',
		operation: 'message',
	}),
	'tools of Gemini': tooled(`${CHAIN}googleGemini`, gmailTool(), 1, {
		resource: 'text',
		operation: 'message',
	}),
	'tools of Ollama': tooled(`${CHAIN}ollama`, gmailTool(), 1, { resource: 'text', operation: 'message' }),
	'a request as a tool': tooled(
		`${CHAIN}agent`,
		node(
			'Ask',
			`${BASE}httpRequestTool`,
			{ method: 'POST', url: 'https://api.postmarkapp.com/email' },
			{},
			4.2,
		),
		2,
	),
	'a GET as a tool': tooled(
		`${CHAIN}agent`,
		node('Ask', `${BASE}httpRequestTool`, { url: "={{ $fromAI('url') }}" }, {}, 4.2),
		2,
	),
	'a workflow as a tool': tooled(
		`${CHAIN}agent`,
		node('Flow', `${CHAIN}toolWorkflow`, { workflowId: { __rl: true, mode: 'id', value: 'gone' } }, {}, 2),
		2,
	),
	'code as a tool': tooled(
		`${CHAIN}agent`,
		node('Code', `${CHAIN}toolCode`, { jsCode: "return await this.helpers.httpRequest('x');" }, {}, 1.3),
		2,
	),
	'MCP as a tool': tooled(
		`${CHAIN}agent`,
		node('Mcp', `${CHAIN}mcpClientTool`, { endpointUrl: 'https://mcp.acme.example' }, {}, 1.1),
		2,
	),
	"somebody's tool": tooled(`${CHAIN}agent`, node('Tool', 'n8n-nodes-acme.mailTool'), 2),
	'Send Email as a tool': tooled(
		`${CHAIN}agent`,
		node('Mail', `${BASE}emailSendTool`, { toEmail: 'a@example.com' }, {}, 2.1),
		2,
	),
	'built-in tools of OpenAI': [
		'the model calls an MCP server that sends',
		besides(
			node(
				'Ask',
				`${CHAIN}openAi`,
				{
					resource: 'text',
					operation: 'response',
					builtInTools: { mcpServers: { mcpServerOptions: [{ serverUrl: 'https://mcp.acme.example' }] } },
				},
				{},
				2,
			),
		),
	],
	'an assistant of OpenAI': [
		'its functions and tools are kept elsewhere',
		besides(node('Ask', `${CHAIN}openAi`, { resource: 'assistant', operation: 'message' }, {}, 1.8)),
	],
	'code of LangChain': [
		'runs any JavaScript',
		besides(
			node('Run', `${CHAIN}code`, {
				code: { execute: { code: "const axios = require('axios'); await axios.post('x')" } },
			}),
		),
	],
	'the confirmation twice by name': [
		'n8n keeps the last node of a name: no confirmation',
		(workflow) =>
			void workflow.nodes.push(
				node(
					'Confirm before send',
					`${BASE}switch`,
					{ mode: 'expression', numberOutputs: 2, output: '={{ 1 }}' },
					{},
					3.2,
				),
			),
	],
	'the send twice by name': [
		'n8n keeps the last node of a name: all mail to one person',
		(workflow) =>
			void workflow.nodes.push({
				...post('Send email', 'https://api.postmarkapp.com/email'),
				parameters: {
					method: 'POST',
					url: 'https://api.postmarkapp.com/email',
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '{ "To": "boss@example.com" }',
					options: {},
				},
			}),
	],
	'a note twice by name': [
		'n8n keeps the last node of a name',
		(workflow) => {
			workflow.nodes.push(node('Note', `${BASE}noOp`), post('Note', 'http://127.0.0.1/send'));
			link(workflow, 'Every other day', 0, 'Note');
		},
	],
	'a send called constructor': [
		'a name like any other',
		besides(post('constructor', 'http://127.0.0.1/send')),
	],
	'a send called toString': ['a name like any other', besides(post('toString', 'http://127.0.0.1/send'))],
	'a send called hasOwnProperty': [
		'a name like any other',
		besides(post('hasOwnProperty', 'http://127.0.0.1/send')),
	],
	'a send called main': ['a name like any other', besides(post('main', 'http://127.0.0.1/send'))],
	'a step called valueOf that leads to a send': [
		'a name like any other',
		(workflow) => {
			workflow.nodes.push(node('valueOf', `${BASE}noOp`), post('Mail', 'http://127.0.0.1/send'));
			link(workflow, 'Every other day', 0, 'valueOf');
			Object.assign(workflow.connections, {
				valueOf: { main: [[{ node: 'Mail', type: 'main', index: 0 }]] },
			});
		},
	],
	'an output that is null before': [
		'n8n skips null outputs',
		(workflow) => {
			workflow.nodes.push(post('Mail', 'http://127.0.0.1/send'));
			workflow.connections['Route deliveries']?.main.push(
				...([null, [{ node: 'Mail', type: 'main', index: 0 }]] as never[]),
			);
			const held = workflow.connections['Route deliveries']?.main as unknown[] | undefined;
			if (held) held[0] = [{ node: 'Mail', type: 'main', index: 0 }];
		},
	],
	'a confirmation that is off': [
		'a disabled node lets all through by output 0',
		flag('Confirm before send', { disabled: true }),
		(workflow) => link(workflow, 'Confirm before send', 0, 'Send email'),
	],
	'a claim that is off': [
		'a disabled node lets all through by output 0',
		flag('Claim delivery', { disabled: true }),
		(workflow) => link(workflow, 'Claim delivery', 0, 'Write text'),
	],
	'a confirmation off by expression': [
		'n8n reads any text as on',
		flag('Confirm before send', { disabled: 'true' as never }),
		(workflow) => link(workflow, 'Confirm before send', 0, 'Send email'),
	],
	'a type in other letters': [
		'n8n does not know the node: the run fails with all claims open',
		(workflow) => insert(workflow, 'Claim delivery', 1, node('Odd', 'n8n-nodes-base.NoOp')),
	],
	'a confirmation of another package': [
		'looks like ours',
		flag('Confirm before send', { type: 'n8n-nodes-release-gate-fork.idempotencyCheck' }),
	],
	'a confirmation of a scoped package': [
		'looks like ours',
		flag('Confirm before send', { type: '@acme/n8n-nodes-release-gate.idempotencyCheck' }),
	],
	'an operation by expression': [
		'may claim instead of confirm',
		set('Confirm before send', { operation: "={{ 'claim' }}" }),
	],
	'no operation': [
		'the default operation is another',
		(workflow) => void delete find(workflow, 'Confirm before send').parameters.operation,
	],
	'a version nobody made': [
		'the version decides where rehearsals leave',
		flag('Confirm before send', { typeVersion: 99 }),
	],
	'an error workflow that sends': [
		'each failure sends a mail',
		(workflow) => {
			workflow.settings.errorWorkflow = 'spine';
			workflow.nodes.push(node('On error', `${BASE}errorTrigger`), post('Mail', 'http://127.0.0.1/send'));
			link(workflow, 'On error', 0, 'Mail');
		},
	],
	'a workflow in the node that sends': [
		'an ungated send',
		besides(
			node(
				'Call',
				`${BASE}executeWorkflow`,
				{ source: 'parameter', workflowJson: inline(post('Mail', 'http://127.0.0.1/send')) },
				{},
				1.2,
			),
		),
	],
	'a workflow of a file': [
		'nobody knows what it does',
		besides(
			node('Call', `${BASE}executeWorkflow`, { source: 'localFile', workflowPath: '/x.json' }, {}, 1.2),
		),
	],
	'a workflow of an address': [
		'nobody knows what it does',
		besides(
			node(
				'Call',
				`${BASE}executeWorkflow`,
				{ source: 'url', workflowUrl: 'https://x.example/x.json' },
				{},
				1.2,
			),
		),
	],
	'a workflow chosen at run time': [
		'nobody knows what it does',
		besides(node('Call', `${BASE}executeWorkflow`, { workflowId: '={{ $json.id }}' }, {}, 1)),
	],
});
