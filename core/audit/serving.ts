import { constantOf, isExpression, literal, unwrapLocator, withConstants } from './expressions';
import { handsOut, OWN_PREFIX } from './own-nodes';
import type { WorkflowJson, WorkflowNode } from './types';

/** `{{ $json.spine }}`: a field of the item that comes in. */
const FIELD = /^=\s*\{\{\s*\$json\.([A-Za-z_$][\w$]*)\s*\}\}\s*$/;

/** Whether a node hands out deliveries of a spine it names itself. */
const namesSpine = (node: WorkflowNode): boolean =>
	!node.disabled &&
	(handsOut(node) ||
		(node.type === `${OWN_PREFIX}idempotencyCheck` && node.parameters.source === 'standalone'));

/** The nodes that lead straight to a node. */
const before = ({ nodes, connections }: WorkflowJson, name: string): readonly WorkflowNode[] =>
	nodes.filter((node) =>
		Object.values(connections[node.name] ?? {}).some((outputs) =>
			outputs.some((output) => (output ?? []).some((target) => target.node === name)),
		),
	);

/**
 * The spines that a workflow delivers for, as its nodes name them: written down, or put by a Set node into the field that
 * the node reads. A name that is only known at run time is not among them.
 */
export function spinesServedBy(workflow: WorkflowJson): readonly string[] {
	const found = workflow.nodes.filter(namesSpine).map((node) => {
		const given = withConstants(unwrapLocator(node.parameters.spine), workflow.nodes);
		if (!isExpression(given)) return literal(given);
		const field = typeof given === 'string' ? FIELD.exec(given)?.[1] : undefined;
		if (field === undefined) return null;
		return before(workflow, node.name)
			.map((feeder) => constantOf(feeder, field))
			.find((value) => value !== undefined);
	});
	return [...new Set(found.filter((name): name is string => typeof name === 'string' && name !== ''))];
}
