import { sha256 } from '../delivery/canonical';
import { canonicalText } from '../delivery/canonical-text';
import { declaredText } from './notes';
import type { WorkflowJson } from './types';

/** SHA-256 (hex) of the canonical JSON (RFC 8785) of a value; members that are `undefined` are left out. */
export function digest(value: unknown): string {
	return sha256(canonicalText(value) ?? 'null');
}

/**
 * What names a workflow's behaviour: SHA-256 (hex) over nodes, connections and settings. Positions, ids, sticky
 * notes without declarations and the workflow's name do not count; credentials count by type only, since ids differ between instances.
 * The order of nodes in the file does not count either.
 */
export function workflowHash(workflow: WorkflowJson): string {
	const nodes = workflow.nodes
		.filter((node) => node.type !== 'n8n-nodes-base.stickyNote')
		.map(({ id: _id, position: _position, notes: _notes, credentials, ...rest }) => ({
			...rest,
			credentials: Object.keys(credentials ?? {}).sort(),
		}))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
	const declared = declaredText(workflow);
	return digest({
		nodes,
		connections: workflow.connections,
		settings: workflow.settings,
		...(declared.length === 0 ? {} : { declared }),
	});
}
