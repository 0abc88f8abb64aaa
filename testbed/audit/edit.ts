import { node, post, spine, type SpineNode, type SpineWorkflow } from './spine';

export const BASE = 'n8n-nodes-base.';
export const CHAIN = '@n8n/n8n-nodes-langchain.';

/** A node of a workflow by its name. */
export function find(workflow: SpineWorkflow, name: string): SpineNode {
	const found = workflow.nodes.find((one) => one.name === name);
	if (!found) throw new Error(`no node '${name}'`);
	return found;
}

/** Connects an output to one more node. */
export function link(workflow: SpineWorkflow, from: string, output: number, to: string, input = 0): void {
	const { main } = (workflow.connections[from] ??= { main: [] });
	while (main.length <= output) main.push([]);
	main[output]?.push({ node: to, type: 'main', index: input });
}

/** Takes away all connections of an output. */
export function cut(workflow: SpineWorkflow, from: string, output: number): void {
	const main = workflow.connections[from]?.main;
	if (main) main[output] = [];
}

/** Puts a node into the connections of an output. */
export function insert(
	workflow: SpineWorkflow,
	from: string,
	output: number,
	added: SpineNode,
	leaves = 0,
): void {
	const { main } = (workflow.connections[from] ??= { main: [] });
	const targets = main[output] ?? [];
	workflow.nodes.push(added);
	while (main.length <= output) main.push([]);
	main[output] = [{ node: added.name, type: 'main', index: 0 }];
	for (const target of targets) link(workflow, added.name, leaves, target.node, target.index);
}

/** The spine after some changes. */
export function changed(...changes: readonly ((workflow: SpineWorkflow) => void)[]): SpineWorkflow {
	const workflow = spine();
	for (const change of changes) change(workflow);
	return workflow;
}

/** Connects an output of another type than `main`, e.g. a tool to its agent. */
export function hang(workflow: SpineWorkflow, from: string, type: string, to: string): void {
	const outputs = (workflow.connections[from] ?? {}) as Record<string, unknown>;
	workflow.connections[from] = { ...outputs, [type]: [[{ node: to, type, index: 0 }]] } as never;
}

/** After the claim, with an error output that leads to the failure, as n8n's own nodes are used there. */
export const afterClaim =
	(added: SpineNode, leaves = 0) =>
	(workflow: SpineWorkflow): void => {
		insert(workflow, 'Claim delivery', 1, { onError: 'continueErrorOutput', ...added }, leaves);
		link(workflow, added.name, 1, 'Fail delivery');
	};

/** Right before the send. */
export const beforeSend =
	(added: SpineNode, leaves = 0) =>
	(workflow: SpineWorkflow): void =>
		insert(workflow, 'Confirm before send', 1, added, leaves);

/** A send on a way of its own, from the schedule. */
export const besides =
	(added: SpineNode) =>
	(workflow: SpineWorkflow): void => {
		workflow.nodes.push(added);
		link(workflow, 'Every other day', 0, added.name);
	};

/** Another node in place of the send, with its connections. */
export const sendBy =
	(type: string, parameters: Record<string, unknown>, messageIdField: string, typeVersion = 1) =>
	(workflow: SpineWorkflow): void => {
		Object.assign(find(workflow, 'Send email'), { type, parameters, typeVersion });
		find(workflow, 'Commit delivery').parameters.messageIdField = messageIdField;
		find(workflow, 'Commit rehearsal').parameters.messageIdField = messageIdField;
	};

/** Changes parameters of a node. */
export const set =
	(name: string, parameters: Record<string, unknown>) =>
	(workflow: SpineWorkflow): void =>
		void Object.assign(find(workflow, name).parameters, parameters);

/** Changes settings of a node (On Error, Retry On Fail, …). */
export const flag =
	(name: string, settings: Partial<SpineNode>) =>
	(workflow: SpineWorkflow): void =>
		void Object.assign(find(workflow, name), settings);

/** A request by GET. */
export const get = (name: string, url: string, more: Partial<SpineNode> = {}): SpineNode =>
	node(name, `${BASE}httpRequest`, { url, options: {} }, more, 4.2);

/** A Code node. */
export const code = (name: string, jsCode: string, mode = 'runOnceForAllItems'): SpineNode =>
	node(name, `${BASE}code`, { mode, jsCode }, {}, 2);

/** An If, Filter or Switch rule over one value. */
export const condition = (
	leftValue: unknown,
	type: string,
	operation: string,
	rightValue: unknown = '',
	typeValidation = 'strict',
) => ({
	options: { version: 2, leftValue: '', caseSensitive: true, typeValidation },
	combinator: 'and',
	conditions: [
		{
			id: 'a',
			leftValue,
			rightValue,
			operator: { type, operation, ...(type === 'boolean' ? { singleValue: true } : {}) },
		},
	],
});

export { node, post };
