import { setTimeout as sleep } from 'node:timers/promises';
import { n8nHost } from '../../adapters/n8n/host';
import type { WorkflowHost } from '../../app/ports/workflows';
import { parseWorkflow, workflowIdentity } from '../../core/audit';
import type { parseManifest } from '../../core/release/manifest';
import { record } from '../../testbed/n8n/session';
import { sandboxSpine } from '../../testbed/operate';
import { SandboxProblem } from '../../testbed/problem';
import type { Graph } from '../../testbed/graph';
import { manifestOf, type TriedRelease } from './releases';
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
	shipped: Pick<ReturnType<typeof parseManifest>, 'workflow' | 'artifacts'>,
): Promise<void> {
	await clerk.perform('open', {
		...release('open', { manifestField: 'manifest' }),
		item: { manifest: { ...manifestOf(tried, {}), ...shipped } },
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

/** n8n's public API, as the package itself calls it. */
export function hostOf({ n8n, apiKey }: BadReleaseWorld): WorkflowHost {
	const base = `${n8n.url}/api/v1`;
	return n8nHost(async (method, path, query, body) => {
		const url = `${base}${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`;
		const headers = { 'X-N8N-API-KEY': apiKey, 'content-type': 'application/json' };
		const answer = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
		return { status: answer.status, body: await answer.json() };
	}, new URL(base).host);
}

/** What a release ships, for its manifest: the version that runs already, or the nodes that it brings, and the hash. */
export async function shippedBy(
	world: BadReleaseWorld,
	tried: TriedRelease,
): Promise<Pick<ReturnType<typeof parseManifest>, 'workflow' | 'artifacts'>> {
	const { graph } = tried.change(await draftOf(world), world.rhythm, world.slots.anchor);
	const state = await hostOf(world).read(spineWorkflow);
	const runs = graph ?? state?.published;
	if (!state || !runs) throw new SandboxProblem('Nothing of the spine is published.', 'Publish it first.');
	const { settings, pinData = {} } = state;
	const { nodes, connections } = runs;
	const workflow = parseWorkflow({ id: spineWorkflow, nodes, connections, settings, pinData }, tried.id);
	return {
		workflow: { id: spineWorkflow, with: [], ...(graph ? {} : { version: state.published?.versionId }) },
		artifacts: { workflow: workflowIdentity(workflow) },
	};
}

/** Asks the gate, ships through n8n's public API, and hands over to the monitor. */
export async function ship(world: BadReleaseWorld, tried: TriedRelease): Promise<void> {
	const { clerk } = world;
	const changes = changeListOf(world, tried, await draftOf(world));
	await untilItShips(world, tried);
	const [shipped] = await clerk.perform(
		'ship',
		release('ship', { release: tried.id, changes: JSON.stringify(changes) }),
	);
	const done = record(shipped?.[0]);
	if (done.asProven !== true || done.stage !== 'monitoring')
		throw new SandboxProblem(`${tried.id} was not shipped: ${JSON.stringify(done)}`, 'See n8n.');
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
