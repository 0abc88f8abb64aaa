import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Instance } from '../../testbed/n8n/instance';
import { runRoot } from '../../testbed/n8n/paths';
import type { InstanceSettings } from '../../testbed/n8n/settings';
import { LedgerReader } from '../../testbed/ledger-reader';
import { portsOf } from '../../testbed/ports';
import { create, nextExecution, publish } from '../matrix/rest';
import { recipients, spine } from '../matrix/workflows';
import { photograph } from './pictures';
import type { Registry, Tarball } from './registry';
import type { Way } from './ways';

/** What was seen of one way; a step that failed is an error and ends it. */
export interface Seen {
	readonly way: string;
	readonly installed: string;
	readonly upgraded: string;
	readonly removed: string;
	readonly again: string;
}

export interface Stage {
	readonly now: Tarball;
	readonly before: Tarball;
	/** Makes a registry behind the name of npm's, and the variables that lead n8n to it. */
	readonly registry: Registry;
	readonly environment: Readonly<Record<string, string>>;
	/** Folder for pictures. */
	readonly pictures: string;
}

const path = 'matrix-install';

/** How many the spine hands out in one run: the version before leaves some to the one that takes its place. */
const limit = 200;

/** One n8n on one folder, to be started again with other variables and another version of the package. */
class Site {
	private n8n: Instance | null = null;
	private version: Tarball | null = null;
	readonly userFolder = join(runRoot, 'install', 'site');

	constructor(
		private readonly way: Way,
		private readonly stage: Stage,
	) {
		rmSync(this.userFolder, { recursive: true, force: true });
	}

	get running(): Instance {
		if (!this.n8n) throw new Error('n8n is down');
		return this.n8n;
	}

	/** Brings this version, or none, into n8n: while it runs where the way can, over a restart where not. */
	async bring(tarball: Tarball | null): Promise<void> {
		const { way, stage } = this;
		if (this.n8n === null || !way.ask) {
			await this.n8n?.stop();
			way.place?.(this.userFolder, tarball);
			const ports = portsOf('install');
			const settings: InstanceSettings = {
				userFolder: this.userFolder,
				port: ports.n8n,
				brokerPort: ports.broker,
				packageFolder: null,
				environment: { ...stage.environment, ...way.environment?.(tarball) },
			};
			this.n8n = await Instance.boot(settings);
		}
		await way.ask?.(this.n8n, tarball, this.version !== null, stage.pictures);
		this.version = tarball;
	}

	async stop(): Promise<void> {
		await this.n8n?.kill();
	}
}

/** Calls the published spine and gives how many it committed, or why its run failed. */
async function call(n8n: Instance, id: string, known: Set<string>): Promise<string> {
	for (const giveUpAt = Date.now() + 60_000; ; await sleep(500)) {
		const answer = await fetch(`${n8n.url}/webhook/${path}`, { method: 'POST' }).catch(() => null);
		if (answer?.ok) break;
		if (Date.now() < giveUpAt) continue;
		const said = (await answer?.json().catch(() => null)) as { message?: string } | null | undefined;
		return `the webhook answers ${answer?.status ?? 'nothing'}: ${said?.message ?? 'no message'}`;
	}
	const execution = await nextExecution(n8n.session, id, known);
	known.add(execution.id);
	if (execution.status !== 'success') return `the run fails: ${execution.error ?? execution.status}`;
	return `${execution.nodes.Commit?.outputs[1] ?? 0} sent`;
}

/** Plays one way: the version before, a spine, the upgrade with its ledger in use, none, and the package again. */
export async function play(way: Way, stage: Stage): Promise<Seen> {
	const site = new Site(way, stage);
	const known = new Set<string>();
	const expect = (said: string, wanted: string): string => {
		if (said !== wanted) throw new Error(`${way.name}: ${said}, not ${wanted}`);
		return said;
	};
	try {
		await site.bring(stage.before);
		const id = await create(site.running.session, spine(path, undefined, { limit }));
		await publish(site.running.session, id);
		const installed = expect(await call(site.running, id, known), `${limit} sent`);
		await site.bring(stage.now);
		const rest = expect(await call(site.running, id, known), `${recipients - limit} sent`);
		if (way.pictures) await photograph(site.running, id, [...known].at(-1) ?? '', stage.pictures);
		const more = expect(await call(site.running, id, known), '0 sent');
		const ledger = join(site.userFolder, '.n8n', 'release-gate.sqlite');
		const reader = new LedgerReader(ledger, 'matrix');
		const committed = (await reader.deliveries(['committed'])).length;
		expect(`${committed} committed`, `${recipients} committed`);
		const chain = expect((await reader.verify()).status, 'intact');
		const upgraded = `${rest}, then ${more}; ${committed} deliveries, each once; chain ${chain}`;
		await site.bring(null);
		const removed = await call(site.running, id, known);
		await site.bring(stage.now);
		const again = expect(await call(site.running, id, known), '0 sent');
		return { way: way.name, installed, upgraded, removed, again };
	} finally {
		await site.stop();
	}
}
