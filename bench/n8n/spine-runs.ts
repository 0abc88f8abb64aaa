import { rmSync } from 'node:fs';
import { saveOperations, operate } from '../../testbed/operate';
import { plainCredentials } from '../../testbed/credentials';
import { Instance } from '../../testbed/n8n/instance';
import { saveWorkflow } from '../../testbed/n8n/workflows';
import { DateTime } from 'luxon';
import { rotated } from '../harness/rounds';
import type { BenchOptions } from '../harness/types';
import { builtPackage, freshFolder, ledgerFile, patient } from './instance';
import { memoryOf } from './memory';
import { openOutside, type Outside } from './outside';
import { runSaved, trigger } from './runs';
import { bareSpine, ourSpine } from './spines';

export const kinds = ['ours', 'bare'] as const;
export type Kind = (typeof kinds)[number];

/** What one run of a spine over all contacts took and did. */
export interface SpineRun {
	readonly kind: Kind;
	/** From the execution's start to its end, milliseconds. */
	readonly wall: number;
	/** Time of each node, milliseconds, as n8n gives it. */
	readonly nodes: Readonly<Record<string, number>>;
	/** Calls HubSpot received, by the last parts of the path, e.g. `batch/read`. */
	readonly calls: Readonly<Record<string, number>>;
	/** Resident memory of the n8n process in MB: before the run, and at its highest until its end. */
	readonly memory: { readonly before: number; readonly peak: number } | null;
}

export interface SpineRuns {
	readonly contacts: number;
	readonly runs: readonly SpineRun[];
}

let known: Promise<SpineRuns> | undefined;

/** Runs both spines in turns; measurements that run in one go share the runs. */
export function spineRuns(options: BenchOptions): Promise<SpineRuns> {
	known ??= measure(options);
	return known;
}

async function measure({ quick, port, say, rounds: wanted = 2 }: BenchOptions): Promise<SpineRuns> {
	const contacts = quick ? 100 : 10_000;
	const rounds = quick ? 1 : wanted;
	const folder = freshFolder('spine');
	const outsidePort = port + 2;
	const runs: SpineRun[] = [];
	say(`${contacts.toLocaleString('en')} contacts: preparing n8n`);
	const n8n = await prepared(folder, port, await urlsOf(outsidePort));
	try {
		for (let round = 0; round < rounds; round += 1) {
			for (const kind of rotated(kinds, round)) {
				const run = await once(n8n, folder, kind, contacts, outsidePort);
				say(`${kind === 'ours' ? 'with our nodes' : 'without them'}: ${(run.wall / 1000).toFixed(1)} s`);
				runs.push(run);
			}
		}
	} finally {
		await n8n.stop();
	}
	return { contacts, runs };
}

const alerts = 'http://127.0.0.1:9';

async function urlsOf(port: number): Promise<Outside['urls'] & { alerts: string }> {
	const at = (offset: number): string => `http://127.0.0.1:${port + offset}`;
	return { hubspot: at(0), postmark: at(1), generator: at(2), alerts };
}

async function prepared(
	folder: string,
	port: number,
	urls: Parameters<typeof ourSpine>[0],
): Promise<Instance> {
	const n8n = await Instance.boot(
		{ userFolder: folder, port, brokerPort: port + 1, packageFolder: builtPackage() },
		plainCredentials(urls),
	);
	await saveWorkflow(n8n.session, ourSpine(urls, 1_000_000));
	await saveWorkflow(n8n.session, bareSpine(urls));
	const anchor = DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm");
	await saveOperations(n8n, { every: 'P2D', anchor, mode: 'live' });
	return n8n;
}

/** One run in an n8n that has just started, with an empty ledger and an account in which everybody is due. */
async function once(
	n8n: Instance,
	folder: string,
	kind: Kind,
	contacts: number,
	outsidePort: number,
): Promise<SpineRun> {
	await n8n.stop();
	for (const suffix of ['', '-wal', '-shm']) rmSync(ledgerFile(folder) + suffix, { force: true });
	await n8n.start();
	const outside = await openOutside(outsidePort, contacts);
	try {
		await operate(n8n, 'configure');
		const { pid } = n8n.process;
		const before = memoryOf(pid)?.now ?? 0;
		let peak: number | undefined;
		const id = kind === 'ours' ? 'content-delivery-spine' : 'bare-spine';
		const times = await runSaved({ session: patient(n8n), folder }, id, trigger, () => {
			peak = memoryOf(pid)?.peak;
		});
		const sent = outside.postmark.received().length;
		if (sent !== contacts) throw new Error(`${sent} emails left for ${contacts} contacts (${kind}).`);
		return {
			kind,
			wall: times.wall,
			nodes: times.nodes,
			calls: countCalls(outside),
			memory: peak === undefined ? null : { before, peak },
		};
	} finally {
		await outside.close();
	}
}

function countCalls({ hubspot }: Outside): Readonly<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (const { path } of hubspot.calls()) {
		const what = path.split('/contacts/')[1] ?? path;
		counts[what] = (counts[what] ?? 0) + 1;
	}
	return counts;
}
