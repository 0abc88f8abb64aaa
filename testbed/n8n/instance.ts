import { mkdirSync } from 'node:fs';
import { importCredentials, type PlainCredential } from './command';
import { linkPackage } from './package-link';
import { isSandboxInstalled } from './paths';
import { startProcess, type N8nProcess } from './process';
import { Session } from './session';
import type { InstanceSettings } from './settings';
import { SandboxProblem } from '../problem';

/**
 * A real n8n with the package linked, an owner, and credentials in place. It can be stopped, killed and started
 * again as often as a test wants; its folder and its session stay.
 */
export class Instance {
	readonly session: Session;
	private current: N8nProcess | null = null;

	private constructor(readonly settings: InstanceSettings) {
		this.session = new Session(`http://127.0.0.1:${settings.port}`);
	}

	/** Prepares the folder, imports credentials, boots n8n and signs the owner in. */
	static async boot(
		settings: InstanceSettings,
		credentials: readonly PlainCredential[] = [],
	): Promise<Instance> {
		if (!isSandboxInstalled())
			throw new SandboxProblem('The sandbox has no n8n yet.', 'Install it: node scripts/ensure.mjs --n8n');
		const instance = new Instance(settings);
		mkdirSync(settings.userFolder, { recursive: true });
		if (settings.packageFolder !== null) linkPackage(settings.userFolder, settings.packageFolder);
		if (credentials.length > 0) await importCredentials(settings, credentials);
		await instance.start();
		try {
			await instance.session.open();
		} catch (problem) {
			await instance.kill();
			throw problem;
		}
		return instance;
	}

	get url(): string {
		return this.session.baseUrl;
	}

	get process(): N8nProcess {
		if (!this.current) throw new SandboxProblem('n8n is not running.', 'Start it first.');
		return this.current;
	}

	/** Starts n8n on the same folder again; the session stays valid. */
	async start(): Promise<void> {
		if (this.current) throw new SandboxProblem('n8n is running already.', 'Stop or kill it first.');
		this.current = await startProcess(this.settings);
	}

	/** SIGTERM, and waits for the end. */
	async stop(): Promise<void> {
		await this.current?.stop();
		this.current = null;
	}

	/** SIGKILL, and waits for the end. */
	async kill(): Promise<void> {
		await this.current?.kill();
		this.current = null;
	}

	async restart(): Promise<void> {
		await this.stop();
		await this.start();
	}
}
