import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScenarioClock } from '../../testbed/clock';

const start = Date.UTC(2026, 9, 8, 20);
const hour = 3_600_000;

let folder: string;
let clock: ScenarioClock;
let child: ChildProcess | undefined;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rg-clock-'));
	clock = new ScenarioClock(join(folder, 'clock'), start);
});
afterEach(() => {
	child?.kill('SIGKILL');
	child = undefined;
	clock.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Runs a script that lives by the clock, under the name of one of n8n's files; gives the lines it prints. */
function run(name: string, script: string): readonly string[] {
	const file = join(folder, name);
	mkdirSync(join(file, '..'), { recursive: true });
	// As n8n's server does, something keeps the process.
	writeFileSync(file, `${script}; setInterval(() => undefined, 100);`);
	const lines: string[] = [];
	child = spawn(process.execPath, [file], { env: { PATH: process.env.PATH, ...clock.environment() } });
	child.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
	return lines;
}

async function until(holds: () => boolean): Promise<void> {
	const giveUpAt = Date.now() + 10_000;
	while (!holds()) {
		if (Date.now() > giveUpAt) throw new Error('it did not happen in time');
		await sleep(10);
	}
}

describe('the scenario’s clock', () => {
	it('starts where it is told, runs on by itself, and only moves ahead', async () => {
		const before = clock.now();
		expect(before - start).toBeLessThan(5_000);
		await sleep(30);
		expect(clock.now()).toBeGreaterThan(before);
		clock.moveTo(start + hour);
		clock.moveTo(start);
		expect(clock.now()).toBeGreaterThanOrEqual(start + hour);
	});

	it('is every Date of a process that lives by it', async () => {
		const lines = run(
			'any.js',
			'const d = new Date(); console.log(Date.now(), d.getTime(), d instanceof Date, new Date(5).getTime());',
		);
		await until(() => lines.length > 0);
		const [now, made, isDate, given] = (lines[0] ?? '').split(' ');
		expect(Number(now) - start).toBeGreaterThanOrEqual(0);
		expect(Number(now) - start).toBeLessThan(60_000);
		expect(Math.abs(Number(made) - Number(now))).toBeLessThan(1_000);
		expect([isDate, given]).toEqual(['true', '5']);
	});

	it.each([
		['Wait.node.js', true],
		['cron/dist/job.js', false],
	])('ends what waits in %s when the clock gets there, and not before', async (name, node) => {
		const lines = run(name, `setTimeout(() => console.log('woke'), ${hour}); console.log('waits')`);
		await until(() => lines.length > 0 && clock.due().length > 0);
		const [due] = clock.due();
		expect(due?.node).toBe(node);
		expect(Math.abs((due?.at ?? 0) - start - hour)).toBeLessThan(60_000);
		clock.moveTo((due?.at ?? 0) - 5_000);
		await sleep(200);
		expect(lines).toEqual(['waits']);
		clock.moveTo(due?.at ?? 0);
		await until(() => lines.length > 1);
		expect(lines).toEqual(['waits', 'woke']);
		await until(() => clock.due().length === 0);
	});

	it('leaves every other timer to the machine, and forgets what was cleared', async () => {
		const lines = run('other.js', `setTimeout(() => console.log('woke'), ${hour}); console.log('waits')`);
		await until(() => lines.length > 0);
		clock.moveTo(start + 2 * hour);
		await sleep(200);
		expect(lines).toEqual(['waits']);
		expect(clock.due()).toEqual([]);
		child?.kill('SIGKILL');
		const cleared = run(
			'Wait.node.js',
			`clearTimeout(setTimeout(() => console.log('woke'), ${hour})); console.log('cleared')`,
		);
		await until(() => cleared.length > 0);
		clock.moveTo(start + 4 * hour);
		await sleep(200);
		expect(cleared).toEqual(['cleared']);
	});
});
