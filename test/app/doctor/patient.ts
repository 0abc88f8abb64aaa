import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import {
	type DatabaseFacts,
	diagnose,
	type DoctorPorts,
	type Examination,
	type HostFacts,
} from '../../../app/doctor';
import type { Ledger } from '../../../app/ledger/api';
import { recordReleased } from '../../../app/release';
import { applySetup } from '../../../app/setup/apply';
import type { Answers } from '../../../app/setup/answers';
import { planSetup } from '../../../app/setup/plan';
import type { Installed, SetupStore } from '../../../app/setup/ports';
import { setupStore } from '../../../cli/setup/store';
import { fingerprintOf } from '../../../core/audit/fingerprint';
import { parseWorkflow } from '../../../core/audit/parse';
import type { JsonObject } from '../../../core/delivery/types';
import { noteAsked } from '../../../app/watch/asked';
import { parseSpineSettings } from '../../../core/delivery/spine';
import type { SetupNode } from '../../../core/setup/types';
import { setupAnswers, slots } from '../../../testbed/setup/answers';
import { PlayedN8n } from '../../../testbed/setup/played-n8n';

export const SPINE = 'content-delivery';
export const HOUR = 3_600_000;
export const start = Date.parse('2026-11-30T12:00:00Z');
const answers: Answers = {
	...setupAnswers(start),
	config: { fromAddress: 'News <news@example.com>', heartbeatUrl: 'https://heartbeat.example.com/1' },
};
export const host: HostFacts = {
	name: 'main-1',
	command: 'start',
	node: '24.21.0',
	n8n: '2.40.7',
	executionsMode: 'regular',
	admitsPackage: true,
	ownEncryptionKey: true,
	keepsGoodRuns: true,
	savesProgress: false,
	deletesRuns: true,
	store: 'sqlite',
};

/** An installation that a program breaks: n8n in memory, set up by the real set-up; a real SQLite ledger. */
export interface Patient {
	readonly n8n: PlayedN8n;
	readonly ledger: Ledger;
	readonly file: string;
	installed: Installed | null;
	host: HostFacts;
	now: number;
	retires: ReadonlyMap<string, number>;
	/** What its Postgres says; `null` with a SQLite file. */
	database: DatabaseFacts | null;
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

/** An empty folder for each test, gone with its ledger afterwards. */
export function inFolder(): void {
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'release-gate-doctor-'));
		store = setupStore(folder, 'n8n.example.com');
	});
	afterEach(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});
}

/**
 * Runs of everything in service a moment ago, and one long ago, so that it is known for how long n8n is up. What succeeds n8n
 * keeps only where the settings of the workflow let it.
 */
export function letRun(n8n: PlayedN8n, now: number, status = 'success'): void {
	n8n.held.runs.length = 0;
	for (const { id, settings } of n8n.held.workflows.values())
		for (const startedAt of [now - 30_000, now - 90 * HOUR * 24]) {
			if (status === 'success' && settings.saveDataSuccessExecution === 'none') continue;
			const seen = { id: `${id}-${startedAt}`, status, error: null, first: {} };
			n8n.held.runs.push({ id: seen.id, workflow: id, status, startedAt, seen });
		}
}

/** Every workflow in service that asks what is due did so a moment ago. */
export async function letAsk(n8n: PlayedN8n, held: Ledger, now: number): Promise<void> {
	for (const { id, published } of n8n.held.workflows.values())
		if (published?.nodes.some(({ type }) => type === 'n8n-nodes-release-gate.dueDeliveries'))
			await noteAsked(held, id, now - 30_000);
}

export async function sound(): Promise<Patient> {
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
	await letAsk(n8n, ledger, start);
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
		database: null,
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

export const portsOf = (patient: Patient): DoctorPorts => ({
	n8n: patient.n8n,
	now: () => patient.now,
	slots,
	installed: patient.installed,
	ledger: async () => {
		if (patient.closed) throw patient.closed;
		return patient.ledger;
	},
	database: patient.database && (async () => patient.database!),
	host: patient.host,
	retires: async () => patient.retires,
});

export const look = async (patient: Patient): Promise<Examination> => await diagnose(portsOf(patient));

/** A Postgres that serves a ledger well, with something of it changed. */
export const postgres =
	(change: Partial<DatabaseFacts>) =>
	(patient: Patient): void => {
		patient.database = {
			role: 'release_gate',
			superuser: false,
			lacks: [],
			mayMigrate: true,
			readOnly: false,
			connections: [{ of: 'server', most: 97, used: 20 }],
			clockSkewMs: 12,
			...change,
		};
	};

/** What the gate lets through: the workflow as it is published now, and those it calls. */
export async function release(patient: Patient, name = spineName): Promise<void> {
	const {
		published = null,
		settings,
		id = '',
	} = [...patient.n8n.held.workflows.values()].find((one) => one.name === name) ?? {};
	const fingerprint = fingerprintOf(parseWorkflow({ ...published, id, settings }, name));
	const workflows = { [id]: fingerprint };
	const at = { release: 'r-1', workflow: id, version: 'v-1', workflows, at: start, by: 'test' };
	await recordReleased({ ledger: patient.ledger, now: () => patient.now }, SPINE, at, null);
}

export const idOf = ({ n8n }: Patient, name: string): string =>
	[...n8n.held.workflows.values()].find((one) => one.name === name)?.id ?? '';

export const withNode =
	(name: string, edit: (node: SetupNode) => SetupNode) =>
	(nodes: readonly SetupNode[]): readonly SetupNode[] =>
		nodes.map((node) => (node.name === name ? edit(node) : node));

export const setField =
	(field: string, value: unknown) =>
	(node: SetupNode): SetupNode => {
		const { assignments } = node.parameters.assignments as { assignments: { name: string }[] };
		const changed = assignments.map((one) => (one.name === field ? { ...one, value } : one));
		return {
			...node,
			parameters: { ...node.parameters, assignments: { assignments: changed } } as JsonObject,
		};
	};

export const spineName = 'Content delivery spine';

/** A delivery of the open slot, registered; claimed and begun if asked, so that it ends in doubt. */
export async function owe(patient: Patient, recipient: string): Promise<void> {
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
