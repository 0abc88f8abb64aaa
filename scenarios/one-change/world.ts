import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { sandboxCredentials } from '../../testbed/credentials';
import { engineer, invite, lead } from '../../testbed/n8n/people';
import { record } from '../../testbed/n8n/session';
import {
	publishWorkflow,
	saveWorkflow,
	type WorkflowFile,
	type WorkflowNode,
} from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';
import { SandboxProblem } from '../../testbed/problem';
import { contentDeliveryMapping } from '../../testbed/standins';
import { openStatusPages, type StatusPages } from '../../testbed/standins/status-pages';
import type { ReadyTemplate } from '../../testbed/templates';
import { startWorld, type World } from '../../testbed/world';
import { Clerk } from '../bad-releases/clerk';
import { configured } from '../bad-releases/world';
import { addContacts } from '../crash/world';

/** The workflow that is changed. */
export const spineWorkflow = 'content-delivery-spine';

/** Templates that are in service beside the spine. */
const inService = [
	'delivery-errors',
	'rollback',
	'stabilization-monitor',
	'dry-run',
	'ship-when-ready',
	'approve-a-change',
	'release-a-change',
];

/** As shipped these are 15 minutes, an hour and five minutes; the slots are of hours. */
const everySeconds: Readonly<Record<string, number>> = {
	[spineWorkflow]: 10,
	'stabilization-monitor': 20,
	'ship-when-ready': 20,
};

/** Length of a slot and of its window; the policy wants four hours between a release and the next slot. */
const slot = { every: 'PT8H', window: 'PT2M', windowMs: 120_000 } as const;

/** A real n8n with the templates of a release in service, under the preset as it is, and somebody to release and approve. */
export interface OneChangeWorld extends World {
	readonly status: StatusPages;
	readonly clerk: Clerk;
	readonly contacts: readonly string[];
	/** The workflow of the spine as it is saved. */
	draft(): Promise<WorkflowFile & { id: string }>;
	/** Changes the draft as somebody in the editor does: what is published stays. */
	edit(change: (text: string) => string): Promise<void>;
}

/** The keys of n8n itself, on the nodes that reach for it. */
function withN8n(node: WorkflowNode, n8nApi: { id: string; name: string }): WorkflowNode {
	const { operation, nodeCredentialType } = node.parameters;
	const wants =
		node.type === 'n8n-nodes-release-gate.rollbackSnapshot' ||
		nodeCredentialType === 'releaseGateN8nApi' ||
		(node.type === 'n8n-nodes-release-gate.release' &&
			['compare', 'prepare', 'ship'].includes(String(operation)));
	return wants ? { ...node, credentials: { ...node.credentials, releaseGateN8nApi: n8nApi } } : node;
}

/**
 * The workflow with a note that tells the audit what the stand-ins are: a user of an own gateway writes the same, and it is part of
 * what is proven.
 */
export function declared(
	template: ReadyTemplate,
	urls: { readonly postmark: string; readonly generator: string },
): ReadyTemplate {
	const reason = 'A stand-in of this sandbox; it answers as the vendor does.';
	const hosts = [
		{ host: new URL(urls.generator).host, role: 'generator', items: 'same', reason },
		{ host: new URL(urls.postmark).host, role: 'sender', items: 'same', reason },
	];
	const content = `### Stand-ins\n\`\`\`release-gate-audit\n${JSON.stringify({ hosts })}\n\`\`\``;
	const note: WorkflowNode = {
		name: 'Stand-ins',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [-720, 900],
		parameters: { content, width: 560, height: 300 },
	};
	return { ...template, nodes: [...template.nodes, note] };
}

