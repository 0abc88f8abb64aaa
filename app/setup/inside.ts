import type { JsonObject } from '../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../core/errors';
import type { SetupNode, SetupWorkflow } from '../../core/setup/types';
import type { InstalledWorkflow } from '../ports/installation';
import type { SetupPorts } from './ports';

/** A node of an errand; it stands where its place in the list puts it. */
export interface ErrandNode {
	readonly name: string;
	readonly type: string;
	readonly typeVersion: number;
	readonly parameters: JsonObject;
	readonly credentials?: JsonObject;
}

/** What n8n is asked to do in a workflow that lives for as long as it takes. */
export interface Errand {
	/** For the error, e.g. `configure the spine`. */
	readonly what: string;
	/** Nodes one after the other; the first follows the trigger. */
	readonly nodes: readonly ErrandNode[];
	readonly patienceMs: number;
}

const TRIGGER = 'Receive Call';

/** n8n opens a webhook a moment after the workflow was published, on each main. */
const MOST_CALLS = 30;
const LOOK_MS = 500;

const over = (status: string): boolean => !['new', 'running', 'waiting', 'unknown'].includes(status);

const NAME = /^Release gate set-up: .+ \(deletes itself\)$/;

/** Whether a workflow is one of these: left behind where n8n, the network or the set-up ended in between. */
export const isErrand = ({ name, nodes }: Pick<InstalledWorkflow, 'name' | 'nodes'>): boolean =>
	NAME.test(name) &&
	nodes.some(
		({ name: node, parameters: { path } }) =>
			node === TRIGGER && typeof path === 'string' && path.startsWith('release-gate-'),
	);

function workflowOf(what: string, path: string, nodes: Errand['nodes']): SetupWorkflow {
	const trigger: SetupNode = {
		id: path.slice(0, 16),
		webhookId: path,
		name: TRIGGER,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 0],
		parameters: { httpMethod: 'POST', path, authentication: 'none', responseMode: 'onReceived', options: {} },
	};
	const chain = [
		trigger,
		...nodes.map((node, at): SetupNode => ({ ...node, id: `errand-${at}`, position: [220 * (at + 1), 0] })),
	];
	const connections = Object.fromEntries(
		chain
			.slice(1)
			.map(({ name }, at) => [String(chain[at]?.name), { main: [[{ node: name, type: 'main', index: 0 }]] }]),
	) as JsonObject;
	return {
		name: `Release gate set-up: ${what} (deletes itself)`,
		nodes: chain,
		connections,
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all' },
	};
}

/** Takes it out of service and deletes it, its runs with it. Throws what n8n refuses. */
export async function removeErrand(n8n: SetupPorts['n8n'], id: string): Promise<void> {
	await n8n.unpublish(id);
	await n8n.remove(id);
}

/** Calls the workflow until it hears, and waits until its run is over. */
async function ran(
	{ n8n, now, wait }: SetupPorts,
	{ what, nodes, patienceMs }: Errand,
	id: string,
	path: string,
): Promise<JsonObject> {
	let status = 0;
	for (let calls = 0; calls < MOST_CALLS; calls += 1) {
		status = await n8n.call(path);
		if (status !== 0 && status !== 404) break;
		await wait(LOOK_MS);
	}
	if (status < 200 || status >= 300)
		throw gateError('setup-webhook-silent', { address: `/webhook/${path}`, status: status || 'no answer' });
	for (const giveUpAt = now() + patienceMs; ; await wait(LOOK_MS)) {
		const [latest] = await n8n.runs(id);
		if (latest !== undefined && over(latest.status)) {
			const run = await n8n.run(latest.id);
			const given = run?.first[nodes.at(-1)?.name ?? ''];
			if (run?.status === 'success' && given !== undefined) return given;
			const reason =
				run?.error ?? (run?.status === 'success' ? 'it gave nothing' : `it ended with ${run?.status}`);
			throw gateError('setup-step-failed', { what, reason });
		}
		if (now() > giveUpAt)
			throw gateError('setup-step-failed', {
				what,
				reason: `it took longer than ${patienceMs / 60_000} minutes`,
			});
	}
}

/**
 * Lets n8n itself run nodes, since its public API runs no workflow: a workflow with a webhook at a random path is made,
 * published, called once and deleted with its runs. So what is done is done where the nodes will run, under n8n's own
 * credentials and ledger, on a worker in queue mode.
 *
 * @returns the first item that the last node gave
 * @throws `setup-webhook-silent`, `setup-step-failed`
 */
export async function runInside(ports: SetupPorts, errand: Errand): Promise<JsonObject> {
	const { n8n, secret } = ports;
	const path = `release-gate-${secret()}`;
	const id = await n8n.create(workflowOf(errand.what, path, errand.nodes));
	try {
		await n8n.publish(id);
		const given = await ran(ports, errand, id, path);
		await removeErrand(n8n, id);
		return given;
	} catch (error) {
		// Why it failed is what a person must know; what is left behind the next set-up, --undo and doctor find.
		await removeErrand(n8n, id).catch((left: unknown) => {
			if (!(left instanceof ReleaseGateError)) throw left;
		});
		throw error;
	}
}
