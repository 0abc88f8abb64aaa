import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import { parseSpineSettings } from '../../core/delivery/spine';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import { plainCredentials } from '../../testbed/credentials';
import { listExecutions, nodeTimes } from '../../testbed/n8n/executions';
import { Instance } from '../../testbed/n8n/instance';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { Fleet, ledgerDatabase } from '../../testbed/n8n/queue';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';
import { contentDeliveryMapping } from '../../testbed/standins';
import { readyTemplates, type ReadyTemplate } from '../../testbed/templates';
import { ledgerCredential, plainLedgerCredential } from '../crash/house';
import { openBareRuns, type BareRuns } from './bare';
import { killWorkers, type Kills } from './kills';
import { usedBy, type Used } from './used';
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
	/** Texts a minute of each run, as its *Set Config* says, with six times as many emails; as many as the vendors take if absent. */
	readonly textsPerMinute?: number;
	/** Emails of one call to Postmark, as *Set Config* says; each alone if absent. */
	readonly emailsPerCall?: number;
	/** How often a worker is killed, queue mode only; never if absent. */
	readonly killEverySeconds?: number;
	/** Whether n8n keeps what each node took, to be read afterwards. */
	readonly keepsNodes?: boolean;
	readonly port: number;
}

/** A real n8n with the spine and the driver as shipped, and vendors in a process of their own. */
export interface ScaleWorld {
	readonly outside: OutsideProcess;
	/** What the processes that run the spine use, one each. */
	used(): readonly Used[];
	openLedger(): Promise<Ledger>;
	/** Opens the bare spine beside it, for so many chunks. */
	openBare(chunks: number): Promise<BareRuns>;
	/** What each node took in each run of the spine that was kept, milliseconds. */
	nodes(): Promise<readonly Readonly<Record<string, number>>[]>;
	/** Begins to kill workers, where the options ask for it. */
	beginKills(): Kills | null;
	/** Publishes the driver: from now on it runs. */
	begin(): Promise<void>;
	close(): Promise<void>;
}

/** Of a spine whose workers are killed: a run of a thousand is over well within it, and a dead one is missed soon. */
const shortLease = { leaseMs: 120_000, sendLeaseMs: 120_000, inDoubtQuietMs: 120_000 };

const settingsOf = ({ parallelRuns, killEverySeconds }: ScaleOptions): SpineSettings =>
	parseSpineSettings({
		...(killEverySeconds === undefined ? {} : { ...shortLease, replaysPerSlot: 10 }),
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

type Changed = (node: WorkflowNode) => WorkflowNode;

/** The node with the pace asked for, and the emails of a call, where it is the one that says it. Throws where it does not. */
function configured({ textsPerMinute, emailsPerCall }: ScaleOptions): Changed {
	const wanted = [
		...(textsPerMinute === undefined
			? []
			: ([
					['textsPerMinute', textsPerMinute],
					['emailsPerMinute', 6 * textsPerMinute],
				] as const)),
		...(emailsPerCall === undefined ? [] : ([['emailsPerCall', emailsPerCall]] as const)),
	];
	return (node) => {
		if (node.type !== 'n8n-nodes-base.set') return node;
		const text = JSON.stringify(node.parameters);
		if (!text.includes('"name":"textsPerMinute"')) return node;
		const said = wanted.reduce((current, [name, value]) => {
			const place = new RegExp(`("name":"${name}","value":)\\d+`);
			if (!place.test(current)) throw new Error(`Set Config does not say ${name}.`);
			return current.replace(place, (_all, before: string) => `${before}${value}`);
		}, text);
		return { ...node, parameters: JSON.parse(said) as Record<string, unknown> };
	};
}

/**
 * The spine without its own schedule, so that only the driver runs it; the driver with the schedule asked for, and *Reconcile*
 * every minute.
 */
function ready(template: ReadyTemplate, options: ScaleOptions): ReadyTemplate {
	const { mode, everySeconds, keepsNodes = false } = options;
	const settings = keepsNodes ? { ...template.settings, saveDataSuccessExecution: 'all' } : template.settings;
	const paced = configured(options);
	const scheduled = (node: WorkflowNode): WorkflowNode => {
		if (node.type !== 'n8n-nodes-base.scheduleTrigger') return paced(node);
		if (template.id === 'content-delivery-spine') return { ...node, disabled: true };
		const secondsInterval = template.id === 'drain' ? everySeconds : undefined;
		const interval =
			secondsInterval === undefined
				? [{ field: 'minutes', minutesInterval: 1 }]
				: [{ field: 'seconds', secondsInterval }];
		return { ...node, parameters: { rule: { interval } } };
	};
	const { type, id, name } = ledgerCredential;
	const kept = (node: WorkflowNode): WorkflowNode =>
		mode === 'regular' || !node.type.startsWith('n8n-nodes-release-gate.')
			? node
			: { ...node, credentials: { ...node.credentials, [type]: { id, name } } };
	return { ...template, settings, nodes: template.nodes.map((node) => kept(scheduled(node))) };
}

function copiedPackage(folder: string): string {
	const copy = join(folder, 'package');
	mkdirSync(copy, { recursive: true });
	for (const part of ['dist', 'package.json'])
		cpSync(join(packageRoot, part), join(copy, part), { recursive: true });
	return copy;
}

/** Templates that are put in place. */
const played = ['content-delivery-spine', 'drain', 'reconcile'];

export async function startScaleWorld(options: ScaleOptions): Promise<ScaleWorld> {
	const { mode, port, workers, contacts, generatorMs, killEverySeconds } = options;
	const folder = join(runRoot, `scale-${port}`);
	rmSync(folder, { recursive: true, force: true });
	const packageFolder = copiedPackage(folder);
	const opening = { generatorMs, hubspotLimits: 'real', indexLagMs: 2_000 } as const;
	const outside = await openOutside({ ...opening, contacts });
	const credentials = plainCredentials(outside.urls);
	const environment = { EXECUTIONS_DATA_SAVE_ON_SUCCESS: options.keepsNodes ? 'all' : 'none' };
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
			if (played.includes(template.id)) await saveWorkflow(main.session, ready(template, options));
		await publishWorkflow(main.session, 'content-delivery-spine');
		if (killEverySeconds !== undefined) await publishWorkflow(main.session, 'reconcile');
		return {
			outside,
			used: () =>
				fleet === null
					? [usedBy(main.process.pid)]
					: fleet.workers.map((worker) => usedBy(worker.process?.pid ?? null)),
			openLedger,
			openBare: (chunks) =>
				openBareRuns(main, chunks, opening, configured({ ...options, emailsPerCall: undefined })),
			nodes: async () => {
				const runs = await listExecutions(main.session, 'content-delivery-spine');
				const ended = runs.filter(({ status }) => status === 'success');
				return await Promise.all(ended.map(({ id }) => nodeTimes(main.session, id)));
			},
			beginKills: () =>
				fleet === null || killEverySeconds === undefined ? null : killWorkers(fleet, killEverySeconds),
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
