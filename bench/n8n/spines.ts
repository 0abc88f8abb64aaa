import type { VendorUrls } from '../../testbed/templates';
import { readyTemplates } from '../../testbed/templates';
import type { WorkflowFile, WorkflowNode } from '../../testbed/n8n/workflows';
import { sandboxToken } from '../../testbed/standins';
import { trigger } from './runs';

type Workflow = WorkflowFile & { id: string };

const template = 'content-delivery-spine';
const reader = 'Read Contacts';
const writer = 'Write Back';

/** The shipped template, with a manual trigger, no pauses between batches and no limit of one run. */
export function ourSpine(urls: VendorUrls, contacts: number): Workflow {
	const { workflow, schedule } = shipped(urls);
	const nodes = workflow.nodes.map((node): WorkflowNode => {
		if (node.name === schedule) return { ...manual, position: node.position };
		if (node.type.endsWith('.dueDeliveries'))
			return { ...node, parameters: { ...node.parameters, limit: contacts } };
		return unpaced(node);
	});
	const { [schedule]: start, ...connections } = workflow.connections;
	return { ...workflow, nodes, connections: { ...connections, [trigger]: start } };
}

/**
 * The same spine without our nodes: reads and writes in as few calls as HubSpot allows (a Code node), and the
 * template's own nodes for text, check and send. Nothing keeps it from sending twice.
 */
export function bareSpine(urls: VendorUrls): Workflow {
	const { workflow } = shipped(urls);
	const kept = (name: string): WorkflowNode => {
		const found = workflow.nodes.find((node) => node.name === name);
		if (!found) throw new Error(`The template has no node ${name}.`);
		return unpaced(found);
	};
	const send = kept('Send Email');
	const body = String(send.parameters.jsonBody)
		.replace("$('Claim Delivery')", `$('${reader}')`)
		.replace(/Metadata: .*$/s, `Metadata: { contact: $('${reader}').item.json.contact.id } } }}`);
	const row: WorkflowNode[] = [
		{ ...manual, position: [0, 0] },
		kept('Set Config'),
		code(reader, readAll(urls.hubspot)),
		kept('Generate Text'),
		kept('Is Text Unfit?'),
		{ ...send, parameters: { ...send.parameters, jsonBody: body } },
		code(writer, writeAll(urls.hubspot)),
	];
	const connections = Object.fromEntries(
		row.slice(0, -1).map(({ name }, index) => {
			const next = [{ node: row[index + 1]?.name, type: 'main', index: 0 }];
			return [name, { main: name === 'Is Text Unfit?' ? [[], next] : [next] }];
		}),
	);
	return {
		id: 'bare-spine',
		name: 'The same spine without our nodes',
		nodes: row,
		connections,
		settings: {},
	};
}

const manual = { name: trigger, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };

function shipped(urls: VendorUrls): { readonly workflow: Workflow; readonly schedule: string } {
	const workflow = readyTemplates(urls).find(({ id }) => id === template);
	const schedule = workflow?.nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger')?.name;
	if (!workflow || schedule === undefined)
		throw new Error(`There is no template ${template} with a schedule.`);
	return { workflow, schedule };
}

/** Requests leave at once: what is left is work, and the part of our nodes in it as large as it can be. */
function unpaced(node: WorkflowNode): WorkflowNode {
	if (node.type !== 'n8n-nodes-base.httpRequest') return node;
	const options = node.parameters.options as Record<string, unknown>;
	const batching = { batch: { batchSize: 50, batchInterval: 1 } };
	return { ...node, parameters: { ...node.parameters, options: { ...options, batching } } };
}

const code = (name: string, jsCode: string): WorkflowNode => ({
	name,
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	position: [0, 0],
	parameters: { jsCode },
});

const headers = `{ authorization: 'Bearer ${sandboxToken}' }`;

const readAll = (hubspot: string): string => `const found = [];
let after;
do {
	const page = await this.helpers.httpRequest({
		method: 'POST', url: '${hubspot}/crm/v3/objects/contacts/search', json: true, headers: ${headers},
		body: {
			limit: 200, after,
			filterGroups: [{ filters: [{ propertyName: 'cc_delivery_status', operator: 'EQ', value: 'active' }] }],
			properties: ['email', 'firstname', 'cc_profile_topic', 'cc_profile_audience', 'cc_profile_tone',
				'cc_profile_length', 'cc_delivery_count'],
		},
	});
	for (const { id, properties } of page.results) found.push({ json: { contact: { id, properties } } });
	after = page.paging?.next?.after;
	// HubSpot answers 429 to a sixth search within a second.
	if (after) await new Promise((resolve) => setTimeout(resolve, 200));
} while (after);
return found;`;

const writeAll = (
	hubspot: string,
): string => `const sent = $('${reader}').all().map((item) => item.json.contact);
const now = Date.now();
for (let start = 0; start < sent.length; start += 100) {
	await this.helpers.httpRequest({
		method: 'POST', url: '${hubspot}/crm/v3/objects/contacts/batch/update', json: true, headers: ${headers},
		body: { inputs: sent.slice(start, start + 100).map(({ id, properties }) => ({ id, properties: {
			cc_last_delivery_at: new Date(now).toISOString(),
			cc_next_eligible_send_at: new Date(now + 172800000).toISOString(),
			cc_delivery_count: String(Number(properties.cc_delivery_count ?? 0) + 1),
		} })) },
	});
}
return [{ json: { written: sent.length } }];`;
