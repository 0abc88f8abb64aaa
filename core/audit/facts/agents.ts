import { Answers } from '../answers';
import { HARMLESS_TOOLS } from '../catalogue/builtin';
import type { Role } from '../catalogue/types';
import type { WorkflowJson, WorkflowNode } from '../types';

/** Sub-nodes that compute, remember or hold a model, by the end of their type: nothing reaches outside through them. */
const QUIET =
	/^@n8n\/n8n-nodes-langchain\.(lm[A-Z]\w*|embeddings\w+|memoryBufferWindow|memoryManager|outputParser\w+|textSplitter\w+|document(Default|Binary|Json)\w*|reranker\w+|retriever(ContextualCompression|VectorStore|MultiQuery)|modelSelector|vectorStore\w+)$/;
const REMEMBERS = /^@n8n\/n8n-nodes-langchain\.memory\w+$/;
const GRAVEST: readonly Role[] = ['sender', 'unknown', 'sub-workflow', 'state-writer', 'writer', 'notifier'];

/**
 * Nodes that hang on a node by connections of any type but `main`, directly or by others in between: tools, agents as
 * tools, models, memories, retrievers.
 */
export function hangingOn(node: WorkflowNode, workflow: WorkflowJson): readonly WorkflowNode[] {
	const holders = known.of(workflow, heldIn);
	if (holders.size === 0) return [];
	const found = new Set<WorkflowNode>();
	const open = [node.name];
	for (let name = open.pop(); name !== undefined; name = open.pop()) {
		for (const sub of holders.get(name) ?? []) {
			if (found.has(sub)) continue;
			found.add(sub);
			if (!sub.disabled) open.push(sub.name);
		}
	}
	return [...found];
}

const known = new Answers<WorkflowJson, ReadonlyMap<string, readonly WorkflowNode[]>>();

function heldIn(workflow: WorkflowJson): ReadonlyMap<string, readonly WorkflowNode[]> {
	const holders = new Map<string, WorkflowNode[]>();
	for (const sub of workflow.nodes) {
		for (const [type, outputs] of Object.entries(workflow.connections[sub.name] ?? {})) {
			if (type === 'main') continue;
			for (const { node } of outputs.flatMap((targets) => targets ?? []))
				holders.set(node, [...(holders.get(node) ?? []), sub]);
		}
	}
	return holders;
}

/** The gravest thing a node can do through what hangs on it: its own role, or that of a tool; by `roleOf` of each. */
export function withHanging(
	own: Role,
	node: WorkflowNode,
	workflow: WorkflowJson,
	roleOf: (sub: WorkflowNode) => Role,
): { readonly role: Role; readonly through?: string } {
	const found = hangingOn(node, workflow).flatMap((sub): { role: Role; through: string }[] => {
		if (sub.disabled || HARMLESS_TOOLS.has(sub.type) || QUIET.test(sub.type)) return [];
		if (/\.agentTool$/.test(sub.type)) return [];
		return [{ role: REMEMBERS.test(sub.type) ? 'writer' : roleOf(sub), through: sub.name }];
	});
	for (const role of GRAVEST) {
		const one = found.find((entry) => entry.role === role);
		if (one) return { role: role === 'sub-workflow' ? 'unknown' : role, through: one.through };
	}
	return { role: own };
}
