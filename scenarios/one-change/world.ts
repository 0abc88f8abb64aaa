import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { connectOwnApi } from '../../testbed/n8n/own-api';
import { colleague, engineer, invite, lead } from '../../testbed/n8n/people';
import { record } from '../../testbed/n8n/session';
import {
	publishWorkflow,
	saveWorkflow,
	type WorkflowFile,
	type WorkflowNode,
} from '../../testbed/n8n/workflows';
import type { ScenarioClock } from '../../testbed/clock';
import { withNode, type Graph } from '../../testbed/graph';
import { prepared, type Chosen } from '../../testbed/prepared';
import { SandboxProblem } from '../../testbed/problem';
import { type GitHubAdmin, sandboxGitHubToken, startGitHub } from '../../testbed/standins/github';
import type { StandIn } from '../../testbed/standins/shared/server';
import { openStatusPages, type StatusPages } from '../../testbed/standins/status-pages';
import type { ReadyTemplate } from '../../testbed/templates';
import { startWorld, type World } from '../../testbed/world';
import { addContacts } from '../crash/world';

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

/** The rhythm of *Configure Spine* as shipped: every other day at nine in New York. */
const cadence = { zone: 'America/New_York', days: 2 } as const;

/** The anchor of *Configure Spine* as shipped. */
const shippedAnchor = '2026-11-02T09:00';

const dayMs = 86_400_000;

/** Who has which roles of the policy: what somebody writes into *Set Config*. */
const roles = JSON.stringify({
	[lead.email]: ['leadership'],
	[engineer.email]: ['engineering'],
	[colleague.email]: ['engineering'],
});

/** The first slot that opens after an instant. */
function slotAfter(instant: number, anchored = shippedAnchor): number {
	const anchor = DateTime.fromISO(anchored, { zone: cadence.zone });
	const passed = Math.max(0, Math.floor((instant - anchor.toMillis()) / (cadence.days * dayMs)));
	for (let days = passed * cadence.days; ; days += cadence.days) {
		const opens = anchor.plus({ days }).toMillis();
		if (opens > instant) return opens;
	}
}

/** A workflow as it is saved. */
export type Draft = WorkflowFile & { id: string };

/**
 * A real n8n with the templates of a release in service, with the rhythm and the schedules they are shipped with, under the
 * preset as it is; and people who release and approve. Everything lives by a clock that is moved ahead where everybody waits.
 */
export interface OneChangeWorld extends World {
	readonly clock: ScenarioClock;
	readonly status: StatusPages;
	/** Where the team's documents stand. */
	readonly github: StandIn<GitHubAdmin>;
	/** Ids of the contacts, all of them due in every slot. */
	readonly contacts: readonly string[];
	/** The workflow of the spine as it is saved. */
	draft(): Promise<Draft>;
	/** Changes the draft as somebody in the editor does: what is published stays. */
	edit(change: (graph: Graph) => Graph): Promise<void>;
	/** Ids of the version that is published, and of the draft. */
	versions(): Promise<{ readonly published: string; readonly draft: string }>;
	/** Moves the clock ahead and waits until nothing works any more. */
	passTo(instant: number): Promise<void>;
	/** Tells that the spine has another anchor from now on: slots open by it. */
	anchoredAt(anchor: string): void;
	/** Starts a node of the package by hand, in a workflow of its own, as somebody does in the editor. */
	byHand(parameters: Record<string, unknown>): Promise<void>;
	/** Plays on until the next slot has opened and everybody was served, and the first full hour after it. */
	passSlot(): Promise<void>;
}

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

/** Longest that n8n may work on what a moved clock started. */
const settleMs = 180_000;

