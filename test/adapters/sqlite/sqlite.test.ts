import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { busyTimeoutMs } from '../../../adapters/sqlite/errors';
import { migrate } from '../../../adapters/sqlite/migrate';
import { SqliteStore } from '../../../adapters/sqlite/store';
import { createLedger } from '../../../app/ledger/ledger';
import { registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';

const clock = (): number => slotOpens + 1000;

describe('the SQLite ledger as a file', () => {
	let folder = '';
	let file = '';
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'rg-sqlite-'));
		file = join(folder, 'deep', 'ledger.sqlite');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	test('is refused in queue mode, with the reason', async () => {
		await expect(openSqliteLedger({ file, clock, executionsMode: 'queue' })).rejects.toMatchObject({
			code: 'ledger-queue-mode',
			message: expect.stringContaining('sent twice'),
		});
	});

	test('in memory leaves no file behind', async () => {
		const before = process.cwd();
		process.chdir(folder);
		try {
			const ledger = await openSqliteLedger({ file: ':memory:', clock });
			await ledger.spines.configure(testSettings('s'), 'test');
			expect(await ledger.spines.get('s')).toMatchObject({ version: 1 });
			await ledger.close();
			expect(readdirSync('.')).toEqual([]);
		} finally {
			process.chdir(before);
		}
	});

	test('flushes every commit and waits for others, as its own connections say', async () => {
		const connections = new Set<DatabaseSync>();
		const exec = DatabaseSync.prototype.exec;
		DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
			connections.add(this);
			exec.call(this, sql);
		};
		const ledgers = [await openSqliteLedger({ file, clock }), await openSqliteLedger({ file, clock })];
		DatabaseSync.prototype.exec = exec;
		await ledgers[0]?.spines.configure(testSettings('s'), 'test');
		expect(connections.size).toBe(ledgers.length);
		for (const db of connections) {
			expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
			expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
			expect(db.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: busyTimeoutMs });
		}
		expect(busyTimeoutMs).toBeGreaterThanOrEqual(10_000);
		for (const ledger of ledgers) await ledger.close();
	});

	test('of a newer version is refused and left alone', async () => {
		await (await openSqliteLedger({ file, clock })).close();
		const db = new DatabaseSync(file);
		db.exec('PRAGMA user_version = 99');
		db.close();
		await expect(openSqliteLedger({ file, clock })).rejects.toMatchObject({ code: 'ledger-newer' });
	});

	test('with a changed migration is refused', async () => {
		await (await openSqliteLedger({ file, clock })).close();
		const db = new DatabaseSync(file);
		db.exec("UPDATE migrations SET checksum = 'other'");
		db.close();
		await expect(openSqliteLedger({ file, clock })).rejects.toMatchObject({
			code: 'ledger-migration-changed',
		});
	});

	test('that is something else is refused and left as it is', async () => {
		const text = 'not a database, '.repeat(100);
		const other = join(folder, 'letter.txt');
		writeFileSync(other, text);
		await expect(openSqliteLedger({ file: other, clock })).rejects.toMatchObject({ code: 'ledger-corrupt' });
		expect(readFileSync(other, 'utf8')).toBe(text);
		const foreign = join(folder, 'foreign.sqlite');
		const db = new DatabaseSync(foreign);
		db.exec('CREATE TABLE theirs (a)');
		db.close();
		await expect(openSqliteLedger({ file: foreign, clock })).rejects.toMatchObject({
			code: 'ledger-corrupt',
		});
	});

	test('without rights says so', async () => {
		const blocked = join(folder, 'file');
		writeFileSync(blocked, '');
		chmodSync(blocked, 0o400);
		await expect(openSqliteLedger({ file: join(blocked, 'ledger.sqlite'), clock })).rejects.toMatchObject({
			code: 'ledger-no-rights',
		});
	});

	test('in a folder that cannot be made says so, and ends', async () => {
		const nowhere = join('/proc', 'no-such-folder', 'deeper', 'ledger.sqlite');
		await expect(openSqliteLedger({ file: nowhere, clock })).rejects.toMatchObject({
			code: 'ledger-no-rights',
		});
	});

	test('on a full disk stores nothing of the batch', async () => {
		const db = new DatabaseSync(':memory:');
		migrate(db, ':memory:', 0);
		const ledger = createLedger(new SqliteStore(db, ':memory:', clock));
		await ledger.spines.configure(testSettings('s'), 'test');
		const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
		db.exec(`PRAGMA max_page_count = ${pages + 4}`);
		const batch = Array.from({ length: 400 }, (_, index) => registrationOf('s', `r${index}`));
		await expect(ledger.deliveries.register(batch)).rejects.toMatchObject({ code: 'ledger-full' });
		expect(await ledger.deliveries.list({ spine: 's', limit: 10 })).toEqual([]);
		db.exec('PRAGMA max_page_count = 100000');
		expect(await ledger.deliveries.register(batch)).toHaveLength(400);
		await ledger.close();
		await expect(ledger.spines.list()).rejects.toMatchObject({ code: 'ledger-closed' });
	});

	test('waits for another process that is making the file', async () => {
		const made = join(folder, 'new.sqlite');
		const other = new DatabaseSync(made);
		other.exec('BEGIN IMMEDIATE; CREATE TABLE theirs (a)');
		setTimeout(() => other.exec('ROLLBACK'), 200);
		const ledger = await openSqliteLedger({ file: made, clock });
		other.close();
		expect(await ledger.spines.list()).toEqual([]);
		await ledger.close();
	});

	test('serves two processes that open it at once', async () => {
		const ledgers = await Promise.all([1, 2, 3].map(() => openSqliteLedger({ file, clock })));
		await ledgers[0]?.spines.configure(testSettings('s'), 'test');
		for (const ledger of ledgers) expect(await ledger.spines.list()).toHaveLength(1);
		for (const ledger of ledgers) await ledger.close();
	});
});
