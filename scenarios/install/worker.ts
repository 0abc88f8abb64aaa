import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresLedger } from '../../adapters/postgres';
import { listExecutions, waitForExecution, type Execution } from '../../testbed/n8n/executions';
import { runRoot } from '../../testbed/n8n/paths';
import { Fleet, ledgerDatabase } from '../../testbed/n8n/queue';
import type { WorkflowFile } from '../../testbed/n8n/workflows';
import { liveDeliveries } from '../../testbed/ledger-reader';
import { look } from '../../testbed/look';
import { portsOf } from '../../testbed/ports';
import { ledgerCredential, plainLedgerCredential } from '../crash/house';
import { create, publish } from '../matrix/rest';
import { recipients, spine, triggerOn } from '../matrix/workflows';
import type { Tarball } from './registry';

/** What was seen of two workers, one of them without the package; each value as n8n or the ledger says it. */
export interface WorkerSeen {
	/** How many runs each worker was given, and how the runs of the one without the package ended. */
	readonly runs: string;
	/** What n8n says of such a run. */
	readonly message: string;
	/** What the ledger holds afterwards. */
	readonly ledger: string;
	/** Whether an error workflow of n8n's own nodes was started for each of them, and how it ended. */
	readonly errorWorkflow: string;
	/** What became of the spine once the worker without the package was the only one. */
	readonly silent: string;
	/** What became of the alarm on that event. */
	readonly alarm: string;
}

const path = 'install-worker';

/** Long enough to call the spine until both workers had a run, short enough to wait for a silent one. */
const slotMs = 120_000;

const rounds = 12;

const credentials = {
	[ledgerCredential.type]: { id: ledgerCredential.id, name: ledgerCredential.name },
};

