import type { Instance } from '../../testbed/n8n/instance';
import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { invite, signIn } from '../../testbed/n8n/people';
import type { Session } from '../../testbed/n8n/session';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
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

/** Who is who: the account of the login that merges. */
const people = { people: { accounts: { li: 'li@example.com' } } };

/** Stores the preset of the doctrine as the product's policy, word for word, with the accounts of its authors. */
export async function setPolicy(n8n: Instance): Promise<void> {
	const preset = 'weekly-software-release';
	await deed(n8n, 'set-the-policy', [
		release({
			resource: 'policy',
			operation: 'set',
			spine: product,
			preset,
			overrides: JSON.stringify(people),
		}),
	]);
}

const approvalForm = 'weekly-approve';

/** The form in which people give their word, each signed in with an account of their own. */
export async function openApprovals(n8n: Instance): Promise<void> {
	const field = (fieldLabel: string) => ({ fieldLabel, requiredField: true });
	const form = node(
		'Give My Word',
		'n8n-nodes-base.formTrigger',
		{
			authentication: 'n8nUserAuth',
			formTitle: 'Approve a release',
			formFields: { values: [field('release'), field('role')] },
			options: { path: approvalForm },
		},
		0,
	);
	const word = { release: '={{ $json.release }}', role: '={{ $json.role }}', verdict: 'approved' };
	await saveWorkflow(n8n.session, {
		id: approvalForm,
		name: 'Weekly demo: approve',
		nodes: [
			{ ...form, typeVersion: 2.6, webhookId: approvalForm },
			release({ resource: 'release', operation: 'approve', ...word }),
		],
		connections: { [form.name]: { main: [[{ node: 'Release', type: 'main', index: 0 }]] } },
	});
	await publishWorkflow(n8n.session, approvalForm);
}

const signedIn = new Map<string, Session>();

/** The session of a person of this name, who is invited when first asked. */
async function sessionOf(n8n: Instance, name: string): Promise<Session> {
	const known = signedIn.get(name);
	if (known !== undefined) return known;
	const [firstName = '', lastName = ''] = name.split(' ');
	const person = { firstName, lastName, email: `${firstName.toLowerCase()}@example.com` };
	await invite(n8n.session, person);
	const session = await signIn(n8n.url, person);
	signedIn.set(name, session);
	return session;
}

/** One person's word for a release, given in the form, signed in. @throws SandboxProblem unless the form was taken */
export async function approve(n8n: Instance, id: string, person: string, role: string): Promise<void> {
	const form = new FormData();
	form.append('field-0', id);
	form.append('field-1', role);
	await (await sessionOf(n8n, person)).submit(`/form/${approvalForm}`, form);
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
