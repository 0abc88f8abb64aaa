import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxProblem } from '../problem';
import { n8nEnvironment } from './environment';
import { n8nBinary, nodeBinary } from './paths';
import type { InstanceSettings } from './settings';

/** A first start migrates the database; 25 s were measured on two cores, more beside other work. */
const readyTimeoutMs = 240_000;

/** n8n waits up to 30 s for running executions when asked to stop (N8N_GRACEFUL_SHUTDOWN_TIMEOUT). */
const stopTimeoutMs = 45_000;

/** Process groups that must not outlive this process: they are killed when it exits, however it does. */
const groups = new Set<number>();
process.on('exit', () => {
	for (const pid of groups) signalGroup(pid, 'SIGKILL');
});

/** A running n8n process, leader of its own process group: its task runner dies with it. */
export interface N8nProcess {
	readonly pid: number;
	readonly logFile: string;
	/** Resolves when the process has ended. */
	readonly ended: Promise<void>;
	/** SIGTERM, as `docker stop` sends it; SIGKILL when n8n does not end in time. */
	stop(): Promise<void>;
	/** SIGKILL to the whole group, as a machine that loses its power. */
	kill(): Promise<void>;
	/** Any other signal, e.g. SIGSTOP and SIGCONT for a process that freezes and wakes up. */
	signal(signal: NodeJS.Signals): void;
}

/**
 * Starts one n8n process and returns once `/healthz/readiness` answers.
 * @param command `start` for a main, `worker` (with its arguments) for a worker of queue mode.
 * @param readinessPort port of the health check: the editor's for a main, QUEUE_HEALTH_CHECK_PORT for a worker.
 * @throws SandboxProblem when something answers there already; with the last lines of the log when n8n ends early or is
 * not ready in time.
 */
export async function startProcess(
	settings: InstanceSettings,
	command: readonly string[] = ['start'],
	readinessPort: number = settings.port,
): Promise<N8nProcess> {
	if (await isReady(readinessPort))
		throw new SandboxProblem(
			`Another n8n answers at port ${readinessPort}.`,
			'One of an earlier run was left behind: end it first.',
		);
	mkdirSync(settings.userFolder, { recursive: true });
	const logFile = join(settings.userFolder, `n8n-${command[0]}.log`);
	const log = openSync(logFile, 'a');
	const child = spawn(nodeBinary, [n8nBinary, ...command], {
		env: n8nEnvironment(settings),
		cwd: settings.userFolder,
		stdio: ['ignore', log, log],
		detached: true,
	});
	closeSync(log);
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
		child.once('error', () => resolve());
	});
	const running = asN8nProcess(child, logFile, ended);
	try {
		await untilReady(readinessPort, child, logFile);
	} catch (problem) {
		await running.kill();
		throw problem;
	}
	return running;
}

function asN8nProcess(child: ChildProcess, logFile: string, ended: Promise<void>): N8nProcess {
	const pid = child.pid ?? 0;
	if (pid > 0) groups.add(pid);
	const kill = async (): Promise<void> => {
		signalGroup(pid, 'SIGKILL');
		await ended;
		groups.delete(pid);
	};
	return {
		pid,
		logFile,
		ended,
		kill,
		signal: (signal) => signalGroup(pid, signal),
		async stop() {
			if (child.exitCode === null) child.kill('SIGTERM');
			const outOfTime = sleep(stopTimeoutMs, 'late' as const, { ref: false });
			if ((await Promise.race([ended, outOfTime])) === 'late') await kill();
			// What is left of the group is a task runner that lost its broker.
			signalGroup(pid, 'SIGKILL');
			groups.delete(pid);
		},
	};
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	if (pid <= 0) return;
	try {
		process.kill(-pid, signal);
	} catch (problem) {
		if ((problem as NodeJS.ErrnoException).code !== 'ESRCH') throw problem;
	}
}

async function isReady(port: number): Promise<boolean> {
	const answer = await fetch(`http://127.0.0.1:${port}/healthz/readiness`, {
		signal: AbortSignal.timeout(2_000),
	}).catch(() => null);
	return answer?.ok === true;
}

async function untilReady(port: number, child: ChildProcess, logFile: string): Promise<void> {
	const giveUpAt = Date.now() + readyTimeoutMs;
	while (Date.now() < giveUpAt) {
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
			throw new SandboxProblem('n8n ended before it was ready.', lastLines(logFile));
		if (await isReady(port)) return;
		await sleep(250);
	}
	throw new SandboxProblem(`n8n was not ready after ${readyTimeoutMs / 1000} s.`, lastLines(logFile));
}

function lastLines(logFile: string): string {
	return `The end of ${logFile}:\n${readFileSync(logFile, 'utf8').split('\n').slice(-25).join('\n')}`;
}
