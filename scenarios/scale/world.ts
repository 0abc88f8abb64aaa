import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import { parseSpineSettings } from '../../core/delivery/spine';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import { plainCredentials } from '../../testbed/credentials';
import { Instance } from '../../testbed/n8n/instance';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { Fleet, ledgerDatabase } from '../../testbed/n8n/queue';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';
import { contentDeliveryMapping } from '../../testbed/standins';
import { readyTemplates, type ReadyTemplate } from '../../testbed/templates';
import { ledgerCredential, plainLedgerCredential } from '../crash/house';
import { openOutside, type OutsideProcess } from './outside-process';

/** What is measured. */
export interface ScaleOptions {
	readonly mode: 'regular' | 'queue';
	readonly workers: number;
	readonly contacts: number;
	readonly parallelRuns: number;
	readonly generatorMs: number;
	/** How often the driver's schedule comes; a minute in the template. */
	readonly everySeconds: number;
	readonly port: number;
}

/** A real n8n with the spine and the driver as shipped, and vendors in a process of their own. */
export interface ScaleWorld {
	readonly outside: OutsideProcess;
	/** Resident memory of the processes that run the spine, MB each. */
	memory(): readonly number[];
	openLedger(): Promise<Ledger>;
	/** Publishes the driver: from now on it runs. */
	begin(): Promise<void>;
	close(): Promise<void>;
}

const settingsOf = ({ parallelRuns }: ScaleOptions): SpineSettings =>
	parseSpineSettings({
		spine: sandboxSpine,
		cadence: {
			every: 'P2D',
			anchor: DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm"),
			timeZone: 'UTC',
		},
		mode: 'live',
		properties: contentDeliveryMapping,
		provider: 'postmark',
		parallelRuns,
	});

/** The spine without its own schedule, so that only the driver runs it; the driver with the schedule asked for. */
function ready(template: ReadyTemplate, { mode, everySeconds }: ScaleOptions): ReadyTemplate {
	const scheduled = (node: WorkflowNode): WorkflowNode => {
		if (node.type !== 'n8n-nodes-base.scheduleTrigger') return node;
		if (template.id !== 'drain') return { ...node, disabled: true };
		const interval = [{ field: 'seconds', secondsInterval: everySeconds }];
		return { ...node, parameters: { rule: { interval } } };
	};
	const { type, id, name } = ledgerCredential;
	const kept = (node: WorkflowNode): WorkflowNode =>
		mode === 'regular' || !node.type.startsWith('n8n-nodes-release-gate.')
			? node
			: { ...node, credentials: { ...node.credentials, [type]: { id, name } } };
	return { ...template, nodes: template.nodes.map((node) => kept(scheduled(node))) };
}

/** Resident memory of a process in MB; 0 where it is gone or the system does not say (only Linux does). */
function residentOf(pid: number): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
	} catch {
		return 0;
	}
}

function copiedPackage(folder: string): string {
	const copy = join(folder, 'package');
	mkdirSync(copy, { recursive: true });
	for (const part of ['dist', 'package.json'])
		cpSync(join(packageRoot, part), join(copy, part), { recursive: true });
	return copy;
}

export async function startScaleWorld(options: ScaleOptions): Promise<ScaleWorld> {
	const { mode, port, workers, contacts, generatorMs } = options;
	const folder = join(runRoot, `scale-${port}`);
	rmSync(folder, { recursive: true, force: true });
	const packageFolder = copiedPackage(folder);
	const outside = await openOutside({ contacts, generatorMs, hubspotLimits: 'real', indexLagMs: 2_000 });
	const credentials = plainCredentials(outside.urls);
	const environment = { EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none' };
	const userFolder = join(folder, 'n8n');
	const place = { userFolder, port, brokerPort: port + 1, packageFolder, environment };
	try {
		const fleet =
			mode === 'queue'
				? await Fleet.boot({ folder: userFolder, firstPort: port, workers, packageFolder, environment }, [
						...credentials,
						plainLedgerCredential(port + 2),
					])
				: null;
		const main = fleet?.main ?? (await Instance.boot(place, credentials));
		const openLedger = async (): Promise<Ledger> =>
			fleet === null
				? await openSqliteLedger({ file: join(userFolder, '.n8n', 'release-gate.sqlite'), clock: Date.now })
				: await openPostgresLedger({
						connection: `postgres://postgres@127.0.0.1:${fleet.servers.postgres.port}/${ledgerDatabase}`,
					});
		const ledger = await openLedger();
		await ledger.spines.configure(settingsOf(options), 'scale');
		await ledger.close();
		const urls = { ...outside.urls, alerts: 'http://127.0.0.1:9' };
		for (const template of readyTemplates(urls, packageFolder))
			if (template.id === 'drain' || template.id === 'content-delivery-spine')
				await saveWorkflow(main.session, ready(template, options));
		await publishWorkflow(main.session, 'content-delivery-spine');
		return {
			outside,
			memory: () =>
				fleet === null
					? [residentOf(main.process.pid)]
					: fleet.workers.map((worker) => (worker.process === null ? 0 : residentOf(worker.process.pid))),
			openLedger,
			begin: () => publishWorkflow(main.session, 'drain'),
			close: async () => {
				await (fleet === null ? main.kill() : fleet.close());
				outside.close();
			},
		};
	} catch (problem) {
		outside.close();
		throw problem;
	}
}
