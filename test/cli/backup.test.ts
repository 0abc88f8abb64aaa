import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSqliteLedger } from '../../adapters/sqlite';
import { registrationOf, slotOpens, testSettings } from '../../testbed/databases/ledgers';
import { runCommand } from '../support/cli';

let folder: string;
let file: string;
let to: string;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'cli-backup-'));
	file = join(folder, 'ledger.sqlite');
	to = join(folder, 'copy.sqlite');
	const ledger = await openSqliteLedger({ file, clock: () => slotOpens + 1000 });
	await ledger.spines.configure(testSettings('backed-up'), 'test');
	await ledger.deliveries.register(['1', '2'].map((id) => registrationOf('backed-up', id)));
	await ledger.close();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const reported = (out: string): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

test('copies the ledger into a file of its owner alone, and nothing else is left', async () => {
	const { code, out, err } = await runCommand('backup', '--sqlite', file, '--to', to);
	expect({ code, err }).toEqual({ code: 0, err: '' });
	expect(reported(out)).toEqual({ file: to, bytes: statSync(to).size });
	expect(statSync(to).mode & 0o777).toBe(0o600);
	// Beside a ledger that nobody has open, whoever only reads leaves SQLite's two files.
	expect(
		readdirSync(folder)
			.filter((name) => !/-(wal|shm)$/.test(name))
			.sort(),
	).toEqual(['copy.sqlite', 'ledger.sqlite']);
	const ledger = await openSqliteLedger({ file: to, clock: () => slotOpens + 1000 });
	expect(await ledger.deliveries.list({ spine: 'backed-up', limit: 10 })).toHaveLength(2);
	await ledger.close();
});

test('verifies the copy when asked to, and says no where a record was changed past the ledger', async () => {
	const { code, out } = await runCommand('backup', '--sqlite', file, '--to', to, '--verify');
	expect({ code, ...reported(out) }).toMatchObject({ code: 0, verdict: { status: 'intact', unsealed: 0 } });
	const db = new DatabaseSync(file);
	db.exec("UPDATE deliveries SET state = 'committed' WHERE recipient = '1'");
	db.close();
	const other = join(folder, 'other.sqlite');
	const changed = await runCommand('backup', '--sqlite', file, '--to', other, '--verify');
	expect({ code: changed.code, ...reported(changed.out) }).toMatchObject({
		code: 1,
		verdict: { status: 'broken', record: expect.stringContaining('delivery of 1') },
	});
});

test('writes over nothing, and names what it cannot copy', async () => {
	writeFileSync(to, 'the backup of yesterday');
	const there = await runCommand('backup', '--sqlite', file, '--to', to);
	expect(there).toMatchObject({ code: 2, err: expect.stringContaining('writes over none') });
	expect(statSync(to).size).toBe(23);
	const missing = await runCommand('backup', '--sqlite', join(folder, 'nobody'), '--to', join(folder, 'a'));
	expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('There is no ledger at') });
	const foreign = await runCommand('backup', '--sqlite', to, '--to', join(folder, 'b'));
	expect(foreign).toMatchObject({ code: 2, err: expect.stringContaining('is damaged or is not a ledger') });
	const nowhere = await runCommand('backup', '--sqlite', file, '--to', join(folder, 'none', 'c'));
	expect(nowhere).toMatchObject({ code: 2 });
	expect(await runCommand('backup', '--to', to)).toMatchObject({ code: 2 });
	expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('sends whoever has Postgres to pg_dump', async () => {
	const { code, err } = await runCommand(
		'backup',
		'--postgres',
		'postgres://nobody@127.0.0.1:1/none',
		'--to',
		to,
	);
	expect(code).toBe(2);
	expect(err).toContain('pg_dump --schema=release_gate --format=custom');
});
