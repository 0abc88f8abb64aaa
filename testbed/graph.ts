import type { WorkflowNode } from './n8n/workflows';

/** Nodes and connections of a workflow. */
export interface Graph {
	readonly nodes: readonly WorkflowNode[];
	readonly connections: Readonly<Record<string, unknown>>;
}

export type Parameters = Record<string, unknown>;

/** The graph with the parameters of one node changed. */
export function withNode(
	{ nodes, connections }: Graph,
	name: string,
	change: (of: Parameters) => Parameters,
): Graph {
	return {
		connections,
		nodes: nodes.map((node) =>
			node.name === name ? { ...node, parameters: change(structuredClone(node.parameters)) } : node,
		),
	};
}

/** What stands in a field of *Set Config*; empty where there is no such field. */
export function configIn({ nodes }: Graph, field: string): string {
	const { assignments = [] } = (nodes.find(({ name }) => name === 'Set Config')?.parameters.assignments ??
		{}) as { assignments?: { name: string; value: unknown }[] };
	const value = assignments.find(({ name }) => name === field)?.value;
	return typeof value === 'string' ? value : '';
}

/** The graph with one value of *Set Config* changed, as its form in the editor would. */
export const withConfig = (graph: Graph, field: string, value: string): Graph =>
	withNode(graph, 'Set Config', (parameters) => {
		const { assignments } = parameters.assignments as { assignments: Parameters[] };
		const changed = assignments.map((one) => (one.name === field ? { ...one, value } : one));
		return { ...parameters, assignments: { assignments: changed } };
	});

/** The graph without one node: what led to it leads to where its last output led, as when a node is deleted in the editor. */
export function without({ nodes, connections }: Graph, name: string, output: number, instead: string): Graph {
	const own = connections[name] as { main: { node: string; type: string; index: number }[][] } | undefined;
	const onwards = own?.main[output] ?? [];
	const kept = Object.entries(connections).filter(([from]) => from !== name);
	const rewired = kept.map(([from, to]) => {
		const { main } = to as { main: { node: string }[][] };
		return [
			from,
			{ main: main.map((links) => links.flatMap((link) => (link.node === name ? onwards : [link]))) },
		] as const;
	});
	const text = JSON.stringify(nodes.filter((node) => node.name !== name));
	return {
		nodes: JSON.parse(text.replaceAll(`$('${name}')`, `$('${instead}')`)) as WorkflowNode[],
		connections: Object.fromEntries(rewired),
	};
}
