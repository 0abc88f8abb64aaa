import type { JsonObject, Json } from '../../delivery/types';
import { constantOf, isExpression, literal, unwrapLocator, withConstants } from '../../audit/expressions';
import { OWN_PREFIX } from '../../audit/own-nodes';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';

/** `{{ $json.anchor }}`: a field of the item that comes in. */
const FIELD = /^=\s*\{\{\s*\$json\.([A-Za-z_$][\w$]*)\s*\}\}\s*$/;

/** A node that stores the settings of a spine, with its parameters as far as they are written down in the workflow. */
export interface Configuring {
	readonly node: WorkflowNode;
	/** Plain name of the spine; `null` where it is only known when the node runs. */
	readonly spine: string | null;
	/** Its parameters, with what Set nodes put there filled in. */
	readonly parameters: JsonObject;
	/** Dotted paths of the parameters that are only known when the node runs. */
	readonly unknown: readonly string[];
	/** The nodes its expressions can read: those that lead to it, by name. */
	readonly feeders: readonly WorkflowNode[];
}

/** Whether a parameter is this value when the node runs, or may be: what only the run decides may be anything. */
export function mayBe(
	value: Json | undefined,
	wanted: string,
	otherwise: string,
	nodes: readonly WorkflowNode[],
): boolean {
	const known = withConstants(value ?? otherwise, nodes);
	return isExpression(known) || literal(known) === wanted;
}

/**
 * Whether a node stores settings of a spine when it runs, or may: n8n evaluates an expression also where the editor offers
 * none. The editor leaves the resource out, since it is the default.
 */
const configures = (
	{ type, parameters: { resource, operation }, disabled }: WorkflowNode,
	nodes: readonly WorkflowNode[],
): boolean =>
	!disabled &&
	type === `${OWN_PREFIX}release` &&
	mayBe(resource, 'spine', 'spine', nodes) &&
	mayBe(operation, 'configure', 'show', nodes);

/** The nodes from which a node is reached, whatever the kind of connection. */
function leadingTo({ nodes, connections }: WorkflowJson, name: string): readonly WorkflowNode[] {
	const found = new Set<string>();
	const look = (target: string): void => {
		for (const [source, types] of Object.entries(connections)) {
			const leads = Object.values(types).some((outputs) =>
				outputs.some((output) => (output ?? []).some(({ node }) => node === target)),
			);
			if (!leads || found.has(source)) continue;
			found.add(source);
			look(source);
		}
	};
	look(name);
	return nodes.filter((node) => found.has(node.name));
}

/** Every value of a tree of parameters, with constants put where an expression reads them; `unknown` is told of the others. */
function filledIn(
	value: Json | undefined,
	path: string,
	read: (text: string) => string | null,
	unknown: (path: string) => void,
): Json | undefined {
	if (typeof value === 'string') {
		const known = read(value);
		if (known === null) unknown(path);
		return known ?? value;
	}
	if (Array.isArray(value))
		return (value as readonly Json[]).map(
			(entry, at) => filledIn(entry, `${path}.${at}`, read, unknown) ?? null,
		);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [
			key,
			filledIn(entry, path === '' ? key : `${path}.${key}`, read, unknown) ?? null,
		]),
	);
}

/** The nodes of a workflow that store settings of a spine when they run, disabled ones apart. */
export function configuringIn(workflow: WorkflowJson): readonly Configuring[] {
	return workflow.nodes
		.filter((node) => configures(node, workflow.nodes))
		.map((node) => {
			const feeders = leadingTo(workflow, node.name);
			const straight = feeders.filter((feeder) =>
				Object.values(workflow.connections[feeder.name] ?? {}).some((outputs) =>
					outputs.some((output) => (output ?? []).some((target) => target.node === node.name)),
				),
			);
			const read = (text: string): string | null => {
				const value = withConstants(text, workflow.nodes);
				if (!isExpression(value) || typeof value !== 'string') return literal(value);
				const field = FIELD.exec(value)?.[1];
				const [only, ...more] = straight;
				return field === undefined || more.length > 0 ? null : (constantOf(only, field) ?? null);
			};
			const unknown: string[] = [];
			const { spine, ...others } = node.parameters;
			const parameters = filledIn(others, '', read, (path) => unknown.push(path)) as JsonObject;
			const named = unwrapLocator(spine);
			return {
				node,
				spine: typeof named === 'string' ? read(named) : null,
				parameters,
				unknown,
				feeders,
			};
		});
}