/** An error workflow without a node of this package. */
const ownNodesOnly = (): WorkflowFile => ({
	name: 'Tell of errors',
	nodes: [
		{
			id: randomUUID(),
			name: 'Failed',
			type: 'n8n-nodes-base.errorTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: randomUUID(),
			name: 'Tell',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [220, 0],
			parameters: {},
		},
	],
	connections: { Failed: { main: [[{ node: 'Tell', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
});

const openLedger = (port: number) => () =>
	openPostgresLedger({
		connection: `postgres://postgres@127.0.0.1:${port}/${ledgerDatabase}`,
		connections: 1,
	});

/** How many recipients have been sent something. */
const sentIn = async (port: number): Promise<number> =>
	await look(openLedger(port), async (ledger) => {
		const all = await liveDeliveries(ledger, 'matrix', ['committed']);
		return new Set(all.map(({ ref }) => ref.recipient)).size;
	});

const ended = async (fleet: Fleet, workflow: string): Promise<readonly Execution[]> => {
	const all = await listExecutions(fleet.main.session, workflow);
	return await Promise.all(all.map(({ id }) => waitForExecution(fleet.main.session, id)));
};

/** Statuses counted, e.g. `3 error, 5 success`. */
function counted(executions: readonly Execution[]): string {
	const counts = new Map<string, number>();
	for (const { status } of executions) counts.set(status, (counts.get(status) ?? 0) + 1);
	return [...counts].map(([status, count]) => `${count} ${status}`).join(', ') || 'none';
}

/** Posts to the webhook until n8n takes it: it answers 404 for a moment after a workflow was published. */
async function post(fleet: Fleet): Promise<void> {
	for (const giveUpAt = Date.now() + 60_000; ; await sleep(500)) {
		const answer = await fetch(`${fleet.main.url}/webhook/${path}`, { method: 'POST' }).catch(() => null);
		if (answer?.ok) return;
		if (Date.now() > giveUpAt) throw new Error(`the webhook answers ${answer?.status ?? 'nothing'}`);
	}
}

/**
 * Calls the spine, one time and two times at once by turns, until runs of it succeeded and failed: workers take jobs one after the other,
 * and the error workflow of a failed run is a job too.
 */
async function callOften(fleet: Fleet, id: string): Promise<readonly Execution[]> {
	let posted = 0;
	for (let round = 0; round < rounds; round += 1) {
		for (let one = 0; one <= round % 2; one += 1) {
			await post(fleet);
			posted += 1;
		}
		for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(500))
			if ((await listExecutions(fleet.main.session, id)).length >= posted) break;
		const seen = await ended(fleet, id);
		const failed = seen.filter(({ status }) => status !== 'success').length;
		if (round >= 2 && failed > 0 && failed < seen.length) return seen;
	}
	throw new Error(`one of two workers had no run of ${posted}`);
}

/** The event that a spine stayed silent, as the ledger holds it; `null` until somebody told it. */
const silentEvent = async (port: number): Promise<string | null> =>
	await look(openLedger(port), async (ledger) => {
		const [event] = await ledger.events.list({ spine: 'matrix', kinds: ['spine.silent'], limit: 1 });
		return event?.sentence ?? null;
	});

/** Waits for what takes a slot and two looks of a trigger at most. */
async function until<Found>(find: () => Promise<Found | null>): Promise<Found | null> {
	for (const giveUpAt = Date.now() + 2 * slotMs + 180_000; Date.now() < giveUpAt; await sleep(2_000)) {
		const found = await find();
		if (found !== null) return found;
	}
	return null;
}

/**
 * A main and two workers in queue mode, the second without the package: the spine is called until both had runs of it;
 * then the worker with the package is stopped, and a whole slot passes.
 */
export async function playWorker({ file }: Tarball): Promise<WorkerSeen> {
	const folder = join(runRoot, 'install', 'queue');
	rmSync(folder, { recursive: true, force: true });
	const packageFolder = join(folder, 'package');
	mkdirSync(packageFolder, { recursive: true });
	execFileSync('tar', ['xzf', file, '--strip-components=1', '-C', packageFolder]);
	const firstPort = portsOf('install').n8n;
	const postgres = firstPort + 2;
	const settings = { folder, firstPort, workers: 2, bareWorkers: 1, packageFolder };
	const fleet = await Fleet.boot(settings, [plainLedgerCredential(postgres)]);
	try {
		const { session } = fleet.main;
		const telling = await create(session, ownNodesOnly());
		const alarm = await create(session, triggerOn('silent', credentials));
		const every = `PT${slotMs / 60_000}M`;
		const id = await create(session, spine(path, credentials, { every, errorWorkflow: telling }));
		for (const one of [telling, alarm, id]) await publish(session, one);
		const runs = await callOften(fleet, id);
		const failed = runs.filter(({ status }) => status !== 'success');
		const sent = await sentIn(postgres);
		const ran = failed.flatMap(({ nodes }) => Object.keys(nodes));
		if (ran.length > 0) throw new Error(`nodes of a failed run ran: ${ran.join(', ')}`);
		if (sent !== recipients) throw new Error(`${sent} of ${recipients} were sent something`);
		const message = [...new Set(failed.map(({ error }) => error ?? ''))].join('; ');
		await fleet.workers[0]?.stop();
		const silent = await until(async () => await silentEvent(postgres));
		const alarms = await until(async () => {
			const seen = await ended(fleet, alarm);
			return seen.length > 0 ? seen : null;
		});
		return {
			runs: `of ${runs.length} runs ${runs.length - failed.length} succeeded, and ${failed.length} failed on the worker without the package`,
			message,
			ledger: `${sent} recipients were served; in a failed run no node ran`,
			errorWorkflow: counted(await ended(fleet, telling)),
			silent: silent ?? 'nothing was told',
			alarm:
				alarms === null
					? 'it was not started'
					: `${counted(alarms)}: ${[...new Set(alarms.map(({ error }) => error ?? ''))].join('; ')}`,
		};
	} finally {
		await fleet.close();
	}
}
