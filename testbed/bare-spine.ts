import { readyTemplates, type ReadyTemplate, type VendorUrls } from './templates';
import type { WorkflowNode } from './n8n/workflows';
import { sandboxToken } from './standins';

const template = 'content-delivery-spine';
const reader = 'Read Contacts';
const writer = 'Write Back';

/** What differs between one bare spine and another. */
export interface BareSpineParts {
	readonly trigger: Omit<WorkflowNode, 'position'>;
	/** Which contacts are read: those of one run behind the id that the trigger hands on, or all that there are. */
	readonly read: 'all' | { readonly limit: number; readonly after: string };
	/** What is done to each of the template's own nodes. */
	readonly changed?: (node: WorkflowNode) => WorkflowNode;
}

/** The shipped spine, ready for the sandbox. */
export function shippedSpine(urls: VendorUrls): ReadyTemplate {
	const workflow = readyTemplates(urls).find(({ id }) => id === template);
	if (!workflow) throw new Error(`There is no template ${template}.`);
	return workflow;
}

/**
 * The shipped spine without our nodes: reads and writes in as few calls as HubSpot allows (a Code node), and the
 * template's own nodes for text, check and send. Nothing keeps it from sending twice. Its last node gives
 * `{ written, last }`: how many contacts it served, and the greatest id among them.
 */
export function bareSpine(
	urls: VendorUrls,
	{ trigger, read, changed = (node) => node }: BareSpineParts,
): ReadyTemplate {
	const workflow = shippedSpine(urls);
	const kept = (name: string): WorkflowNode => {
		const found = workflow.nodes.find((node) => node.name === name);
		if (!found) throw new Error(`The template has no node ${name}.`);
		return changed(found);
	};
	const send = kept('Send Email');
	const body = String(send.parameters.jsonBody)
		.replace("$('Claim Delivery')", `$('${reader}')`)
		.replace(/Metadata: .*$/s, `Metadata: { contact: $('${reader}').item.json.contact.id } } }}`);
	const row: WorkflowNode[] = [
		{ ...trigger, position: [0, 0] } as WorkflowNode,
		kept('Set Config'),
		code(reader, readContacts(urls.hubspot, read)),
		kept('Generate Text'),
		kept('Is Text Unfit?'),
		{ ...send, parameters: { ...send.parameters, jsonBody: body } },
		code(writer, writeBack(urls.hubspot)),
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
		settings: { executionOrder: 'v1' },
	};
}

const code = (name: string, jsCode: string): WorkflowNode => ({
	name,
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	position: [0, 0],
	parameters: { jsCode },
});

const headers = `{ authorization: 'Bearer ${sandboxToken}' }`;

// Each page but the first waits: HubSpot answers 429 to a sixth search within a second.
const readContacts = (
	hubspot: string,
	read: BareSpineParts['read'],
): string => `const limit = ${read === 'all' ? 'Infinity' : read.limit};
const found = [];
let after;
do {
	const page = await this.helpers.httpRequest({
		method: 'POST', url: '${hubspot}/crm/v3/objects/contacts/search', json: true, headers: ${headers},
		body: {
			limit: 200, after,
			sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
			filterGroups: [{ filters: [
				{ propertyName: 'cc_delivery_status', operator: 'EQ', value: 'active' },
				${read === 'all' ? '' : `{ propertyName: 'hs_object_id', operator: 'GT', value: String(${read.after}) },`}
			] }],
			properties: ['email', 'firstname', 'cc_profile_topic', 'cc_profile_audience', 'cc_profile_tone',
				'cc_profile_length', 'cc_delivery_count'],
		},
	});
	for (const { id, properties } of page.results) found.push({ json: { contact: { id, properties } } });
	after = found.length < limit ? page.paging?.next?.after : undefined;
	if (after) await new Promise((resolve) => setTimeout(resolve, 200));
} while (after);
return found.slice(0, limit);`;

const writeBack = (
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
return [{ json: { written: sent.length, last: sent.at(-1)?.id ?? null } }];`;
