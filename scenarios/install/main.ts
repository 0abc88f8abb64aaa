/**
 * Tries each way to install the package in a real n8n, with an upgrade from the package of an earlier commit and a ledger
 * in use, and a worker without the package: `npm run install:try [-- --from HEAD~1] [--only "Unpacked by hand"]`. Writes
 * docs/records/install.md and, for n8n's own page, pictures; with `--only` the other rows stay as they were found. RG_N8N_ROOT
 * and RG_N8N_NODE name another n8n than the one of the tests.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { startProxy } from '../../testbed/proxy';
import { packages, type Packages } from './packages';
import { type Found, pageOf } from './page';
import { play } from './play';
import { startRegistry } from './registry';
import { ways } from './ways';
import { playWorker } from './worker';

const page = join(packageRoot, 'docs', 'records', 'install.md');
const results = join(__dirname, 'results', 'found.json');
const pictures = join(packageRoot, 'docs', 'images');

/** The name under which the worker without the package is asked for. */
const workerName = 'Worker without it';

const earlier = (): Partial<Found> =>
	existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as Partial<Found>) : {};

/** Plays one way on a registry and a folder of its own. */
async function playWay(way: (typeof ways)[number], { now, before }: Packages) {
	const registry = await startRegistry();
	registry.publish(before);
	registry.publish(now);
	const proxy = await startProxy({ 'registry.npmjs.org': registry.url });
	const environment = {
		...proxy.environment(),
		npm_config_cache: join(runRoot, 'install', 'npm'),
		npm_config_audit: 'false',
		npm_config_fund: 'false',
	};
	try {
		return await play(way, { now, before, registry, environment, pictures });
	} finally {
		await proxy.close();
		await registry.close();
	}
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { from: { type: 'string' }, only: { type: 'string' } } });
	const root = process.env.RG_N8N_ROOT ?? join(packageRoot, 'testbed', 'n8n', 'install');
	const { version: n8n } = JSON.parse(
		readFileSync(join(root, 'node_modules', 'n8n', 'package.json'), 'utf8'),
	) as { version: string };
	const wanted = (name: string): boolean => values.only === undefined || name === values.only;
	if (![...ways.map(({ name }) => name), workerName].some(wanted))
		throw new Error(`There is no '${values.only}'; there are: ${ways.map(({ name }) => name).join(', ')}`);
	mkdirSync(pictures, { recursive: true });
	const built = packages(join(runRoot, 'install-packages'), values.from);
	const before = earlier();
	const seen = new Map((before.seen ?? []).map((one) => [one.way, one]));
	let worker = before.worker;
	const at = new Date().toISOString().slice(0, 10);
	/** Plays one thing; what fails is told, and keeps no other from being played. */
	const attempt = async (name: string, work: () => Promise<object>): Promise<void> => {
		if (!wanted(name)) return;
		console.log(name);
		try {
			console.log(`  ${JSON.stringify(await work())}`);
		} catch (problem) {
			console.error(problem);
			process.exitCode = 1;
		}
	};
	for (const way of ways)
		await attempt(way.name, async () => {
			const one = { ...(await playWay(way, built)), n8n, commit: built.commit, at };
			seen.set(way.name, one);
			return one;
		});
	await attempt(workerName, async () => (worker = { ...(await playWorker(built.now)), n8n, at }));
	const found = { seen: ways.flatMap(({ name }) => seen.get(name) ?? []), worker };
	mkdirSync(join(results, '..'), { recursive: true });
	writeFileSync(results, `${JSON.stringify(found, null, '\t')}\n`);
	if (found.seen.length === ways.length && worker) writeFileSync(page, pageOf({ seen: found.seen, worker }));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().catch((problem: unknown) => {
	console.error(problem);
	process.exitCode = 1;
});
