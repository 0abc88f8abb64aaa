import { sandboxCredentials } from '../../testbed/credentials';
import type { WorkflowFile, WorkflowNode } from '../../testbed/n8n/workflows';

const { id, name, type } = sandboxCredentials.generator;

const inputs = ['customer', 'invoice', 'amount'].map((input) => ({
	id: input,
	displayName: input,
	type: input === 'amount' ? 'number' : 'string',
}));

const nodes: readonly Pick<WorkflowNode, 'name' | 'type' | 'typeVersion' | 'parameters' | 'credentials'>[] = [
	{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
	{
		name: 'Agent',
		type: '@n8n/n8n-nodes-langchain.agent',
		typeVersion: 3.1,
		parameters: { promptType: 'define', text: 'Refund 20 of invoice in_1 to cus_1.', options: {} },
	},
	{
		name: 'Model',
		type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
		typeVersion: 1.2,
		parameters: { model: { __rl: true, mode: 'id', value: 'gpt-4o-mini' }, options: {} },
		credentials: { [type]: { id, name } },
	},
	{
		name: 'Refund',
		type: '@n8n/n8n-nodes-langchain.toolWorkflow',
		typeVersion: 2.2,
		parameters: {
			description: 'Refunds part of an invoice.',
			workflowId: { __rl: true, mode: 'id', value: 'agent-tool' },
			workflowInputs: {
				mappingMode: 'defineBelow',
				value: Object.fromEntries(
					inputs.map((input) => [input.id, `={{ $fromAI('${input.id}', '', '${input.type}') }}`]),
				),
				matchingColumns: [],
				schema: inputs.map((input) => ({
					...input,
					required: false,
					defaultMatch: false,
					display: true,
					canBeUsedToMatch: true,
				})),
			},
		},
	},
];

/** An agent with the template as its tool. */
export const agent = {
	id: 'once-agent',
	name: 'An agent that calls its tool again and again',
	nodes: nodes.map((node, at): WorkflowNode => ({ ...node, position: [at * 240, 0] })),
	connections: {
		Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
		Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
		Refund: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
} as const satisfies WorkflowFile & { id: string };