/** Waits until nothing works in n8n: three looks in a row. */
async function settle({ n8n }: World): Promise<void> {
	const filter = encodeURIComponent(JSON.stringify({ status: ['new', 'running'] }));
	const giveUpAt = Date.now() + settleMs;
	for (let quiet = 0; quiet < 3; await sleep(250)) {
		if (Date.now() > giveUpAt)
			throw new SandboxProblem('n8n works on and on.', `See ${n8n.process.logFile}.`);
		const answer = record((await n8n.session.call('GET', `/rest/executions?filter=${filter}&limit=20`)).data);
		quiet = Array.isArray(answer.results) && answer.results.length === 0 ? quiet + 1 : 0;
	}
}

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
async function furnish(world: World, status: StatusPages, github: StandIn<GitHubAdmin>): Promise<void> {
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

/** What is done with the running n8n and its clock. */
function hands(
	world: World & { readonly clock: ScenarioClock },
): Pick<OneChangeWorld, 'draft' | 'edit' | 'versions' | 'passTo' | 'byHand'> {
	const { n8n, clock } = world;
	const state = async () => record((await n8n.session.call('GET', `/rest/workflows/${spineWorkflow}`)).data);
	const draft = async (): Promise<Draft> => {
		const { name, nodes, connections, settings } = (await state()) as unknown as WorkflowFile;
		return { id: spineWorkflow, name, nodes, connections, settings };
	};
	return {
		draft,
		edit: async (change) => {
			const now = await draft();
			const { nodes, connections } = change(now);
			await saveWorkflow(n8n.session, { ...now, nodes: [...nodes], connections: { ...connections } });
		},
		versions: async () => {
			const { activeVersionId, versionId } = await state();
			return { published: String(activeVersionId), draft: String(versionId) };
		},
		byHand: async (parameters) => {
			const trigger: WorkflowNode = {
				name: 'Start by Hand',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			};
			const node: WorkflowNode = {
				...trigger,
				name: 'Release',
				type: 'n8n-nodes-release-gate.release',
				position: [240, 0],
				parameters,
			};
			await saveWorkflow(n8n.session, {
				id: 'by-hand',
				name: 'By hand',
				nodes: [trigger, node],
				connections: { [trigger.name]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
			});
			const { status, error } = await waitForExecution(
				n8n.session,
				await runWorkflow(n8n.session, 'by-hand', trigger.name),
			);
			if (status !== 'success')
				throw new SandboxProblem(`What was started by hand failed: ${error ?? status}.`, 'See n8n.');
		},
		passTo: async (instant) => {
			clock.moveTo(instant);
			// n8n looks at the clock every 20 ms, and writes a new execution a moment later.
			await sleep(1_000);
			await settle(world);
		},
	};
}

const hourMs = 3_600_000;

/** As many readers as one clean slot needs for the monitor's sequential test to settle (73 under the preset), and a few more. */
const readers = 80;

/** Starts everything, serves two slots, so that one is over, and lets the monitor look. */
export async function startOneChangeWorld(
	contactCount = readers,
	sandbox: 'one-change' | 'start' = 'one-change',
): Promise<OneChangeWorld> {
	const status = await openStatusPages(0);
	const github = await startGitHub();
	const first = slotAfter(Date.now());
	const startsAt = first - 10 * 60_000;
	const options = { sandbox, contacts: 0, hubspotLimits: 'none', startsAt } as const;
	const started = await startWorld(options).catch(async (problem: unknown) => {
		await Promise.all([status.close(), github.close()]);
		throw problem;
	});
	const close = async (): Promise<void> => {
		await started.close();
		await Promise.all([status.close(), github.close()]);
	};
	try {
		const { clock, standIns } = started;
		if (clock === null) throw new SandboxProblem('The world has no clock.', 'Start it at an instant.');
		const world = { ...started, clock };
		await furnish(world, status, github);
		const contacts = addContacts(standIns, 0, contactCount, clock.now());
		const handed = hands(world);
		let anchor: string = shippedAnchor;
		const anchoredAt = (next: string): void => {
			anchor = next;
		};
		const passSlot = async (): Promise<void> => {
			const opens = slotAfter(clock.now(), anchor);
			await handed.passTo(opens + 1_000);
			await handed.passTo(opens + hourMs + 1_000);
		};
		for (const slot of [1, 2]) {
			await passSlot();
			const served = standIns.postmark.admin.received().length;
			if (served !== slot * contacts.length)
				throw new SandboxProblem(
					`After slot ${slot} ${served} emails had left, not ${slot * contacts.length}.`,
					'See the executions of the spine in n8n.',
				);
		}
		return { ...world, ...handed, status, github, contacts, anchoredAt, passSlot, close };
	} catch (problem) {
		await close();
		throw problem;
	}
}
