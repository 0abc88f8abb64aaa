import type { Json, JsonObject } from '../delivery/types';
import { digest } from '../delivery/canonical';
import type { WorkflowJson, WorkflowNode } from './types';

/**
 * What one workflow does, node by node, so that a difference can be named: SHA-256 (hex) of each node with its
 * connections, of the settings, and of all of it. Pinned data is left out: n8n uses it in the editor only.
 */
export interface Fingerprint {
	readonly hash: string;
	readonly nodes: Readonly<Record<string, string>>;
	readonly settings: string;
}

/**
 * The parameters of a node without those that equal the default of its type and version, as the editor saves them;
 * `null` where the type is not known. Without it, a workflow that n8n runs (defaults filled in) and the same one as it
 * is stored would differ.
 */
export type SparseParameters = (node: WorkflowNode) => JsonObject | null;

/** Settings of a workflow that decide what it does, when and for whom; the others decide what n8n keeps of its runs. */
const DECIDING = [
	'binaryMode',
	'callerIds',
	'callerPolicy',
	'errorWorkflow',
	'executionOrder',
	'executionTimeout',
	'timezone',
];

const STICKY = 'n8n-nodes-base.stickyNote';

const credentialOf = (chosen: unknown): unknown => {
	if (typeof chosen !== 'object' || chosen === null) return chosen ?? null;
	const { id, name } = chosen as { readonly id?: unknown; readonly name?: unknown };
	return id ?? name ?? null;
};

/** Connections of a node without the empty outputs that the editor keeps in some saves and drops in others. */
function leadsTo(connections: WorkflowJson['connections'][string] | undefined): unknown {
	return Object.entries(connections ?? {})
		.map(([type, outputs]) => {
			const lists = outputs.map((output) => output ?? []);
			const last = lists.findLastIndex((output) => output.length > 0);
			return [type, lists.slice(0, last + 1)] as const;
		})
		.filter(([, outputs]) => outputs.length > 0)
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * What names a workflow's behaviour while it runs. Positions, ids, notes, names of credentials, the workflow's name and
 * the order of nodes do not count.
 */
export function fingerprintOf(workflow: WorkflowJson, sparse?: SparseParameters): Fingerprint {
	const nodes = Object.fromEntries(
		workflow.nodes
			.filter(({ type }) => type !== STICKY)
			.map((node) => {
				const { id: _id, position: _position, notes: _notes, name, credentials, parameters, ...rest } = node;
				const content = {
					...rest,
					parameters: sparse?.(node) ?? parameters,
					credentials: Object.entries(credentials ?? {})
						.map(([type, chosen]) => [type, credentialOf(chosen)])
						.sort(),
					leadsTo: leadsTo(workflow.connections[name]),
				};
				return [name, digest(content as unknown as Json)] as const;
			}),
	);
	const settings = digest(DECIDING.map((name) => [name, workflow.settings[name] ?? null]));
	return { hash: digest({ nodes, settings }), nodes, settings };
}

/** How one workflow differs from another, one clause each, by the names of nodes; empty when they do the same. */
export function differencesOf(released: Fingerprint, found: Fingerprint): readonly string[] {
	const names = [...new Set([...Object.keys(released.nodes), ...Object.keys(found.nodes)])].sort();
	const nodes = names.flatMap((name) => {
		const [before, now] = [released.nodes[name], found.nodes[name]];
		if (before === now) return [];
		return [
			before === undefined
				? `node ${name} is new`
				: now === undefined
					? `node ${name} is gone`
					: `node ${name} differs`,
		];
	});
	return released.settings === found.settings ? nodes : [...nodes, 'the settings differ'];
}
