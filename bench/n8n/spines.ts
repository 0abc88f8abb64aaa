import { bareSpine as bareSpineWith, shippedSpine } from '../../testbed/bare-spine';
import type { ReadyTemplate, VendorUrls } from '../../testbed/templates';
import type { WorkflowNode } from '../../testbed/n8n/workflows';
import { trigger } from './runs';

/** The shipped template, with a manual trigger, no pauses between batches and no limit of one run. */
export function ourSpine(urls: VendorUrls, contacts: number): ReadyTemplate {
	const workflow = shippedSpine(urls);
	const schedule = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger')?.name;
	if (schedule === undefined) throw new Error('The template has no schedule.');
	const nodes = workflow.nodes.map((node): WorkflowNode => {
		if (node.name === schedule) return { ...manual, position: node.position };
		if (node.type.endsWith('.dueDeliveries'))
			return { ...node, parameters: { ...node.parameters, limit: contacts } };
		return unpaced(node);
	});
	const { [schedule]: start, ...connections } = workflow.connections;
	return { ...workflow, nodes, connections: { ...connections, [trigger]: start } };
}

/** The same spine without our nodes, over all contacts at once. */
export const bareSpine = (urls: VendorUrls): ReadyTemplate =>
	bareSpineWith(urls, { trigger: manual, read: 'all', changed: unpaced });

const manual = { name: trigger, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };

/** Requests leave at once: what is left is work, and the part of our nodes in it as large as it can be. */
function unpaced(node: WorkflowNode): WorkflowNode {
	if (node.type !== 'n8n-nodes-base.httpRequest') return node;
	const options = node.parameters.options as Record<string, unknown>;
	const batching = { batch: { batchSize: 50, batchInterval: 1 } };
	return { ...node, parameters: { ...node.parameters, options: { ...options, batching } } };
}
