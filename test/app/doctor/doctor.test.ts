import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { checks, diagnose, type DoctorPorts, type Finding } from '../../../app/doctor';
import type { HostFacts } from '../../../app/doctor/facts';
import type { Ledger } from '../../../app/ledger/api';
import { recordReleased } from '../../../app/release';
import { applySetup } from '../../../app/setup/apply';
import type { Answers } from '../../../app/setup/answers';
import { planSetup } from '../../../app/setup/plan';
import type { Installed, SetupStore } from '../../../app/setup/ports';
import { readSlots, readTemplates } from '../../../cli/setup/package-files';
import { setupStore } from '../../../cli/setup/store';
import type { JsonObject } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { readRhythm } from '../../../core/setup/rhythm';
import { templatesOf } from '../../../core/setup/sets';
import type { SetupNode } from '../../../core/setup/types';
import { PlayedN8n } from '../../../testbed/setup/played-n8n';

const SPINE = 'content-delivery';
const HOUR = 3_600_000;
const start = Date.parse('2026-11-30T12:00:00Z');
const slots = readSlots();
const templates = templatesOf(readTemplates(), ['delivery', 'release']);
const given = (name: string) => ({ name, data: { key: name } });
const words = 'every 2 days at 9:00 New York';
const answers: Answers = {
	sets: ['delivery', 'release'],
	templates,
	slots,
	version: '0.1.0',
	spine: SPINE,
	rhythm: readRhythm(words, start),
	rhythmWords: words,
	credentials: {
		releaseGateHubSpotApi: given('HubSpot'),
		postmarkApi: given('Postmark'),
		openAiApi: given('OpenAI'),
		slackApi: given('Slack'),
		httpBasicAuth: given('Login'),
		releaseGateN8nApi: given('n8n'),
	},
	config: { fromAddress: 'News <news@example.com>', heartbeatUrl: 'https://heartbeat.example.com/1' },
	insideUrl: 'http://n8n:5678',
	outsideUrl: 'https://n8n.example.com',
	testContacts: [],
	firstSlot: 'now',
};
const host: HostFacts = {
	node: '24.21.0',
	n8n: '2.40.7',
	executionsMode: 'regular',
	admitsPackage: true,
	ownEncryptionKey: true,
	store: 'sqlite',
};

/** An installation that a program breaks: n8n in memory, set up by the real set-up; a real SQLite ledger. */
interface Patient {
	readonly n8n: PlayedN8n;
	readonly ledger: Ledger;
	readonly file: string;
	installed: Installed | null;
	host: HostFacts;
	now: number;
	retires: ReadonlyMap<string, number>;
	/** What opening the ledger throws. */
	closed: Error | null;
	/** Changes what runs, and the draft with it. */
	readonly change: (
		name: string,
		edit: (nodes: readonly SetupNode[]) => readonly SetupNode[],
		settings?: JsonObject,
	) => void;
}

