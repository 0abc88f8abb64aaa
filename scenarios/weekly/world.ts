import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Instance } from '../../testbed/n8n/instance';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { publishWorkflow, saveWorkflow } from '../../testbed/n8n/workflows';
import { portsOf } from '../../testbed/ports';
import { lasting, ScenarioClock } from '../../testbed/clock';
import { weeklyCredentials } from './credentials';
import { readyTrain } from './templates';
import { startWeeklyVendors, type WeeklyVendors } from './vendors';

/** A real n8n with the release train imported, the vendors it talks to, and the clock they all live by. */
export interface WeeklyWorld {
	readonly n8n: Instance;
	readonly vendors: WeeklyVendors;
	readonly clock: ScenarioClock;
	/** Path of the SQLite ledger the nodes use. */
	readonly ledgerFile: string;
	/** Folder of the instance. */
	readonly folder: string;
	close(): Promise<void>;
}

/** Templates that others call; those with a schedule or a form of their own are published when their time comes. */
const callable = [
	'smoke-tests',
	'train-pipeline',
	'software-rollback',
	'publish-release-notes',
	'train-gather',
	'train-answer',
	'train-build',
	'train-deploy',
	'train-watch',
	'release-train',
] as const;

/** Starts everything on a fresh folder at an instant of the scenario. What was started is stopped when a part fails. */
export async function startWeeklyWorld(startsAt: number): Promise<WeeklyWorld> {
	const ports = portsOf('weekly');
	const folder = join(runRoot, 'weekly');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const clock = new ScenarioClock(join(folder, 'clock'), startsAt);
	const vendors = await startWeeklyVendors({ clock: clock.now });
	let n8n: Instance | null = null;
	try {
		n8n = await Instance.boot(
			{
				userFolder: folder,
				port: ports.n8n,
				brokerPort: ports.broker,
				packageFolder: packageRoot,
				environment: { ...vendors.proxy.environment(), ...clock.environment(), ...lasting },
			},
			weeklyCredentials,
		);
		for (const template of readyTrain()) await saveWorkflow(n8n.session, template);
		for (const id of callable) await publishWorkflow(n8n.session, id);
	} catch (problem) {
		await n8n?.kill();
		await vendors.close();
		throw problem;
	}
	const running = n8n;
	return {
		n8n,
		vendors,
		clock,
		folder,
		ledgerFile: join(folder, '.n8n', 'release-gate.sqlite'),
		close: async () => {
			await running.stop();
			await vendors.close();
			clock.close();
		},
	};
}
