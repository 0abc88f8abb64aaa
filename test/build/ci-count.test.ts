import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const root = join(__dirname, '../..');
let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-ci-'));
	mkdirSync(join(folder, '.cache'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, '.cache', name), text);
const tested = (changes: object = {}): void =>
	write(
		'jest.json',
		JSON.stringify({
			numPassedTests: 100,
			numFailedTests: 0,
			numPendingTests: 3,
			numTodoTests: 1,
			testResults: [],
			...changes,
		}),
	);

/** What the run over many contacts prints when so many of five thousand got so many mails. */
const scale = (mails: number, most: number): string => {
	const exact = mails === 5_000 && most === 1;
	return `${mails} mails to ${Math.min(mails, 5_000)} of 5000 contacts, ${most} at most to one: ${exact ? 'exact' : 'NOT exact'}.\n96.3 s.\n`;
};

const count = (codes: { crash?: number; scale?: number } = {}): readonly string[] => {
	const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts', 'ci-count.mjs')], {
		cwd: folder,
		encoding: 'utf8',
		env: { ...process.env, CRASH: String(codes.crash ?? 0), SCALE: String(codes.scale ?? 0) },
	});
	expect(status).toBe(0);
	return stdout.trim().split('\n');
};

describe('the counts of CI', () => {
	it('add up tests, kills and the run over 5,000 contacts', () => {
		tested();
		write('crash.log', '  1  ok  before the send\n  2  ok  after it\n');
		write('scale.log', scale(5_000, 1));
		expect(count()).toEqual(['ok  5,000 contacts exact', '103 passed, 0 failed, 4 skipped']);
	});

	it.each([
		['a contact without a mail', scale(4_999, 1), 1],
		['a contact with two mails', scale(5_001, 2), 1],
		['a run that was ended for taking too long', '1000 mails, [700] MB\n', 124],
		['a run that says it is well and tells nothing', '', 0],
		['a run whose end failed', scale(5_000, 1), 1],
	])('count %s as one failed', (_what, log, code) => {
		tested();
		write('crash.log', '');
		write('scale.log', log);
		expect(count({ scale: code })).toEqual([
			'NOT OK  5,000 contacts exact',
			'100 passed, 1 failed, 4 skipped',
		]);
	});

	it('count kills that broke, and a harness that did not come so far', () => {
		tested();
		write('scale.log', scale(5_000, 1));
		write('crash.log', '  1  ok  before the send\n  2  BROKEN  after it\n');
		expect(count({ crash: 1 }).at(-1)).toBe('102 passed, 1 failed, 4 skipped');
		write('crash.log', '');
		expect(count({ crash: 124 }).at(-1)).toBe('101 passed, 1 failed, 4 skipped');
	});

	it('count a step that was not ok, a file that could not be run, and tests that never reported', () => {
		write('scale.log', scale(5_000, 1));
		write('crash.log', '');
		tested();
		write('test.log', 'ok  build (1 s)\nNOT OK  lint (2 s)\n');
		expect(count()).toEqual([
			'NOT OK  lint (2 s)',
			'ok  5,000 contacts exact',
			'101 passed, 1 failed, 4 skipped',
		]);
		tested({ testResults: [{ status: 'failed', assertionResults: [] }] });
		write('test.log', 'NOT OK  jest (exit code 1)\n');
		expect(count().at(-1)).toBe('101 passed, 1 failed, 4 skipped');
		rmSync(join(folder, '.cache', 'jest.json'));
		expect(count().at(-1)).toBe('1 passed, 1 failed, 0 skipped');
	});

	it('are what CI prints, from the very run it makes', () => {
		const told = / contacts, \$\{[\w.]+\} at most to one: \$\{[\w.]+ \? 'exact' : 'NOT exact'\}\.`/;
		const sources = readdirSync(join(root, 'scenarios', 'scale')).filter((file) => file.endsWith('.ts'));
		const texts = sources.map((file) => readFileSync(join(root, 'scenarios', 'scale', file), 'utf8'));
		expect(texts.filter((text) => told.test(text))).toHaveLength(1);
		expect(texts.filter((text) => text.includes("'--no-record'"))).toHaveLength(1);
		const run = readFileSync(join(root, '.ci', 'run'), 'utf8');
		expect(run).toMatch(/npm run scale -- --contacts 5000 --no-record .*\| tee \.cache\/scale\.log\n/);
		expect(run).toContain('CRASH="$crash" SCALE="$scale" node scripts/ci-count.mjs');
	});
});
