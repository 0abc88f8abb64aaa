import { literal, unwrapLocator } from '../expressions';
import { parseWorkflow } from '../parse';
import type { WorkflowJson, WorkflowNode, WorkflowResolver } from '../types';

/** A workflow while it is written out. */
export interface Scope {
	readonly workflow: WorkflowJson;
	readonly prefix: string;
	/** Ids of the workflows that are being written out, to find recursion. */
	readonly calls: readonly string[];
}

/** Sub-workflows nested deeper count as unknown; n8n itself warns of recursion long before. */
const DEEPEST = 8;

interface Called {
	readonly workflow: WorkflowJson;
	readonly calls: string[];
	readonly id?: string;
}

/** What n8n starts a called workflow with (`findSubworkflowStart` and STARTING_NODES of n8n, 2.40). */
export const startOf = ({ nodes }: WorkflowJson): WorkflowNode | undefined =>
	nodes.find(({ type }) => type === 'n8n-nodes-base.executeWorkflowTrigger') ??
	nodes.find(
		({ type }) =>
			type === '@n8n/n8n-nodes-langchain.manualChatTrigger' || type === 'n8n-nodes-base.manualTrigger',
	);

/** The workflow that a node calls; `undefined` where it is not known, calls itself, or lies too deep. */
export function findCalled(scope: Scope, node: WorkflowNode, resolve: WorkflowResolver): Called | undefined {
	if (scope.calls.length >= DEEPEST) return undefined;
	const source = literal(node.parameters.source ?? 'database');
	if (source === 'parameter') return inline(scope, node);
	const id = literal(unwrapLocator(node.parameters.workflowId));
	if (source !== 'database' || id === null || id === '' || scope.calls.includes(id)) return undefined;
	const workflow = resolve(id);
	return workflow && { workflow, calls: [...scope.calls, id], id };
}

function inline(scope: Scope, node: WorkflowNode): Called | undefined {
	const text = literal(node.parameters.workflowJson);
	if (text === null) return undefined;
	try {
		return {
			workflow: parseWorkflow(JSON.parse(text), node.name),
			calls: [...scope.calls, `inline ${node.name}`],
		};
	} catch {
		// n8n would refuse it at run time; what is not understood stays unknown.
		return undefined;
	}
}
