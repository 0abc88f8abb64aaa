import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kept } from '../../bench/harness/results';
import { isMet } from '../../bench/harness/types';
import { isSandboxInstalled } from '../../testbed/n8n/paths';

const root = join(__dirname, '../..');
const minutes = 60_000;

/** Runs the bench's program in its smallest size, as a user would; time is not looked at. */
function bench(out: string, ...names: string[]): { readonly code: number | null; readonly said: string } {
	const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
	const args = [tsx, join(root, 'bench/run.ts'), ...names, '--quick', '--out', out, '--port', '18560'];
	const run = spawnSync(process.execPath, args, {
		cwd: root,
		encoding: 'utf8',
		env: { ...process.env, NODE_OPTIONS: '' },
	});
	return { code: run.status, said: run.stdout + run.stderr };
}

describe('the bench', () => {
	let out = '';
	beforeAll(() => {
		out = mkdtempSync(join(tmpdir(), 'rg-bench-test-'));
	});
	afterAll(() => rmSync(out, { recursive: true, force: true }));

	const page = (): string => readFileSync(join(out, 'RESULTS.md'), 'utf8');
	const kept = (name: string): Kept =>
		JSON.parse(readFileSync(join(out, 'results', `${name}.json`), 'utf8')) as Kept;

	/** What the page must say of a measurement: itself, every table, and each goal with whether it was met. */
	const expectReported = (name: string): void => {
		const { title, report, quick } = kept(name);
		expect(quick).toBe(true);
		expect(page()).toContain(`## ${title}`);
		for (const row of report.tables.flatMap(({ rows }) => rows))
			expect(page()).toContain(`| ${row.join(' | ')} |`);
		expect(report.tables.flatMap(({ rows }) => rows).length).toBeGreaterThan(0);
		for (const goal of report.goals) {
			expect(Number.isFinite(goal.measured)).toBe(true);
			const line = page()
				.split('\n')
				.find((found) => found.startsWith(`| ${goal.what} |`));
			expect(line?.endsWith(isMet(goal) ? '| yes |' : '| **no** |')).toBe(true);
		}
	};

	it(
		'measures a batch on both stores, and writes what it found beside its goals',
		() => {
			const { code, said } = bench(out, 'batch');
			expect({ code, said }).toMatchObject({ code: 0 });
			expectReported('batch');
			expect(kept('batch').report.tables.map(({ title }) => title.split(',')[0])).toEqual([
				'SQLite',
				'Postgres',
				'Where the time of a claim goes',
			]);
			expect(page()).toContain('The figures mean nothing.');
		},
		5 * minutes,
	);

	it(
		'measures the ledger as it grows on both stores, each step against a smaller past',
		() => {
			const { code, said } = bench(out, 'ledger');
			expect({ code, said }).toMatchObject({ code: 0 });
			expectReported('ledger');
			const { tables, goals } = kept('ledger').report;
			expect(tables.map(({ title }) => title.split(',')[0])).toEqual(['SQLite', 'Postgres']);
			for (const store of ['SQLite', 'Postgres'])
				for (const step of [
					'hand-out',
					'claim',
					'look',
					'verify since the last head',
					'desk page',
					'prune, a page',
				])
					expect(goals.map(({ what }) => what)).toContain(
						`${store}: ${step}, 4,000 deliveries of the past against 2,000 (flat)`,
					);
		},
		5 * minutes,
	);

	it(
		'names what there is when asked for something else',
		() => {
			const { code, said } = bench(out, 'weather');
			expect(code).toBe(1);
			expect(said).toContain(
				'No measurement weather. There are: claim, keys, batch, ledger, costs, spine, calls, links, rate, snapshot, memory, stability, start.',
			);
		},
		minutes,
	);

	(isSandboxInstalled() && process.env.RG_BENCH === '1' ? it : it.skip)(
		'measures inside a real n8n, and adds to the page',
		() => {
			const { code, said } = bench(out, 'claim', 'spine', 'calls', 'memory', 'start');
			expect({ code, said }).toMatchObject({ code: 0 });
			for (const name of ['claim', 'spine', 'calls', 'memory', 'start']) expectReported(name);
		},
		20 * minutes,
	);
});
