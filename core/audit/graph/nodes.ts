import { Answers } from '../answers';
import { isTrigger } from '../classify';
import { ownOperation } from '../own-nodes';
import { readIds } from '../read/commit';
import { rootOf } from '../read/items';
import type { WorkflowJson, WorkflowNode } from '../types';

const STICKY = 'n8n-nodes-base.stickyNote';

/** Of a package of somebody else. */
export const isForeign = ({ type }: WorkflowNode): boolean =>
	!type.startsWith('n8n-nodes-base.') && !type.startsWith('@n8n/');

/** Names of nodes that stand under `main` of another one. */
export function targetsIn({ connections }: WorkflowJson): ReadonlySet<string> {
	const names = Object.values(connections).flatMap(({ main }) =>
		(main ?? []).flatMap((targets) => (targets ?? []).map(({ node }) => node)),
	);
	return new Set(names);
}

/**
 * Whether items can come to a node. A sticky note passes them on where somebody connected it. A model, memory or tool
 * hangs on another node and acts only through that one, unless a trigger or a `main` connection feeds it too.
 */
export function isStep(workflow: WorkflowJson, node: WorkflowNode, targets: ReadonlySet<string>): boolean {
	if (targets.has(node.name)) return true;
	const outputs = Object.entries(workflow.connections[node.name] ?? {}).filter(
		([, lists]) => lists.flat().length > 0,
	);
	if (node.type === STICKY) return outputs.some(([type]) => type === 'main');
	return isTrigger(node) || outputs.length === 0 || outputs.some(([type]) => type === 'main');
}

const idFields = new Answers<WorkflowJson, ReadonlySet<string>>();

/** Fields in which the commits of a workflow look for message ids. */
export const idFieldsOf = (workflow: WorkflowJson): ReadonlySet<string> =>
	idFields.of(workflow, fieldsOfCommits);

function fieldsOfCommits(workflow: WorkflowJson): ReadonlySet<string> {
	const fields = new Set<string>();
	for (const node of workflow.nodes) {
		if (ownOperation(node)?.role !== 'commit') continue;
		for (const field of readIds(node).fields ?? []) fields.add(rootOf(field));
	}
	return fields;
}