/** What a user does after the import: schedules, error workflow, the key for n8n, addresses of status pages. */
function prepared(
	template: ReadyTemplate,
	n8nApi: { id: string; name: string },
	status: StatusPages,
	n8nUrl: string,
): ReadyTemplate {
	const seconds = everySeconds[template.id];
	const nodes = template.nodes.map((given): WorkflowNode => {
		const node = withN8n(given, n8nApi);
		if (node.type === 'n8n-nodes-base.scheduleTrigger' && seconds !== undefined)
			return {
				...node,
				parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: seconds }] } },
			};
		if (node.name !== 'Set Config') return node;
		return configured(node, {
			n8nUrl: `${n8nUrl}/api/v1`,
			heartbeatUrl: '',
			...(template.id === 'ship-when-ready'
				? {
						hubspotUrl: status.url,
						hubspotStatusUrl: `${status.url}/status/hubspot/api/v2/status.json`,
						postmarkStatusUrl: `${status.url}/status/postmark/api/v1/status`,
						openaiStatusUrl: `${status.url}/status/openai/api/v2/status.json`,
					}
				: {}),
		});
	});
	const errors = template.id === spineWorkflow ? { errorWorkflow: 'delivery-errors' } : {};
	return { ...template, nodes, settings: { ...template.settings, ...errors } };
}

/** Starts everything, serves the first slot, and waits until its window is over and the monitor has looked. */
export async function startOneChangeWorld(contactCount = 4): Promise<OneChangeWorld> {
	const status = await openStatusPages(0);
	const world = await startWorld({ sandbox: 'one-change', contacts: 0, hubspotLimits: 'none' });
	const close = async (): Promise<void> => {
		await world.close();
		await status.close();
	};
	try {
		const { n8n, ports, standIns } = world;
		const verbs = ['read', 'list', 'update', 'create', 'delete', 'activate', 'deactivate'];
		const apiKey = await n8n.session.createApiKey(
			'release',
			verbs.map((verb) => `workflow:${verb}`),
		);
		const made = await n8n.session.call('POST', '/rest/credentials', {
			name: 'n8n itself',
			type: 'releaseGateN8nApi',
			data: { baseUrl: `http://127.0.0.1:${ports.n8n}/api/v1`, apiKey },
		});
		const n8nApi = { id: String(record(made.data).id), name: 'n8n itself' };
		for (const template of world.templates) {
			const ready = prepared(template, n8nApi, status, n8n.url);
			const urls = { postmark: standIns.postmark.url, generator: standIns.generator.url };
			await saveWorkflow(n8n.session, template.id === spineWorkflow ? declared(ready, urls) : ready);
		}
		for (const person of [engineer, lead]) await invite(n8n.session, person);
		const { hubspot } = sandboxCredentials;
		const clerk = new Clerk(n8n.session, {
			[hubspot.type]: { id: hubspot.id, name: hubspot.name },
			releaseGateN8nApi: n8nApi,
		});
		const contacts = addContacts(standIns, 0, contactCount);
		const anchor = DateTime.utc().startOf('minute');
		const { critical, defaults, also } = contentDeliveryMapping;
		await clerk.perform('configure', {
			node: 'release',
			parameters: {
				resource: 'spine',
				operation: 'configure',
				spine: sandboxSpine,
				timeZone: 'UTC',
				every: slot.every,
				anchor: anchor.toFormat("yyyy-MM-dd'T'HH:mm:ss"),
				mode: 'live',
				testRecipients: '',
				properties: {
					critical: critical.join(', '),
					also: also.join(', '),
					defaults: JSON.stringify(defaults),
				},
				advanced: { window: slot.window },
			},
		});
		for (const id of [...inService, spineWorkflow]) await publishWorkflow(n8n.session, id);
		const closes = anchor.toMillis() + slot.windowMs;
		while (standIns.postmark.admin.received().length < contacts.length) {
			if (Date.now() > closes)
				throw new SandboxProblem('The spine served nobody in its first slot.', 'See its executions in n8n.');
			await sleep(500);
		}
		// The budget is known once a slot is over and the monitor has looked at it.
		await sleep(Math.max(0, closes - Date.now()) + 25_000);
		const read = async (): Promise<WorkflowFile & { id: string }> => {
			const { name, nodes, connections, settings } = record(
				(await n8n.session.call('GET', `/rest/workflows/${spineWorkflow}`)).data,
			) as unknown as WorkflowFile;
			return { id: spineWorkflow, name, nodes, connections, settings };
		};
		return {
			...world,
			status,
			clerk,
			contacts,
			draft: read,
			edit: async (change) => {
				const now = await read();
				await saveWorkflow(n8n.session, {
					...now,
					...(JSON.parse(change(JSON.stringify(now))) as WorkflowFile & { id: string }),
				});
			},
			close,
		};
	} catch (problem) {
		await close();
		throw problem;
	}
}
