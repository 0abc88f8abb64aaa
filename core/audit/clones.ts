import { classify } from './classify';
import { digest } from './hash';
import { stringsIn } from './expressions';
import { OWN_PREFIX } from './own-nodes';
import type { AuditPolicy } from './policy';
import type { WorkflowJson, WorkflowNode } from './types';

/**
 * A fingerprint of a workflow's shape: node types, operations, names of parameters and connections, but no names
 * of nodes and no constants. Weisfeiler-Lehman labels (Shervashidze et al. 2011, JMLR 12) over three rounds.
 */
export function shapeOf(workflow: WorkflowJson): string {
	const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	let labels = new Map(nodes.map((node) => [node.name, digest(skeleton(node))]));
	for (let round = 0; round < 3; round += 1) {
		const next = new Map<string, string[]>(nodes.map(({ name }) => [name, [labels.get(name) ?? '']]));
		for (const [from, byType] of Object.entries(workflow.connections)) {
			for (const [type, outputs] of Object.entries(byType)) {
				outputs.forEach((targets, output) => {
					for (const target of targets ?? []) {
						next.get(from)?.push(`> ${type} ${output} ${target.index} ${labels.get(target.node) ?? ''}`);
						next.get(target.node)?.push(`< ${type} ${output} ${target.index} ${labels.get(from) ?? ''}`);
					}
				});
			}
		}
		labels = new Map([...next].map(([name, parts]) => [name, digest([parts[0], ...parts.slice(1).sort()])]));
	}
	return digest([...labels.values()].sort());
}

function skeleton(node: WorkflowNode): unknown {
	const paths = stringsIn(node.parameters).map(([, path]) => path.join('.'));
	const { resource, operation } = node.parameters;
	return {
		type: node.type,
		resource,
		operation,
		disabled: node.disabled,
		onError: node.onError,
		paths: paths.sort(),
	};
}

/** Whether a workflow delivers: it holds a send or one of the spine's own nodes. */
function delivers(workflow: WorkflowJson, policy: AuditPolicy): boolean {
	return workflow.nodes.some((node) => {
		const { role } = classify(node, workflow, policy);
		return (
			role === 'sender' || (node.type.startsWith(OWN_PREFIX) && ['claim', 'confirm', 'commit'].includes(role))
		);
	});
}

/** Groups of two or more workflows that deliver and have the same shape, in the order given. */
export function findClones(
	workflows: readonly WorkflowJson[],
	policy: AuditPolicy,
): readonly (readonly WorkflowJson[])[] {
	const byShape = new Map<string, WorkflowJson[]>();
	for (const workflow of workflows) {
		if (workflow.archived || !delivers(workflow, policy)) continue;
		const shape = shapeOf(workflow);
		byShape.set(shape, [...(byShape.get(shape) ?? []), workflow]);
	}
	return [...byShape.values()].filter((group) => group.length > 1);
}
