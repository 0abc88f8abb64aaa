import type { WorkflowNode } from './n8n/workflows';
import type { ReadyTemplate } from './templates';

/** What somebody chooses after the import of a template, beyond what every sandbox does. */
export interface Chosen {
	/** Values of *Set Config*, by name; others stay as shipped. */
	readonly config?: Readonly<Record<string, string | boolean>>;
	/** Seconds between two runs of the schedule; as shipped if absent. */
	readonly seconds?: number;
	/** The credential for n8n's own API, on every node that reaches for it. */
	readonly n8nApi?: { readonly id: string; readonly name: string };
	/** Whether *Delivery errors* is its error workflow. */
	readonly alarmed?: boolean;
}

/** Operations of the node Release that ask n8n. */
const asksN8n = ['compare', 'look', 'prepare', 'ship', 'showDesk', 'metrics'];

/** Whether a node reaches for n8n's own API, as the set-up of its template says. */
const wantsN8n = ({ type, parameters: { operation, nodeCredentialType } }: WorkflowNode): boolean =>
	type === 'n8n-nodes-release-gate.rollbackSnapshot' ||
	nodeCredentialType === 'releaseGateN8nApi' ||
	(type === 'n8n-nodes-release-gate.release' && asksN8n.includes(String(operation)));

/** A template with schedule, error workflow, key for n8n's API and values of *Set Config* chosen. */
export function prepared(
	template: ReadyTemplate,
	{ config = {}, seconds, n8nApi, alarmed = false }: Chosen,
): ReadyTemplate {
	const nodes = template.nodes.map((given): WorkflowNode => {
		const node =
			n8nApi !== undefined && wantsN8n(given)
				? { ...given, credentials: { ...given.credentials, releaseGateN8nApi: { ...n8nApi } } }
				: given;
		if (node.type === 'n8n-nodes-base.scheduleTrigger' && seconds !== undefined)
			return {
				...node,
				parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: seconds }] } },
			};
		return node.name === 'Set Config' || node.name === 'Set Roles' ? configured(node, config) : node;
	});
	const errors = alarmed ? { errorWorkflow: 'delivery-errors' } : {};
	return { ...template, nodes, settings: { ...template.settings, ...errors } };
}

/** *Set Config* with these values, as typed into its form. */
export function configured(
	node: WorkflowNode,
	values: Readonly<Record<string, string | boolean>>,
): WorkflowNode {
	const { assignments } = node.parameters.assignments as {
		assignments: { name: string; value: unknown }[];
	};
	const changed = assignments.map((one) => ({ ...one, value: values[one.name] ?? one.value }));
	return { ...node, parameters: { ...node.parameters, assignments: { assignments: changed } } };
}
