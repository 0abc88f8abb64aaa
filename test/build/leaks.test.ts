import { expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** A worker of jest that did this, and was told to stop since it was still there; what it wrote down. */
async function told(work: string): Promise<readonly string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-leaks-'));
	try {
		const script = join(folder, 'jest-worker', 'processChild.js');
		mkdirSync(join(folder, 'jest-worker'));
		writeFileSync(script, `${work}; process.on('message', () => {}); process.send('ready');`);
		const worker = fork(script, {
			execArgv: [`--require=${join(root, 'scripts/jest-worker.cjs')}`],
			env: { ...process.env, RELEASE_GATE_LEAKS: folder },
			stdio: 'ignore',
		});
		await once(worker, 'message');
		worker.kill('SIGTERM');
		await once(worker, 'exit');
		const leaks = readdirSync(folder).filter((file) => file.endsWith('.leak'));
		return leaks.map((file) => readFileSync(join(folder, file), 'utf8'));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

it('writes down what a test left open in its worker', async () => {
	expect(await told("require('node:net').createServer().listen(0)")).toEqual(['TCPServerWrap']);
}, 60_000);

it('calls nothing a leak where nothing is open: jest stops workers on a slow machine too', async () => {
	expect(await told('setInterval(() => {}, 1000).unref()')).toEqual([]);
}, 60_000);
