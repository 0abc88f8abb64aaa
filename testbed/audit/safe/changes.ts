import { afterClaim, BASE, CHAIN, find, hang, insert, link, node, set } from '../edit';
import { modelled } from '../attacks/flow';
import { connect, type SpineWorkflow } from '../spine';

export type Change = (workflow: SpineWorkflow) => void;

export const EMAIL = "={{ $('Claim delivery').item.json.contact.properties.email }}";
export const PHONE = "={{ $('Claim delivery').item.json.contact.properties.phone }}";

export const generates = (type: string, parameters: Record<string, unknown> = {}, version = 1): Change =>
	afterClaim(node('Generate', type, parameters, {}, version));
export const located = (value: string, mode = 'id') => ({ __rl: true, mode, value });

/** An id as Drive gives them, and a sheet of that file. */
export const FILE = '1AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ';
export const SHEET = { documentId: located(FILE), sheetName: located('0'), options: {} };

/** A vendor's own node that is asked one thing. */
export const asks = (type: string, model: string, version = 1): Change =>
	generates(
		type,
		{
			resource: 'text',
			operation: 'message',
			modelId: located(model),
			messages: { values: [{ content: '=Write to {{ $json.contact.properties.firstname }}.' }] },
			options: {},
		},
		version,
	);

export const PROMPT = {
	promptType: 'define',
	text: '=Write to {{ $json.contact.properties.firstname }}.',
	options: {},
};
export const posts = (url: string, more: Record<string, unknown> = {}): Change =>
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
export const looksBefore =
	(type: string, parameters: Record<string, unknown>, version = 1): Change =>
	(workflow) =>
		insert(workflow, 'Every other day', 0, node('Look', type, parameters, {}, version));
export const bodied = (
	url: string,
	jsonBody: string,
	messageIdField: string,
	more: Record<string, unknown> = {},
): Change[] => [set('Send email', { url, jsonBody, ...more }), set('Commit delivery', { messageIdField })];

/** A loop of single items from the gate to the commit and back. */
export const looped: Change = (workflow) => {
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
export const standalone: Change = (workflow) => {
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

export const agent: Change = (workflow) => {
	afterClaim(node('Agent', `${CHAIN}agent`, { ...PROMPT }, {}, 2))(workflow);
	modelled('Agent')(workflow);
	workflow.nodes.push(
		node('Memory', `${CHAIN}memoryBufferWindow`, { sessionIdType: 'customKey', sessionKey: 'x' }, {}, 1.3),
		node('Calculator', `${CHAIN}toolCalculator`),
	);
	hang(workflow, 'Memory', 'ai_memory', 'Agent');
	hang(workflow, 'Calculator', 'ai_tool', 'Agent');
};

export const field = (name: string, value: string, type = 'string') => ({
	assignments: { assignments: [{ id: name, name, type, value }] },
	includeOtherFields: true,
	options: {},
});
export const edit =
	(parameters: object): Change =>
	(workflow) =>
		insert(
			workflow,
			'Claim delivery',
			1,
			node('Edit', `${BASE}set`, parameters as Record<string, unknown>, {}, 3.4),
		);
