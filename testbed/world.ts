import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lasting, ScenarioClock } from './clock';
import { plainCredentials } from './credentials';
import { openMailbox, type Mailbox } from './mailbox';
import { Instance } from './n8n/instance';
import { packageRoot, runRoot } from './n8n/paths';
import { publishWorkflow, saveWorkflow } from './n8n/workflows';
import { portsOf, type Ports } from './ports';
import { startStandIns, type StandIns } from './standins';
import { eventsUrl, readyTemplates, serving, withErrorWorkflow, type ReadyTemplate } from './templates';

/** What a sandbox is made of. */
export interface WorldOptions {
	/** Names the instance folder and the ports. */
	readonly sandbox: Parameters<typeof portsOf>[0];
	readonly contacts: number;
	readonly seed?: number;
	/** HubSpot's rate limits; `real` for people, `none` where only the outcome matters. */
	readonly hubspotLimits: 'real' | 'none';
	/**
	 * How long after a message the Postmark stand-in reports it as delivered, to the template for it: one run of n8n each.
	 * Nothing is reported if absent.
	 */
	readonly reportsAfterMs?: number;
	/** Further variables of the n8n process. */
	readonly environment?: Readonly<Record<string, string>>;
	/**
	 * Instant at which everything starts, milliseconds since 1970: n8n and the stand-ins then live by a clock that can be
	 * moved ahead. By the machine's if absent.
	 */
	readonly startsAt?: number;
}

/** A real n8n with the templates in place, and the stand-ins it talks to. */
export interface World {
	readonly ports: Ports;
	readonly standIns: StandIns;
	readonly mailbox: Mailbox;
	readonly n8n: Instance;
	readonly templates: readonly ReadyTemplate[];
	/** Path of the SQLite ledger the nodes use. */
	readonly ledgerFile: string;
	/** The clock that everything lives by; `null` where it is the machine's. */
	readonly clock: ScenarioClock | null;
	/** Stops n8n, then the stand-ins. */
	close(): Promise<void>;
}

/** Starts everything on a fresh folder. Whatever was started is stopped again when a part of it fails. */
export async function startWorld(options: WorldOptions): Promise<World> {
	const ports = portsOf(options.sandbox);
	const userFolder = join(runRoot, options.sandbox);
	rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(userFolder, { recursive: true });
	const clock =
		options.startsAt === undefined ? null : new ScenarioClock(join(userFolder, 'clock'), options.startsAt);
	const standIns = await startStandIns({
		hubspotPort: ports.hubspot,
		postmarkPort: ports.postmark,
		generatorPort: ports.generator,
		contacts: options.contacts,
		seed: options.seed,
		hubspotLimits: options.hubspotLimits,
		clock: clock?.now,
	});
	const mailbox = await openMailbox(standIns, ports.mailbox);
	const urls = {
		hubspot: standIns.hubspot.url,
		postmark: standIns.postmark.url,
		generator: standIns.generator.url,
		alerts: mailbox.url,
	};
	let n8n: Instance | null = null;
	try {
		n8n = await Instance.boot(
			{
				userFolder,
				port: ports.n8n,
				brokerPort: ports.broker,
				packageFolder: packageRoot,
				environment: { ...(clock ? { ...clock.environment(), ...lasting } : {}), ...options.environment },
			},
			plainCredentials(urls),
		);
		const templates = readyTemplates(urls).map(withErrorWorkflow);
		for (const template of templates) await saveWorkflow(n8n.session, template);
		for (const id of serving) await publishWorkflow(n8n.session, id);
		const { reportsAfterMs: afterMs } = options;
		if (afterMs !== undefined)
			standIns.postmark.admin.webhook(eventsUrl(n8n.url), { deliveries: true, afterMs });
		const running = n8n;
		return {
			ports,
			standIns,
			mailbox,
			n8n,
			templates,
			ledgerFile: join(userFolder, '.n8n', 'release-gate.sqlite'),
			clock,
			close: async () => {
				await running.stop();
				await Promise.all([standIns.close(), mailbox.close()]);
				clock?.close();
			},
		};
	} catch (problem) {
		await n8n?.kill();
		await Promise.all([standIns.close(), mailbox.close()]);
		clock?.close();
		throw problem;
	}
}
