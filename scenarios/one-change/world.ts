import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { record } from '../../testbed/n8n/session';
import { saveWorkflow, type WorkflowFile, type WorkflowNode } from '../../testbed/n8n/workflows';
import type { ScenarioClock } from '../../testbed/clock';
import type { Graph } from '../../testbed/graph';
import { SandboxProblem } from '../../testbed/problem';
import { type GitHubAdmin, startGitHub } from '../../testbed/standins/github';
import type { StandIn } from '../../testbed/standins/shared/server';
import { openStatusPages, type StatusPages } from '../../testbed/standins/status-pages';
import { startWorld, type World } from '../../testbed/world';
import { addContacts } from '../crash/world';
import { furnish, spineWorkflow } from './furnish';

/** The rhythm of *Configure Spine* as shipped: every other day at nine in New York. */
const cadence = { zone: 'America/New_York', days: 2 } as const;

/** The anchor of *Configure Spine* as shipped. */
const shippedAnchor = '2026-11-02T09:00';

const dayMs = 86_400_000;

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