let folder: string;
let store: SetupStore;
let ledger: Ledger;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-doctor-'));
	store = setupStore(folder, 'n8n.example.com');
});
afterEach(async () => {
	await ledger.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Runs of everything in service a moment ago, and one long ago, so that it is known for how long n8n is up. */
function letRun(n8n: PlayedN8n, now: number, status = 'success'): void {
	n8n.held.runs.length = 0;
	for (const { id } of n8n.held.workflows.values())
		for (const startedAt of [now - 30_000, now - 90 * HOUR * 24]) {
			const seen = { id: `${id}-${startedAt}`, status, error: null, first: {} };
			n8n.held.runs.push({ id: seen.id, workflow: id, status, startedAt, seen });
		}
}

async function sound(): Promise<Patient> {
	const time = { now: start };
	const file = join(folder, 'ledger.sqlite');
	ledger = await openSqliteLedger({ file, clock: () => time.now });
	const n8n = new PlayedN8n(
		slots,
		(nodes) => ({ [nodes.at(-1)?.name ?? '']: { done: true } }),
		() => time.now,
	);
	const ports = {
		n8n,
		store,
		contacts: null,
		now: () => time.now,
		wait: async () => undefined,
		secret: () => 'a'.repeat(36),
		say: () => undefined,
	};
	await applySetup(ports, answers, await planSetup(ports, answers));
	for (const { id, name } of [...n8n.held.workflows.values()])
		if (name === 'Content delivery spine') await n8n.publish(id);
	const settings = { spine: SPINE, cadence: answers.rhythm.cadence, mode: 'live' };
	await ledger.spines.configure(parseSpineSettings(settings), 'test');
	letRun(n8n, start);
	// It was set up days ago.
	for (const [id, one] of n8n.held.workflows)
		n8n.held.workflows.set(id, { ...one, updatedAt: start - 9 * 24 * HOUR });
	return {
		n8n,
		ledger,
		file,
		installed: await store.load(),
		host,
		get now() {
			return time.now;
		},
		set now(at) {
			time.now = at;
		},
		retires: new Map(),
		closed: null,
		change: (name, edit, settings = {}) => {
			const found = [...n8n.held.workflows.values()].find((one) => one.name === name);
			if (!found?.published) throw new Error(`"${name}" is not in service`);
			const nodes = edit(found.nodes);
			const all = { ...found.settings, ...settings };
			const published = { ...found.published, nodes, settings: all };
			n8n.held.workflows.set(found.id, { ...found, nodes, settings: all, published });
		},
	};
}

const portsOf = (patient: Patient): DoctorPorts => ({
	n8n: patient.n8n,
	now: () => patient.now,
	slots,
	installed: patient.installed,
	ledger: async () => {
		if (patient.closed) throw patient.closed;
		return patient.ledger;
	},
	host: patient.host,
	retires: async () => patient.retires,
});

const look = async (patient: Patient): Promise<readonly Finding[]> => await diagnose(portsOf(patient));

const idOf = ({ n8n }: Patient, name: string): string =>
	[...n8n.held.workflows.values()].find((one) => one.name === name)?.id ?? '';

const withNode =
	(name: string, edit: (node: SetupNode) => SetupNode) =>
	(nodes: readonly SetupNode[]): readonly SetupNode[] =>
		nodes.map((node) => (node.name === name ? edit(node) : node));

const setField =
	(field: string, value: unknown) =>
	(node: SetupNode): SetupNode => {
		const { assignments } = node.parameters.assignments as { assignments: { name: string }[] };
		const changed = assignments.map((one) => (one.name === field ? { ...one, value } : one));
		return {
			...node,
			parameters: { ...node.parameters, assignments: { assignments: changed } } as JsonObject,
		};
	};

const spineName = 'Content delivery spine';

/** A delivery of the open slot, registered; claimed and begun if asked, so that it ends in doubt. */
async function owe(patient: Patient, recipient: string): Promise<void> {
	const [slot] = await import('../../../core/delivery/cadence').then(({ parseCadence, slotAt }) => [
		slotAt(parseCadence(answers.rhythm.cadence), patient.now),
	]);
	if (!slot) throw new Error('no slot is open');
	const ref = { spine: SPINE, space: 'live' as const, slot: slot.id, recipient };
	await patient.ledger.deliveries.register([
		{
			ref,
			opensAt: slot.opensAt,
			closesAt: slot.closesAt,
			cadenceIndex: slot.index,
			input: { id: recipient },
		},
	]);
}

/** Ways to break an installation, each with the cause that must be named. */
const ways: readonly (readonly [
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
		'n8n lost the schedule over a restart',
		(patient) => {
			const id = idOf(patient, spineName);
			const kept = patient.n8n.held.runs.filter((one) => one.workflow !== id || one.startedAt < start - HOUR);
			patient.n8n.held.runs.splice(0, Infinity, ...kept);
		},
	],
	['runs-failing', 'every run fails', ({ n8n }) => letRun(n8n, start, 'error')],
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
		},
	],
	[
		'ungated-change',
		'a draft was published past the gate',
		async (patient) => {
			const workflow = idOf(patient, spineName);
			const at = {
				release: 'r-1',
				workflow,
				version: 'the-released-one',
				workflows: {},
				at: start,
				by: 'test',
			};
			await recordReleased({ ledger: patient.ledger, now: () => patient.now }, SPINE, at, null);
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

describe('the doctor', () => {
	it('finds nothing on a sound installation', async () => {
		expect(await look(await sound())).toEqual([]);
	});

	it('changes nothing by looking', async () => {
		const patient = await sound();
		const before = structuredClone([...patient.n8n.held.workflows, ...patient.n8n.held.credentials]);
		const head = await patient.ledger.events.head();
		await look(patient);
		expect([...patient.n8n.held.workflows, ...patient.n8n.held.credentials]).toEqual(before);
		expect(await patient.ledger.events.head()).toEqual(head);
	});

	it.each(ways)('names %s where %s', async (cause, _how, breakIt) => {
		const patient = await sound();
		await breakIt(patient);
		const found = await look(patient);
		expect(found.map(({ id }) => id)).toContain(cause);
		const level = checks.find(({ id }) => id === cause)?.level;
		expect(found.filter(({ id }) => id === cause).map((one) => one.level)).toEqual(
			expect.arrayContaining([level]),
		);
		// Nothing that did not happen: what is named besides follows from the cause.
		const follows = [
			'called-off',
			'credential-missing',
			'slot-missed',
			'spine-off',
			'runs-failing',
			'no-reconcile',
		];
		expect(found.map(({ id }) => id).filter((id) => id !== cause && !follows.includes(id))).toEqual([]);
	});

	it('is broken in at least 25 ways', () => {
		expect(new Set(ways.map(([cause]) => cause)).size).toBeGreaterThanOrEqual(25);
	});

	it('says what it could not look at', async () => {
		const patient = await sound();
		const ports = portsOf(patient);
		const blind = Object.assign(Object.create(patient.n8n) as PlayedN8n, {
			clockSkewMs: async () => {
				throw gateError('setup-n8n-unreachable', { host: 'n8n.example.com' });
			},
		});
		const found = await diagnose({ ...ports, n8n: blind });
		expect(found.map(({ id, level, where }) => [id, level, where])).toEqual([
			['unseen', 'unseen', 'The clock of n8n'],
		]);
	});
});
