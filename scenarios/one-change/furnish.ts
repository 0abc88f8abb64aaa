import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { connectOwnApi } from '../../testbed/n8n/own-api';
import { colleague, engineer, invite, lead } from '../../testbed/n8n/people';
import { record } from '../../testbed/n8n/session';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { withNode } from '../../testbed/graph';
import { prepared, type Chosen } from '../../testbed/prepared';
import { SandboxProblem } from '../../testbed/problem';
import { type GitHubAdmin, sandboxGitHubToken } from '../../testbed/standins/github';
import type { StandIn } from '../../testbed/standins/shared/server';
import type { StatusPages } from '../../testbed/standins/status-pages';
import type { ReadyTemplate } from '../../testbed/templates';
import type { World } from '../../testbed/world';

/** The workflow that is changed. */
export const spineWorkflow = 'content-delivery-spine';

/** Templates that are in service beside the spine. */
const inService = [
	'delivery-errors',
	'rollback',
	'stabilization-monitor',
	'dry-run',
	'gate-readings',
	'ship-when-ready',
	'approve-a-change',
	'tell-people',
	'release-a-change',
	'roll-back-a-release',
	'hotfix-account',
];

/** Who has which roles of the policy: what somebody writes into *Set Config*. */
const roles = JSON.stringify({
	[lead.email]: ['leadership'],
	[engineer.email]: ['engineering'],
	[colleague.email]: ['engineering'],
});

/**
 * The workflow with a note that tells the audit what the stand-ins are: a user of an own gateway writes the same, and it is part of
 * what is proven.
 */
function declared(
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

/** The spine's template as somebody has set it up who is done with trying: live. */
const live = (template: ReadyTemplate): ReadyTemplate => ({
	...template,
	...(withNode(template, 'Configure Spine', (of) => ({ ...of, mode: 'live' })) as Pick<
		ReadyTemplate,
		'nodes' | 'connections'
	>),
});

/** The template without its node for mail: who tells people in a channel turns it off, since n8n publishes no node without its key. */
const withoutMail = (template: ReadyTemplate): ReadyTemplate => ({
	...template,
	nodes: template.nodes.map((node) =>
		node.type === 'n8n-nodes-base.emailSend' ? { ...node, disabled: true } : node,
	),
});

/** What is chosen of a template: the key for n8n, roles, and the addresses of status pages. */
const chosenFor = (id: string, n8nApi: Chosen['n8nApi'], status: StatusPages, n8nUrl: string): Chosen => ({
	n8nApi,
	alarmed: id === spineWorkflow,
	config: {
		n8nUrl: `${n8nUrl}/api/v1`,
		formUrl: `${n8nUrl}/form/hotfix-account`,
		roles,
		documentsWorkflow: 'read-documents',
		...(id === 'gate-readings'
			? {
					hubspotUrl: status.url,
					hubspotStatusUrl: `${status.url}/status/hubspot/api/v2/status.json`,
					postmarkStatusUrl: `${status.url}/status/postmark/api/v1/status`,
					openaiStatusUrl: `${status.url}/status/openai/api/v2/status.json`,
				}
			: {}),
	},
});

/** *Read documents* with a key for the team's repository, as its set-up asks. */
async function withDocuments({ n8n, templates }: World, { url }: StandIn<GitHubAdmin>): Promise<void> {
	const type = 'githubApi';
	const data = { server: url, user: 'docs', accessToken: sandboxGitHubToken };
	const made = await n8n.session.call('POST', '/rest/credentials', { name: 'GitHub', type, data });
	const credential = { id: String(record(made.data).id), name: 'GitHub' };
	const template = templates.find(({ id }) => id === 'read-documents');
	if (template === undefined)
		throw new SandboxProblem('There is no template read-documents.', 'See workflows/.');
	const nodes = template.nodes.map((node) =>
		node.type === 'n8n-nodes-base.github' ? { ...node, credentials: { [type]: credential } } : node,
	);
	await saveWorkflow(n8n.session, { ...template, nodes });
	await publishWorkflow(n8n.session, template.id);
}

/** Saves the templates as set up, invites people, and puts everything in service. */
export async function furnish(
	world: World,
	status: StatusPages,
	github: StandIn<GitHubAdmin>,
): Promise<void> {
	const { n8n, standIns } = world;
	const { credential } = await connectOwnApi(n8n.session, 'release');
	const urls = { postmark: standIns.postmark.url, generator: standIns.generator.url };
	for (const template of world.templates) {
		const ready = prepared(withoutMail(template), chosenFor(template.id, credential, status, n8n.url));
		await saveWorkflow(n8n.session, template.id === spineWorkflow ? declared(live(ready), urls) : ready);
	}
	await withDocuments(world, github);
	for (const person of [engineer, lead, colleague]) await invite(n8n.session, person);
	const setUp = await waitForExecution(
		n8n.session,
		await runWorkflow(n8n.session, spineWorkflow, 'Start Set-Up by Hand'),
	);
	if (setUp.status !== 'success')
		throw new SandboxProblem(`The spine was not set up: ${setUp.error ?? setUp.status}.`, 'See n8n.');
	for (const id of [...inService, spineWorkflow]) await publishWorkflow(n8n.session, id);
}
