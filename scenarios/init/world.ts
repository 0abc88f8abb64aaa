import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from '../../testbed/build';
import { Instance } from '../../testbed/n8n/instance';
import { Fleet, ledgerDatabase } from '../../testbed/n8n/queue';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { portsOf } from '../../testbed/ports';
import { startProxy, type InterceptingProxy } from '../../testbed/proxy';
import { startStandIns, type StandIns } from '../../testbed/standins';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../testbed/standins/hubspot/content-delivery';
import { startRegistry } from '../install/registry';
import { sandboxSlackToken, startSlack } from '../../testbed/standins/slack';

/** Properties that the account does not have before: the set-up makes them. */
export const missing = ['cc_delivery_count', 'cc_last_asset_id'] as const;

export const testers = [
	'tester.one@example.com',
	'tester.two@example.com',
	'tester.three@example.com',
] as const;

/** Readers who are due in every slot. */
export const readers = 40;

/** Everything a key needs for a set-up: what the remedy of `setup-n8n-refused` names. */
const scopes = [
	...['create', 'read', 'list', 'update', 'delete', 'activate', 'deactivate'].map(
		(verb) => `workflow:${verb}`,
	),
	...['create', 'read', 'list', 'update', 'delete'].flatMap((verb) => [`credential:${verb}`, `tag:${verb}`]),
	...['list', 'update'].map((verb) => `workflowTags:${verb}`),
	...['list', 'read'].map((verb) => `execution:${verb}`),
	...['list', 'install', 'uninstall'].map((verb) => `communityPackage:${verb}`),
];

/** An n8n as somebody has it who just installed it, with the package unpacked from its tarball, and the vendors' stand-ins. */
export interface InitWorld {
	readonly n8n: Instance;
	readonly standIns: StandIns;
	readonly slack: Awaited<ReturnType<typeof startSlack>>;
	readonly proxy: InterceptingProxy;
	readonly apiKey: string;
	readonly slackToken: string;
	/** An empty folder, as a person stands in. */
	readonly folder: string;
	/** The command line as the tarball has it. */
	readonly cli: string;
	/** Path of the ledger that the nodes make in one process. */
	readonly ledgerFile: string;
	/** Address of the Postgres for the ledger; `null` in one process. */
	readonly ledgerUrl: string | null;
	close(): Promise<void>;
}

/** The tarball as `npm pack` makes it. */
function packed(into: string): string {
	buildIfStale();
	mkdirSync(into, { recursive: true });
	const said = execFileSync('npm', ['pack', '--json', '--pack-destination', into], {
		cwd: packageRoot,
		encoding: 'utf8',
	});
	const [{ filename }] = JSON.parse(said) as [{ filename: string }];
	const file = join(into, 'package.tgz');
	renameSync(join(into, filename), file);
	return file;
}

function unpack(file: string, into: string): void {
	rmSync(into, { recursive: true, force: true });
	mkdirSync(into, { recursive: true });
	execFileSync('tar', ['xzf', file, '--strip-components=1', '-C', into]);
}

/** The account: readers of an older system, without two of the properties, and people who test. */
function seed({ hubspot }: StandIns): void {
	const { admin } = hubspot;
	for (const group of contentDeliveryGroups) admin.addGroup(group);
	admin.define(...contentDeliveryDefinitions.filter(({ name }) => !missing.some((one) => one === name)));
	const due = new Date(Date.now() - 60_000).toISOString();
	admin.seedContacts(
		Array.from({ length: readers }, (_none, at) => ({
			email: `reader.${at}@example.com`,
			firstname: 'Reader',
			cc_delivery_status: 'active',
			cc_profile_topic: 'boat repair',
			cc_profile_audience: 'club members',
			cc_next_eligible_send_at: due,
		})),
	);
	admin.seedContacts(testers.map((email) => ({ email, firstname: 'Tess' })));
}

/**
 * How n8n runs: as one process with its ledger in a file, or as a main and a worker with their ledger in Postgres. `bare` is one
 * process without the package, which a registry behind the name of npm's has.
 */
export type Mode = 'regular' | 'bare' | 'queue';

