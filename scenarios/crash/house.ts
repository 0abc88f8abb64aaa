import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import type { PlainCredential } from '../../testbed/n8n/command';
import { Instance } from '../../testbed/n8n/instance';
import { Fleet, ledgerDatabase } from '../../testbed/n8n/queue';
import type { SandboxCredential } from '../../testbed/credentials';
import type { Blow, CrashMode } from './plan';

/** Docker's own default between SIGTERM and SIGKILL. */
const dockerGraceMs = 10_000;

/** How long a node that is held back stays so after a SIGTERM, before its run may finish. */
const holdAfterStopMs = 1_000;

/** What is struck: every process of one n8n installation, and how to bring it back. */
export interface House {
	readonly main: Instance;
	/** Resolves when nothing is being brought back any more. */
	ready(): Promise<void>;
	/** Strikes; `pid` is the process that is at the kill point. Resolves once what was held back may go on. */
	strike(blow: Blow, pid: number | null): Promise<void>;
	/** Starts again whatever is down; resolves when all of it is ready. */
	mend(): Promise<void>;
	/** A look into the ledger beside n8n; the caller closes it. */
	openLedger(): Promise<Ledger>;
	close(): Promise<void>;
}

/** How a house is built. */
export interface HouseSettings {
	readonly folder: string;
	readonly firstPort: number;
	readonly packageFolder: string;
	readonly environment: Readonly<Record<string, string>>;
	/** Workers in queue mode; two if absent. */
	readonly workers?: number;
	readonly credentials: readonly PlainCredential[];
}

/** The ledger's credential in queue mode; regular mode has none and uses the file in n8n's folder. */
export const ledgerCredential: SandboxCredential = {
	id: 'rgSandboxLedger1',
	name: 'Ledger on Postgres',
	type: 'releaseGateLedgerApi',
};

/** The credential with what it holds. */
export const plainLedgerCredential = (port: number): PlainCredential => ({
	...ledgerCredential,
	data: {
		store: 'postgres',
		connection: 'fields',
		host: '127.0.0.1',
		port,
		database: ledgerDatabase,
		user: 'postgres',
		ssl: 'off',
		schema: 'release_gate',
	},
});

export const buildHouse = (mode: CrashMode, settings: HouseSettings): Promise<House> =>
	mode === 'regular' ? regularHouse(settings) : queueHouse(settings);

async function regularHouse(settings: HouseSettings): Promise<House> {
	const { folder, firstPort, packageFolder, environment, credentials } = settings;
	const place = {
		userFolder: folder,
		port: firstPort,
		brokerPort: firstPort + 1,
		packageFolder,
		environment,
	};
	const main = await Instance.boot(place, credentials);
	let down: Promise<void> = Promise.resolve();
	return {
		main,
		ready: () => Promise.resolve(),
		strike: async (blow) => {
			if (blow === 'stop') {
				down = main.stop();
				await sleep(holdAfterStopMs);
				return;
			}
			if (blow === 'docker-stop') {
				process.kill(main.process.pid, 'SIGTERM');
				await Promise.race([sleep(dockerGraceMs), main.process.ended]);
			}
			await main.kill();
		},
		mend: async () => {
			await down;
			await main.kill();
			await main.start();
		},
		openLedger: () =>
			openSqliteLedger({ file: join(folder, '.n8n', 'release-gate.sqlite'), clock: Date.now }),
		close: async () => {
			await down;
			await main.kill();
		},
	};
}

async function queueHouse(settings: HouseSettings): Promise<House> {
	const { folder, firstPort, packageFolder, environment, workers: count = 2 } = settings;
	const credentials = [...settings.credentials, plainLedgerCredential(firstPort + 2)];
	const fleet = await Fleet.boot(
		{ folder, firstPort, workers: count, packageFolder, environment },
		credentials,
	);
	const { main, workers, servers } = fleet;
	let mainIsUp = true;
	let mending: Promise<void> = Promise.resolve();
	const watchMain = (): void => {
		mainIsUp = true;
		void main.process.ended.then(() => (mainIsUp = false));
	};
	watchMain();
	const atPoint = async (pid: number | null): Promise<void> => {
		const struck = (pid === null ? undefined : fleet.workerOf(pid)) ?? busiest(workers);
		await struck?.kill();
	};
	return {
		main,
		ready: () => mending,
		strike: async (blow, pid) => {
			if (blow === 'kill Redis') await servers.redis.kill();
			else if (blow === 'kill Postgres') await servers.postgres.kill();
			else {
				const struck = blow === 'kill main' ? [main.kill()] : [atPoint(pid)];
				if (blow === 'kill main and worker') struck.push(main.kill());
				await Promise.all(struck);
			}
		},
		mend: async () => {
			await mending;
			if (!(await listening(servers.postgres.port))) await servers.postgres.start();
			if (!(await listening(servers.redis.port))) await servers.redis.start();
			if (!mainIsUp)
				await main
					.kill()
					.then(() => main.start())
					.then(watchMain);
			// One worker is enough to go on; the other one comes back beside the work, as on a real fleet.
			const one = workers.some((worker) => worker.process !== null);
			mending = startAll(workers);
			mending.catch(() => undefined);
			if (!one) await mending;
		},
		openLedger: () =>
			openPostgresLedger({
				connection: `postgres://postgres@127.0.0.1:${servers.postgres.port}/${ledgerDatabase}`,
				connections: 1,
			}),
		close: () => fleet.close(),
	};
}

/** Without a report from the probe nobody knows which worker is at the point: the first that runs is taken. */
const busiest = <Running extends { readonly process: unknown }>(
	workers: readonly Running[],
): Running | undefined => workers.find((worker) => worker.process !== null);

/** Starts what is down. A worker that comes up while its servers still recover ends again, and gets a second try. */
async function startAll(workers: Fleet['workers']): Promise<void> {
	await Promise.all(workers.map((worker) => worker.start().catch(() => worker.start())));
}

async function listening(port: number): Promise<boolean> {
	const { connect } = await import('node:net');
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}
