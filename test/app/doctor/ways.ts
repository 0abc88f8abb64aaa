import { DatabaseSync } from 'node:sqlite';
import { gateError } from '../../../core/errors';
import {
	letAsk,
	letRun,
	owe,
	release,
	postgres,
	idOf,
	withNode,
	setField,
	SPINE,
	HOUR,
	host,
	start,
	spineName,
	type Patient,
} from './patient';

/** Ways to break an installation, each with the cause that must be named. */
export const ways: readonly (readonly [
	cause: string,
	how: string,
	breakIt: (patient: Patient) => Promise<void> | void,
])[] = [
	[
		'package-missing',
		'the package is not loaded after an upgrade of n8n',
		({ n8n }) => void (n8n.package = false),
	],
	[
		'workflow-gone',
		'somebody deletes a workflow',
		async (patient) => await patient.n8n.remove(idOf(patient, 'Flag rollout')),
	],
	[
		'called-gone',
		'a called workflow was imported anew and has another id',
		({ change }) =>
			change('Release a change', (nodes) =>
				nodes.map((node) =>
					node.type === 'n8n-nodes-base.set' && JSON.stringify(node.parameters).includes('shipWorkflow')
						? setField('shipWorkflow', 'nGone0000000000x')(node)
						: node,
				),
			),
	],
	[
		'called-off',
		'a called workflow is taken out of service',
		async (patient) => await patient.n8n.unpublish(idOf(patient, 'Rollback')),
	],
	[
		'no-error-workflow',
		'the error workflow is not chosen',
		({ change }) => change(spineName, (nodes) => nodes, { errorWorkflow: '' }),
	],
	[
		'error-workflow-off',
		'the error workflow is taken out of service',
		async (patient) => await patient.n8n.unpublish(idOf(patient, 'Delivery errors')),
	],
	[
		'credential-missing',
		'a node lost its credential',
		({ change }) =>
			change(
				spineName,
				withNode('Send Email', ({ credentials: _none, ...node }) => node),
			),
	],
	[
		'credential-gone',
		'a credential was deleted',
		async ({ n8n }) => {
			const [id = ''] = [...n8n.held.credentials].find(([, { type }]) => type === 'postmarkApi') ?? [];
			await n8n.removeCredential(id);
		},
	],
	[
		'credential-refused',
		'a key ran out',
		({ n8n }) => void n8n.refused.set('openAiApi', 'Incorrect API key provided'),
	],
	[
		'no-trigger',
		'the schedule was switched off while debugging',
		({ change }) =>
			change(
				spineName,
				withNode('Check Every 15 Minutes', (node) => ({ ...node, disabled: true })),
			),
	],
	[
		'schedule-silent',
		'n8n lost the schedule of another workflow over a restart',
		(patient) => {
			const id = idOf(patient, 'Reconcile');
			const kept = patient.n8n.held.runs.filter((one) => one.workflow !== id || one.startedAt < start - HOUR);
			patient.n8n.held.runs.splice(0, Infinity, ...kept);
		},
	],
	[
		'not-asking',
		'n8n lost the schedule of the spine over a restart',
		(patient) => {
			patient.now = start + HOUR;
			letRun(patient.n8n, patient.now);
		},
	],
	[
		'not-asking',
		'the spine asks another ledger',
		async (patient) => void (await patient.ledger.records.remove('asked', [idOf(patient, spineName)])),
	],
	['runs-failing', 'every run fails', ({ n8n }) => letRun(n8n, start, 'error')],
	[
		'runs-failing',
		'every run of the spine fails, of which n8n keeps no good ones',
		(patient) => {
			const workflow = idOf(patient, spineName);
			const failed = [3, 18, 33].map((minutes) => {
				const seen = { id: `failed-${minutes}`, status: 'error', error: null, first: {} };
				return { id: seen.id, workflow, status: 'error', startedAt: patient.now - minutes * 60_000, seen };
			});
			patient.n8n.held.runs.unshift(...failed);
		},
	],
	[
		'good-runs-kept',
		'the settings of the spine let n8n keep good runs',
		({ change }) => change(spineName, (nodes) => nodes, { saveDataSuccessExecution: 'all' }),
	],
	[
		'good-runs-kept',
		'the settings of Provider events leave it to n8n',
		({ change }) => change('Provider events', (nodes) => nodes, { saveDataSuccessExecution: 'DEFAULT' }),
	],
	[
		'progress-saved',
		'the settings of the spine let n8n save its progress',
		({ change }) => change(spineName, (nodes) => nodes, { saveExecutionProgress: true }),
	],
	[
		'runs-never-deleted',
		'n8n was told to delete no executions',
		(patient) => void (patient.host = { ...host, deletesRuns: false }),
	],
	[
		'failed-runs-not-kept',
		'failed runs are not kept',
		({ change }) => change(spineName, (nodes) => nodes, { saveDataErrorExecution: 'none' }),
	],
	[
		'spine-twice',
		'the spine was imported a second time and published too',
		async (patient) => {
			const spine = patient.n8n.held.workflows.get(idOf(patient, spineName));
			if (!spine?.published) throw new Error('no spine');
			const id = await patient.n8n.create({ ...spine.published, name: 'Content delivery spine (copy)' });
			await patient.n8n.publish(id);
		},
	],
	[
		'two-ledgers',
		'one node was given another ledger',
		({ change, n8n }) => {
			n8n.held.credentials.set('nLedger', { name: 'Ledger', type: 'releaseGateLedgerApi', data: {} });
			change(
				spineName,
				withNode('Commit Delivery', (node) => ({
					...node,
					credentials: { ...node.credentials, releaseGateLedgerApi: { id: 'nLedger', name: 'Ledger' } },
				})),
			);
		},
	],
	[
		'sender-placeholder',
		'the sender was left as shipped',
		({ change }) =>
			change(spineName, withNode('Set Config', setField('fromAddress', 'Content <content@example.com>'))),
	],
	[
		'path-twice',
		'two workflows listen at one webhook',
		async (patient) => {
			const events = patient.n8n.held.workflows.get(idOf(patient, 'Provider events'));
			if (!events?.published) throw new Error('no events');
			await patient.n8n.publish(await patient.n8n.create({ ...events.published, name: 'Provider events 2' }));
		},
	],
	[
		'setup-leftover',
		'a set-up was cut off while n8n ran something for it',
		async ({ n8n, now }) => {
			const id = await n8n.create({
				name: 'Release gate set-up: rehearse the spine (deletes itself)',
				nodes: [
					{
						name: 'Receive Call',
						type: 'n8n-nodes-base.webhook',
						parameters: { path: 'release-gate-abc' },
					},
				],
				connections: {},
				settings: {},
			});
			await n8n.publish(id);
			n8n.held.workflows.set(id, { ...n8n.held.workflows.get(id)!, updatedAt: now - HOUR });
		},
	],
	[
		'worker-without-package',
		'a worker came without the package',
		({ n8n, now }) => {
			const error = 'Unrecognized node type: n8n-nodes-release-gate.dueDeliveries';
			const [workflow = ''] = [...n8n.held.workflows.values()]
				.filter(({ name }) => name === spineName)
				.map(({ id }) => id);
			const seen = { id: 'failed-1', status: 'error', error, first: {} };
			n8n.held.runs.unshift({ id: seen.id, workflow, status: 'error', startedAt: now - 1_000, seen });
		},
	],
	['clock-off', "n8n's clock is five minutes ahead", ({ n8n }) => void (n8n.skewMs = 300_000)],
	[
		'heartbeat-missing',
		'nobody set a heartbeat',
		({ change }) => change('Stabilization monitor', withNode('Set Config', setField('heartbeatUrl', ''))),
	],
	[
		'model-retires',
		'the model retires in a month',
		(patient) => void (patient.retires = new Map([['gpt-6-luna', start + 30 * 24 * HOUR]])),
	],
	[
		'spine-off',
		'the spine is live and its workflow is not',
		async (patient) => await patient.n8n.unpublish(idOf(patient, spineName)),
	],
	[
		'ledger-closed',
		'the database refuses',
		(patient) => void (patient.closed = gateError('ledger-not-named')),
	],
	[
		'chain-broken',
		'somebody changed an event by hand',
		async ({ file, ledger: held }) => {
			while ((await held.events.seal()) > 0);
			const database = new DatabaseSync(file);
			database.exec("UPDATE events SET sentence = 'Nothing happened.' WHERE position = 1");
			database.close();
		},
	],
	[
		'spine-unknown',
		'the name of the spine was mistyped',
		({ change }) => change(spineName, withNode('Set Config', setField('spine', 'content-delivry'))),
	],
	[
		'spine-paused',
		'a pause was forgotten',
		async (patient) => {
			await patient.ledger.spines.pause(SPINE, 'for a moment', 'test');
			patient.now = start + 25 * HOUR;
			letRun(patient.n8n, patient.now);
			await letAsk(patient.n8n, patient.ledger, patient.now);
		},
	],
	[
		'ungated-change',
		'a draft was published past the gate',
		async (patient) => {
			await release(patient);
			patient.change(
				spineName,
				withNode('Send Email', (node) => ({ ...node, parameters: { ...node.parameters, subject: 'Hello' } })),
			);
		},
	],
	[
		'slot-missed',
		'a slot passed and nothing was sent',
		async (patient) => {
			await owe(patient, '101');
			patient.now = start + 3 * 24 * HOUR;
			await patient.ledger.deliveries.sweep(SPINE);
			letRun(patient.n8n, patient.now);
			await letAsk(patient.n8n, patient.ledger, patient.now);
		},
	],
	[
		'no-reconcile',
		'Reconcile is out of service',
		async (patient) => await patient.n8n.unpublish(idOf(patient, 'Reconcile')),
	],
	[
		'no-monitor',
		'the monitor is out of service',
		async (patient) => await patient.n8n.unpublish(idOf(patient, 'Stabilization monitor')),
	],
	['database-rights', 'somebody took a right away', postgres({ lacks: ['UPDATE on deliveries'] })],
	['database-read-only', 'the credential names a standby', postgres({ readOnly: true })],
	[
		'database-connections',
		'connections ran out',
		postgres({ connections: [{ of: 'server', most: 97, used: 95 }] }),
	],
	['database-clock-off', "the database's clock stands still", postgres({ clockSkewMs: -300_000 })],
	['database-upgrade', 'another role owns the tables', postgres({ mayMigrate: false })],
	['database-superuser', 'the ledger is used as postgres', postgres({ role: 'postgres', superuser: true })],
	['n8n-too-old', 'n8n is from last year', (patient) => void (patient.host = { ...host, n8n: '1.97.1' })],
	['node-too-old', 'Node 20 and SQLite', (patient) => void (patient.host = { ...host, node: '20.20.0' })],
	[
		'sqlite-in-queue-mode',
		'n8n went to queue mode',
		(patient) => void (patient.host = { ...host, executionsMode: 'queue' }),
	],
	[
		'package-not-admitted',
		'n8n 3 without its flag',
		(patient) => void (patient.host = { ...host, n8n: '3.0.1', admitsPackage: false }),
	],
	[
		'encryption-key-made-up',
		'the key lies in the folder only',
		(patient) => void (patient.host = { ...host, ownEncryptionKey: false }),
	],
];
