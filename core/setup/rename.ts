import type { JsonObject } from '../delivery/types';
import { alike } from './alike';
import type { SetupNode, SetupWorkflow } from './types';

/** Old names of nodes to new ones. */
export type Renames = ReadonlyMap<string, string>;

/** How much two nodes of one type are the same: the share of parameters, and the place on the canvas. */
function likeness(a: SetupNode, b: SetupNode): number {
	if (a.type !== b.type) return 0;
	const keys = [...new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)])];
	const same = keys.filter((key) => alike(a.parameters[key], b.parameters[key])).length;
	return (keys.length === 0 ? 1 : same / keys.length) + (alike(a.position, b.position) ? 1 : 0);
}

/**
 * Nodes that somebody renamed: gone under the old name, there under a new one, of the same type and alike in place or in
 * most parameters. Each new name is taken once, the likest first.
 */
export function renamesIn(then: SetupWorkflow, yours: SetupWorkflow): Renames {
	const there = new Set(yours.nodes.map(({ name }) => name));
	const known = new Set(then.nodes.map(({ name }) => name));
	const gone = then.nodes.filter(({ name }) => !there.has(name));
	const fresh = yours.nodes.filter(({ name }) => !known.has(name));
	const pairs = gone
		.flatMap((a) => fresh.map((b) => ({ from: a.name, to: b.name, like: likeness(a, b) })))
		.filter(({ like }) => like >= 1)
		.sort((a, b) => b.like - a.like);
	const found = new Map<string, string>();
	const taken = new Set<string>();
	for (const { from, to } of pairs) {
		if (found.has(from) || taken.has(to)) continue;
		found.set(from, to);
		taken.add(to);
	}
	return found;
}

/** A text in which expressions name nodes (`$('Old')`, `$node["Old"]`), with the new names. */
function inText(text: string, renames: Renames): string {
	return text.replace(
		/(\$\(\s*|\$node\[\s*)(['"])(.*?)\2/g,
		(whole, open: string, quote: string, name: string) => {
			const own = renames.get(name);
			return own === undefined ? whole : `${open}${quote}${own}${quote}`;
		},
	);
}

const inValue = (value: unknown, renames: Renames): unknown =>
	typeof value === 'string'
		? inText(value, renames)
		: Array.isArray(value)
			? value.map((one: unknown) => inValue(one, renames))
			: typeof value === 'object' && value !== null
				? Object.fromEntries(Object.entries(value).map(([key, held]) => [key, inValue(held, renames)]))
				: value;

/** The workflow with nodes under their new names, in connections and expressions too. */
export function renamed(workflow: SetupWorkflow, renames: Renames): SetupWorkflow {
	if (renames.size === 0) return workflow;
	const named = (name: string): string => renames.get(name) ?? name;
	const retarget = (value: unknown): unknown =>
		Array.isArray(value)
			? value.map(retarget)
			: typeof value === 'object' && value !== null
				? Object.fromEntries(
						Object.entries(value).map(([key, held]) => [
							key,
							key === 'node' && typeof held === 'string' ? named(held) : retarget(held),
						]),
					)
				: value;
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => ({
			...node,
			name: named(node.name),
			parameters: inValue(node.parameters, renames) as JsonObject,
		})),
		connections: Object.fromEntries(
			Object.entries(workflow.connections).map(([node, led]) => [named(node), retarget(led)]),
		) as JsonObject,
	};
}
