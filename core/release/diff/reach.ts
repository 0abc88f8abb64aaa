import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { fieldsOf, rootOf } from './fields';
import { flowOf, linkedTo, looksUnasked } from './flow';
import { readsOf, type Read } from './reads';

/** Who looks at a field, as far as the workflow says. */
export interface Reach {
	/** Parameters that look at it by an expression. */
	readonly readers: readonly Read[];
	/** Nodes that look at it unasked: told its name, or ours. */
	readonly unasked: readonly WorkflowNode[];
	/** Nodes that take the whole item, so that nobody can tell whether they look at the field. */
	readonly wholes: readonly string[];
}

/**
 * Who looks at a field that a node writes, followed through expressions of other Set nodes. A look at the whole item,
 * or one that cannot be read, counts as one that may look at anything.
 *
 * @param field its name; of a path such as `mail.from` the first part is what others see
 */
export function reachOf(workflow: WorkflowJson, writer: string, field: string): Reach {
	const all = workflow.nodes.filter(({ disabled }) => !disabled).flatMap(readsOf);
	const readers: Read[] = [];
	const unasked = new Set<WorkflowNode>();
	const wholes = new Set<string>();
	const seen = new Set<string>();
	const follow: (readonly [string, string])[] = [[writer, field]];
	for (let at = follow.pop(); at; at = follow.pop()) {
		const [node, name] = at;
		if (seen.has(`${node}\n${name}`)) continue;
		seen.add(`${node}\n${name}`);
		const flow = flowOf(workflow, node);
		for (const whole of flow.wholes) wholes.add(whole);
		for (const one of linkedTo(workflow, node, rootOf(name))) unasked.add(one);
		for (const one of workflow.nodes)
			if (flow.nodes.has(one.name) && looksUnasked(one, rootOf(name))) unasked.add(one);
		for (const read of all) {
			const looks =
				read.of === node || read.of === '' || (read.of === null && flow.nodes.has(read.node.name));
			if (!looks || (read.field !== null && read.field !== name && read.field !== rootOf(name))) continue;
			const own = [...(fieldsOf(read.node)?.keys() ?? [])];
			const index = /^assignments\.assignments\.(\d+)\.value$/.exec(read.path)?.[1];
			const target = index === undefined ? undefined : own[Number(index)];
			if (read.field === null && target === undefined) wholes.add(read.node.name);
			else if (target === undefined) readers.push(read);
			else follow.push([read.node.name, target]);
		}
	}
	return { readers, unasked: [...unasked], wholes: [...wholes].sort() };
}
