import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { n8nEnvironment } from '../../testbed/n8n/environment';
import { linkPackage } from '../../testbed/n8n/package-link';
import { n8nBinary, nodeBinary } from '../../testbed/n8n/paths';
import type { InstanceSettings } from '../../testbed/n8n/settings';
import {
	type Contestant,
	inRounds,
	medianOf,
	ratioOf,
	type Samples,
	shown,
	spreadOf,
} from '../harness/rounds';
import type { Measurement } from '../harness/types';
import { builtPackage, freshFolder } from '../n8n/instance';

const withIt = 'n8n with the package';
const without = 'n8n without it';

/** Time from starting n8n to being ready, with and without the package. */
export const start: Measurement = {
	name: 'start',
	title: "n8n's start with and without the package",
	run: async ({ quick, port, say, rounds: wanted = 5 }) => {
		const rounds = quick ? 1 : wanted;
		const contestants = [
			contestant(withIt, freshFolder('start-with'), port, true),
			contestant(without, freshFolder('start-without'), port, false),
		];
		say('first starts, which migrate the databases');
		for (const { run } of contestants) await run(0);
		const samples = await inRounds(contestants, rounds);
		return {
			tables: [tableOf(samples)],
			goals: [
				{
					what: `${withIt} ready, against ${without}`,
					measured: ratioOf(samples, withIt, without),
					bound: { most: 1.05 },
					unit: 'x',
				},
			],
			notes: [
				`${rounds} starts each, in turns, after a first one that migrates and, with more than one round, a warm one that does not count.`,
				'From the start of the process until /healthz/readiness answers, asked every 20 ms. The goal says "nothing measurable"; starts differ among themselves by more than 5 %.',
			],
		};
	},
};

function contestant(name: string, userFolder: string, port: number, linked: boolean): Contestant {
	const settings: InstanceSettings = {
		userFolder,
		port,
		brokerPort: port + 1,
		packageFolder: builtPackage(),
	};
	const link = linkPackage(userFolder, builtPackage());
	if (!linked) rmSync(link);
	if (existsSync(join(link, 'package.json')) !== linked)
		throw new Error(`The link ${link} is not as it should be.`);
	return { name, run: () => startToReady(settings) };
}

async function startToReady(settings: InstanceSettings): Promise<number> {
	const began = performance.now();
	const child = spawn(nodeBinary, [n8nBinary, 'start'], {
		env: n8nEnvironment(settings),
		cwd: settings.userFolder,
		stdio: 'ignore',
		detached: true,
	});
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	try {
		while (!(await isReady(settings.port))) {
			if (child.exitCode !== null) throw new Error(`n8n ended with ${child.exitCode} before it was ready.`);
			if (performance.now() - began > 300_000) throw new Error('n8n was not ready after 300 s.');
			await sleep(20);
		}
		return performance.now() - began;
	} finally {
		child.kill('SIGTERM');
		await Promise.race([ended, sleep(40_000)]);
		if (child.pid !== undefined) killGroup(child.pid);
	}
}

async function isReady(port: number): Promise<boolean> {
	const answer = await fetch(`http://127.0.0.1:${port}/healthz/readiness`, {
		signal: AbortSignal.timeout(2_000),
	}).catch(() => null);
	return answer?.ok === true;
}

/** The task runner outlives n8n for a moment; what is left of the group goes with it. */
function killGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch (problem) {
		if ((problem as NodeJS.ErrnoException).code !== 'ESRCH') throw problem;
	}
}

const tableOf = (samples: Samples) => ({
	title: '',
	columns: ['start', 's, median', 'ms, fastest-slowest'],
	rows: [withIt, without].map((name) => [
		name,
		shown(medianOf(samples, name) / 1000),
		spreadOf(samples, name),
	]),
});