/** One process, with the package unpacked by hand unless it is to come without. */
async function bootOne(
	root: string,
	environment: Readonly<Record<string, string>>,
	mode: Mode,
): Promise<Booted> {
	const { n8n, broker } = portsOf('init');
	const userFolder = join(root, 'n8n');
	if (mode === 'regular')
		unpack(
			join(root, 'tarball', 'package.tgz'),
			join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-release-gate'),
		);
	const instance = await Instance.boot({
		userFolder,
		port: n8n,
		brokerPort: broker,
		packageFolder: null,
		environment: { ...environment, npm_config_cache: join(root, 'npm'), npm_config_audit: 'false' },
	});
	const ledgerFile = join(userFolder, '.n8n', 'release-gate.sqlite');
	return { n8n: instance, ledgerFile, ledgerUrl: null, stop: async () => await instance.stop() };
}

/** A main and a worker on a Postgres and a Redis of their own, each with the package. */
async function bootFleet(root: string, environment: Readonly<Record<string, string>>): Promise<Booted> {
	const packageFolder = join(root, 'package');
	unpack(join(root, 'tarball', 'package.tgz'), packageFolder);
	const fleet = await Fleet.boot(
		{
			folder: join(root, 'fleet'),
			firstPort: portsOf('init').n8n,
			workers: 1,
			packageFolder,
			environment: { ...environment, GENERIC_TIMEZONE: 'America/New_York' },
		},
		[],
	);
	const { port } = fleet.servers.postgres;
	return {
		n8n: fleet.main,
		ledgerFile: '',
		ledgerUrl: `postgres://postgres@127.0.0.1:${port}/${ledgerDatabase}`,
		stop: async () => await fleet.close(),
	};
}

interface Booted extends Pick<InitWorld, 'n8n' | 'ledgerFile' | 'ledgerUrl'> {
	readonly stop: () => Promise<void>;
}

/** Starts n8n on an empty folder. The vendors' own addresses lead to the stand-ins, so that nobody has to give another. */
export async function startInitWorld(mode: Mode = 'regular'): Promise<InitWorld> {
	const root = join(runRoot, 'init');
	rmSync(root, { recursive: true, force: true });
	const tarball = packed(join(root, 'tarball'));
	const cliFolder = join(root, 'npx');
	unpack(tarball, cliFolder);
	const folder = join(root, 'folder');
	mkdirSync(folder, { recursive: true });
	const standIns = await startStandIns({ hubspotLimits: 'real' });
	seed(standIns);
	const slack = await startSlack();
	const registry = await startRegistry();
	const { version } = JSON.parse(readFileSync(join(cliFolder, 'package.json'), 'utf8')) as {
		version: string;
	};
	registry.publish({ name: 'n8n-nodes-release-gate', version, file: tarball });
	const proxy = await startProxy({
		'api.hubapi.com': standIns.hubspot.url,
		'api.postmarkapp.com': standIns.postmark.url,
		'api.openai.com': standIns.generator.url,
		'slack.com': slack.url,
		'registry.npmjs.org': registry.url,
	});
	const closeAll = async (): Promise<void> => {
		await Promise.all([standIns.close(), slack.close(), proxy.close(), registry.close()]);
	};
	try {
		const booted = await (mode === 'queue' ? bootFleet : bootOne)(root, proxy.environment(), mode);
		const { n8n, ledgerFile, ledgerUrl, stop } = booted;
		const { data: known } = await n8n.session.call('GET', '/rest/api-keys/scopes');
		// An older n8n knows fewer.
		const given = scopes.filter((scope) => Array.isArray(known) && known.includes(scope));
		const apiKey = await n8n.session.createApiKey('init', given);
		return {
			n8n,
			standIns,
			slack,
			proxy,
			apiKey,
			slackToken: sandboxSlackToken,
			folder,
			cli: join(cliFolder, 'dist', 'cli', 'index.js'),
			ledgerFile,
			ledgerUrl,
			close: async () => {
				await stop();
				await closeAll();
			},
		};
	} catch (problem) {
		await closeAll();
		throw problem;
	}
}

/** Version of the n8n that is tried. */
export function n8nVersion(): string {
	const root = process.env.RG_N8N_ROOT ?? join(packageRoot, 'testbed', 'n8n', 'install');
	const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'n8n', 'package.json'), 'utf8')) as {
		version: string;
	};
	return version;
}
