import { join } from 'node:path';
import { Client } from 'pg';
import type { PlainCredential } from './command';
import { Instance } from './instance';
import { linkPackage } from './package-link';
import { startProcess, type N8nProcess } from './process';
import { startQueueServers, type QueueServers } from './queue-servers';
import type { InstanceSettings } from './settings';

/** A fleet in queue mode: where it lives, what it listens on and how many workers it has. */
export interface FleetSettings {
	readonly folder: string;
	/** The main takes the first two, then Postgres and Redis, then two for each worker. */
	readonly firstPort: number;
	readonly workers: number;
	readonly packageFolder: string;
	/** How many of the workers, from the last on, are without the package; none if absent. */
	readonly bareWorkers?: number;
	/** Further variables of every n8n process. */
	readonly environment?: Readonly<Record<string, string>>;
}

/** Database of the ledger on the fleet's Postgres; n8n has one of its own beside it. */
export const ledgerDatabase = 'ledger';

/** Short spans, so that a lost worker is noticed within seconds instead of a minute and a half. */
const shortLocks = {
	QUEUE_WORKER_LOCK_DURATION: '5000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
} as const;

/** One worker process that can be killed and started again. */
export class Worker {
	private current: N8nProcess | null = null;

	constructor(readonly settings: InstanceSettings) {}

	get process(): N8nProcess | null {
		return this.current;
	}

	async start(): Promise<void> {
		if (this.current !== null) return;
		const started = await startProcess(this.settings, ['worker', '--concurrency=5']);
		this.current = started;
		void started.ended.then(() => {
			if (this.current === started) this.current = null;
		});
	}

	async kill(): Promise<void> {
		const running = this.current;
		this.current = null;
		await running?.kill();
	}

	async stop(): Promise<void> {
		const running = this.current;
		this.current = null;
		await running?.stop();
	}
}

/** A main and its workers on a private Postgres and Redis. */
export class Fleet {
	private constructor(
		readonly main: Instance,
		readonly workers: readonly Worker[],
		readonly servers: QueueServers,
	) {}

	/** Starts everything on fresh servers, credentials in place. */
	static async boot(settings: FleetSettings, credentials: readonly PlainCredential[]): Promise<Fleet> {
		const { firstPort, folder, packageFolder } = settings;
		const servers = await startQueueServers({ postgres: firstPort + 2, redis: firstPort + 3 });
		try {
			await createDatabases(servers.postgres.port, ['n8n', ledgerDatabase]);
			const environment = { ...queueEnvironment(servers), ...settings.environment };
			const settingsAt = (
				name: string,
				port: number,
				more: Readonly<Record<string, string>>,
				own: string | null = packageFolder,
			): InstanceSettings => ({
				userFolder: join(folder, name),
				port,
				brokerPort: port + 1,
				packageFolder: own,
				environment: { ...environment, ...more },
			});
			const main = await Instance.boot(settingsAt('main', firstPort, {}), credentials);
			const workers = Array.from({ length: settings.workers }, (_none, index) => {
				const port = firstPort + 4 + 2 * index;
				const health = { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port) };
				const bare = index >= settings.workers - (settings.bareWorkers ?? 0);
				return new Worker(settingsAt(`worker-${index + 1}`, port, health, bare ? null : packageFolder));
			});
			for (const { settings: own } of workers)
				if (own.packageFolder !== null) linkPackage(own.userFolder, own.packageFolder);
			await Promise.all(workers.map((worker) => worker.start()));
			return new Fleet(main, workers, servers);
		} catch (problem) {
			await servers.close();
			throw problem;
		}
	}

	/** The worker that runs as this process. */
	workerOf(pid: number): Worker | undefined {
		return this.workers.find((worker) => worker.process?.pid === pid);
	}

	async close(): Promise<void> {
		await Promise.all([this.main.kill(), ...this.workers.map((worker) => worker.kill())]);
		await this.servers.close();
	}
}

/** Variables of n8n in queue mode, as `compose.yaml` sets them too. */
function queueEnvironment({ postgres, redis }: QueueServers): Readonly<Record<string, string>> {
	return {
		EXECUTIONS_MODE: 'queue',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: 'n8n',
		DB_POSTGRESDB_USER: 'postgres',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		...shortLocks,
	};
}

async function createDatabases(port: number, names: readonly string[]): Promise<void> {
	const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
	await client.connect();
	try {
		for (const name of names) await client.query(`CREATE DATABASE ${name}`);
	} finally {
		await client.end();
	}
}
