import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import type { Ledger } from '../../../app/ledger/api';

const terms = {
	scope: 'orders',
	leaseMs: 60_000,
	rememberMs: 86_400_000,
	whenUnknown: 'hold',
	owner: 'run',
} as const;
const claim = async (ledger: Ledger) =>
	(await ledger.keys.claim(terms, [{ key: 'evt_1', digest: null }]))[0]?.status;

describe('a ledger file that is moved away under a running process', () => {
	let folder = '';
	let file = '';
	let running: Ledger;
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rg-moved-'));
		file = join(folder, 'ledger.sqlite');
		running = await openSqliteLedger({ file, clock: Date.now });
	});
	afterEach(async () => {
		await running.close();
		rmSync(folder, { recursive: true, force: true });
	});
	const moveAway = (): void => {
		for (const end of ['', '-wal', '-shm']) renameSync(`${file}${end}`, `${file}.old${end}`);
	};

	test('grants nothing any more: another process has a new file by now', async () => {
		moveAway();
		const other = await openSqliteLedger({ file, clock: Date.now });
		expect(await claim(other)).toBe('first');
		await expect(claim(running)).rejects.toMatchObject({ code: 'ledger-moved' });
		await other.close();
	});

	test('grants nothing where the file is gone, and goes on once it is back', async () => {
		await claim(running);
		moveAway();
		await expect(claim(running)).rejects.toMatchObject({ code: 'ledger-moved' });
		for (const end of ['', '-wal', '-shm']) renameSync(`${file}.old${end}`, `${file}${end}`);
		expect(await claim(running)).toBe('held');
	});

	test('grants nothing from what a backup was copied over', async () => {
		await running.close();
		copyFileSync(file, `${file}.backup`);
		running = await openSqliteLedger({ file, clock: Date.now });
		expect(await claim(running)).toBe('first');
		renameSync(`${file}.backup`, file);
		await expect(claim(running)).rejects.toMatchObject({ code: 'ledger-moved' });
	});
});
