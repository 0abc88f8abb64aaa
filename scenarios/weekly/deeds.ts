import type { Instance } from '../../testbed/n8n/instance';
import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { SandboxProblem } from '../../testbed/problem';

/** Name of the product in the templates' Config nodes. */
export const product = 'roleferry';

const start = 'When clicked';

const node = (
	name: string,
	type: string,
	parameters: WorkflowNode['parameters'],
	at: number,
): WorkflowNode => ({
	name,
	type,
	typeVersion: type.endsWith('executeWorkflow') ? 1.1 : type.endsWith('.set') ? 3.4 : 1,
	position: [220 * at, 0],
	parameters,
});

/** Runs a small workflow of these nodes, one after the other, and returns what the last one gave. */
async function deed(
	n8n: Instance,
	id: string,
	nodes: readonly WorkflowNode[],
): Promise<Readonly<Record<string, unknown>>> {
	const all = [node(start, 'n8n-nodes-base.manualTrigger', {}, 0), ...nodes];
	const links = all.slice(0, -1).map(({ name }, at) => {
		return [name, { main: [[{ node: all[at + 1]?.name, type: 'main', index: 0 }]] }] as const;
	});
	const name = `Weekly demo: ${id.replaceAll('-', ' ')}`;
	const workflow = { id: `weekly-${id}`, name, nodes: [...all], connections: Object.fromEntries(links) };
	await saveWorkflow(n8n.session, workflow);
	const execution = await waitForExecution(n8n.session, await runWorkflow(n8n.session, workflow.id, start));
	const given = execution.items[all.at(-1)?.name ?? '']?.[0]?.[0];
	if (execution.status !== 'success' || typeof given !== 'object' || given === null)
		throw new SandboxProblem(
			`"${name}" ended with ${execution.status}: ${execution.error ?? 'no message'}.`,
			`See execution ${execution.id}.`,
		);
	return given as Readonly<Record<string, unknown>>;
}

const release = (parameters: WorkflowNode['parameters'], at = 1): WorkflowNode =>
	node('Release', 'n8n-nodes-release-gate.release', parameters, at);

/** Stores the preset of the doctrine as the product's policy, word for word. */
export async function setPolicy(n8n: Instance): Promise<void> {
	const preset = 'weekly-software-release';
	await deed(n8n, 'set-the-policy', [
		release({ resource: 'policy', operation: 'set', spine: product, preset, overrides: '{}' }),
	]);
}

/** One person's word for a release. */
export async function approve(n8n: Instance, id: string, person: string, role: string): Promise<void> {
	const word = { release: id, person, role, verdict: 'approved' };
	await deed(n8n, 'approve', [release({ resource: 'release', operation: 'approve', ...word })]);
}

/** Lets the smoke tests walk staging, which runs the previous version, and records the drill's certificate. */
export async function recordDrill(
	n8n: Instance,
	id: string,
	seconds: () => number,
	previous: string,
): Promise<string> {
	const order = { baseUrl: 'https://staging.example.com', release: '', check: 'rollback' };
	const tested = await deed(n8n, 'test-staging', [
		node('Order', 'n8n-nodes-base.set', { mode: 'raw', jsonOutput: JSON.stringify(order), options: {} }, 1),
		node(
			'Smoke Tests',
			'n8n-nodes-base.executeWorkflow',
			{
				source: 'database',
				workflowId: { __rl: true, mode: 'id', value: 'smoke-tests' },
				mode: 'once',
				options: { waitForSubWorkflow: true },
			},
			2,
		),
	]);
	const grounds = `Staging went back to ${previous} in ${seconds()} s. ${String(tested.grounds)}`;
	const answer = { machine: 'drill', check: 'rollback-tested', status: tested.status, grounds };
	await deed(n8n, 'record-the-drill', [
		release({ resource: 'release', operation: 'evidence', release: id, source: 'reported', ...answer }),
	]);
	return grounds;
}

/** The written account a hotfix owes. */
export async function writeAccount(n8n: Instance, id: string, account: string): Promise<void> {
	const request = { release: id, audience: 'internal', timeZone: 'America/Los_Angeles', account };
	await deed(n8n, 'write-the-account', [release({ resource: 'release', operation: 'notes', ...request })]);
}
