import { createHash } from 'node:crypto';
import type { WorkflowJson } from './types';

/**
 * Canonical JSON (RFC 8785) of a value that came from JSON: keys in UTF-16 order, no white space; numbers and
 * strings as ECMAScript writes them, which is what the RFC asks for. Members that are `undefined` are left out.
 */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const members = Object.entries(value)
		.filter(([, member]) => member !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
	return `{${members.join(',')}}`;
}

/** SHA-256 (hex) of the canonical JSON of a value. */
export function digest(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/**
 * What names a workflow's behaviour: SHA-256 (hex) over nodes, connections and settings. Positions, ids, sticky
 * notes and the workflow's name do not count; credentials count by type only, since ids differ between instances.
 * The order of nodes in the file does not count either.
 */
export function workflowHash(workflow: WorkflowJson): string {
	const nodes = workflow.nodes
		.filter((node) => node.type !== 'n8n-nodes-base.stickyNote')
		.map(({ id: _id, position: _position, credentials, ...rest }) => ({
			...rest,
			credentials: Object.keys(credentials ?? {}).sort(),
		}))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
	return digest({ nodes, connections: workflow.connections, settings: workflow.settings });
}
