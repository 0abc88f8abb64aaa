import { setTimeout as sleep } from 'node:timers/promises';
import { record } from '../../testbed/n8n/session';
import { sandboxSpine } from '../../testbed/operate';
import { SandboxProblem } from '../../testbed/problem';
import { manifestOf, type Graph, type TriedRelease } from './releases';
import { spineWorkflow, type BadReleaseWorld } from './world';

/** The gate is asked again until its readings and the monitor's last look suit it. */
const gatePatienceMs = 120_000;

/** The draft of the spine's workflow, as the editor shows it. */
export async function draftOf({ n8n }: BadReleaseWorld): Promise<Graph> {
	const answer = record((await n8n.session.call('GET', `/rest/workflows/${spineWorkflow}`)).data);
	return { nodes: answer.nodes as Graph['nodes'], connections: record(answer.connections) };
}

const release = (
	operation: string,
	parameters: object,
): { node: string; parameters: Record<string, unknown> } => ({
	node: 'release',
	parameters: { resource: 'release', operation, ...parameters },
});

/** Opens the release and captures the last known good state. */
export async function prepare(
	{ clerk }: BadReleaseWorld,
	tried: TriedRelease,
	artifacts: Readonly<Record<string, string>>,
): Promise<void> {
	await clerk.perform('open', {
		...release('open', { manifestField: 'manifest' }),
		item: { manifest: manifestOf(tried, artifacts) },
	});
	const [refused] = await clerk.perform('capture', {
		node: 'rollbackSnapshot',
		parameters: {
			operation: 'capture',
			release: tried.id,
			spine: sandboxSpine,
			contactsFrom: 'spine',
			properties: 'cc_profile_topic, cc_profile_audience',
			workflowIds: spineWorkflow,
			definitions: true,
		},
	});
	if (refused?.length) throw new SandboxProblem(`No snapshot: ${JSON.stringify(refused[0])}`, 'See n8n.');
}

/** Changes as the node takes them. */
export const changeListOf = (
	{ slots, rhythm }: BadReleaseWorld,
	tried: TriedRelease,
	now: Graph,
): Record<string, unknown> => {
	const { graph, spine } = tried.change(now, rhythm, slots.anchor);
	return { ...(graph ? { workflows: [{ id: spineWorkflow, graph }] } : {}), ...(spine ? { spine } : {}) };
};

/** Asks the gate, deploys, applies the changes through n8n's public API, and hands over to the monitor. */
export async function ship(world: BadReleaseWorld, tried: TriedRelease): Promise<void> {
	const { clerk } = world;
	const changes = changeListOf(world, tried, await draftOf(world));
	await untilItShips(world, tried);
	await clerk.perform('deploy', release('promote', { release: tried.id, stage: 'deploying' }));
	const [refused] = await clerk.perform('apply', {
		node: 'rollbackSnapshot',
		parameters: { operation: 'apply', release: tried.id, changes: JSON.stringify(changes) },
	});
	if (refused?.length)
		throw new SandboxProblem(`${tried.id} was not applied: ${JSON.stringify(refused[0])}`, 'See n8n.');
	await clerk.perform('watch', release('promote', { release: tried.id, stage: 'monitoring' }));
}

async function untilItShips({ clerk }: BadReleaseWorld, tried: TriedRelease): Promise<void> {
	const giveUpAt = Date.now() + gatePatienceMs;
	for (;;) {
		const at = Date.now();
		const readings = { apiCallsLeft: { value: 1, at }, newContactsLastHour: { value: 0, at } };
		const [held, shipped] = await clerk.perform('gate', {
			node: 'releaseGate',
			parameters: { operation: 'evaluate', release: tried.id, readingsField: 'readings' },
			item: { readings },
		});
		if (shipped?.length) return;
		if (Date.now() > giveUpAt)
			throw new SandboxProblem(
				`The gate holds ${tried.id}: ${String(record(held?.[0]?.releaseGate).message)}`,
				'Mend what it names.',
			);
		await sleep(2_000);
	}
}
