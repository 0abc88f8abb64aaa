import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../../adapters/postgres';
import { slotOpens } from '../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../testbed/databases/postgres';
import { expectWholeCopy, SlotsWorker } from '../backup';

/** Of a server that is named: pg_dump refuses one that is newer than itself, as npm's is. */
const canDump =
	(process.env['TEST_POSTGRES_URL'] ?? '') !== '' &&
	['pg_dump', 'pg_restore'].every((program) => spawnSync(program, ['--version']).status === 0);

const run = (program: string, ...args: readonly string[]): void => {
	const { status, stderr } = spawnSync(program, [...args], { encoding: 'utf8' });
	expect({ program, status, stderr }).toEqual({ program, status: 0, stderr: '' });
};

(canDump ? describe : describe.skip)('pg_dump of a ledger', () => {
	let folder = '';
	let database: TestDatabase;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rg-dump-'));
		database = await freshDatabase();
	});
	afterAll(async () => {
		await database.drop();
		rmSync(folder, { recursive: true, force: true });
	});

	test('made in the middle of claims and prunes it restores, verifies, and holds no half of a batch', async () => {
		const worker = new SlotsWorker({ address: database.url, spine: 'backed-up' });
		const dumps: string[] = [];
		try {
			await worker.goesOn(8);
			for (let copy = 0; copy < 6; copy += 1) {
				dumps.push(join(folder, `copy-${copy}.dump`));
				run('pg_dump', '--schema=release_gate', '--format=custom', `--file=${dumps.at(-1)}`, database.url);
				await worker.goesOn(1);
			}
		} finally {
			await worker.kill();
		}
		const states: string[] = [];
		for (const dump of dumps) {
			const restored = await freshDatabase();
			try {
				run('pg_restore', `--dbname=${restored.url}`, dump);
				const ledger = await openPostgresLedger({
					connection: restored.url,
					clock: () => slotOpens + 1000,
				});
				const found = await expectWholeCopy(ledger, 'backed-up');
				expect(found.length).toBeLessThan(6);
				expect(await ledger.events.list({ kinds: ['ledger.pruned'], limit: 1 })).toHaveLength(1);
				await ledger.close();
				states.push(...found);
			} finally {
				await restored.drop();
			}
		}
		expect(states).toContain('committed');
	}, 180_000);
});
