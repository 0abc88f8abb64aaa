import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openSqliteLedger } from '../../adapters/sqlite';
import { runCli } from '../../cli';
import { parseSpineSettings } from '../../core/delivery/spine';
import { openRelease } from '../../app/release';
import { manifestFor, preset } from '../support/release';

let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'cli-report-'));
	const ledger = await openSqliteLedger({ file: join(folder, 'ledger.sqlite'), clock: Date.now });
	const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' };
	await ledger.spines.configure(parseSpineSettings({ spine: 'content-delivery', cadence }), 'test');
	await openRelease({ ledger, now: Date.now }, manifestFor(preset('quiet-content-delivery')), 'test');
	await ledger.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ code: number; err: string }> {
	let err = '';
	const code = await runCli(argv, { out: () => {}, err: (text) => (err += text) });
	return { code, err };
}

it('writes the page of a release', async () => {
	const page = join(folder, 'report.html');
	const { code, err } = await run('report', 'r-1', '--sqlite', join(folder, 'ledger.sqlite'), '-o', page);
	expect(err).toBe('');
	expect(code).toBe(0);
	expect(readFileSync(page, 'utf8')).toContain('<h1>Warmer opening line</h1>');
}, 180_000);

it('says what is missing', async () => {
	expect(await run('report', 'r-1')).toEqual({ code: 2, err: expect.stringContaining('--sqlite') });
	const unknown = await run('report', 'nobody', '--sqlite', join(folder, 'ledger.sqlite'));
	expect(unknown).toEqual({ code: 2, err: expect.stringContaining("There is no release 'nobody'") });
	const nowhere = join(folder, 'no-such-folder', 'report.html');
	const unwritable = await run('report', 'r-1', '--sqlite', join(folder, 'ledger.sqlite'), '-o', nowhere);
	expect(unwritable).toEqual({ code: 2, err: expect.stringContaining('cannot be written (ENOENT).') });
});
