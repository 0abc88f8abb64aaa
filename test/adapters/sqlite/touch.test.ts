import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sqlite from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lookAtSqliteLedger, openSqliteLedger } from '../../../adapters/sqlite';
import { loadSqlite } from '../../../adapters/sqlite/load';
import { registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';

const { DatabaseSync } = sqlite;
const clock = (): number => slotOpens + 1000;

describe('what SQLite and its file go through', () => {
	let folder = '';
	let file = '';
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'rg-touch-'));
		file = join(folder, 'ledger.sqlite');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const foreign = (): string => {
		const other = join(folder, 'foreign.sqlite');
		const db = new DatabaseSync(other);
		db.exec('CREATE TABLE theirs (a)');
		db.close();
		return other;
	};
	const journalOf = (path: string): unknown => {
		const db = new DatabaseSync(path, { readOnly: true });
		try {
			return db.prepare('PRAGMA journal_mode').get()?.['journal_mode'];
		} finally {
			db.close();
		}
	};

	test('a new file and those beside it are for their owner alone', async () => {
		const ledger = await openSqliteLedger({ file, clock });
		await ledger.spines.configure(testSettings('s'), 'test');
		const names = readdirSync(folder);
		expect(names.sort()).toEqual(['ledger.sqlite', 'ledger.sqlite-shm', 'ledger.sqlite-wal']);
		expect(names.map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
		await ledger.close();
	});

	test('a database of somebody else is refused before it is turned to WAL', async () => {
		const other = foreign();
		await expect(openSqliteLedger({ file: other, clock })).rejects.toMatchObject({ code: 'ledger-corrupt' });
		expect(journalOf(other)).toBe('delete');
		await expect(lookAtSqliteLedger({ file: other })).rejects.toMatchObject({ code: 'ledger-corrupt' });
		expect(journalOf(other)).toBe('delete');
	});

	test('a look makes nothing, neither a file nor a folder', async () => {
		const deep = join(folder, 'not', 'there', 'ledger.sqlite');
		expect(await lookAtSqliteLedger({ file: deep })).toEqual({ exists: false, spines: 0 });
		expect(readdirSync(folder)).toEqual([]);
		const letter = join(folder, 'letter.txt');
		writeFileSync(letter, 'not a database, '.repeat(100));
		await expect(lookAtSqliteLedger({ file: letter })).rejects.toMatchObject({ code: 'ledger-corrupt' });
		await expect(lookAtSqliteLedger({ file: join(letter, 'x.sqlite') })).rejects.toMatchObject({
			code: 'ledger-no-rights',
		});
		expect(readdirSync(folder)).toEqual(['letter.txt']);
	});

	test('a look counts the spines of a ledger, whether it is open or closed, and leaves no file behind', async () => {
		const ledger = await openSqliteLedger({ file, clock });
		await ledger.spines.configure(testSettings('s'), 'test');
		expect(await lookAtSqliteLedger({ file })).toEqual({ exists: true, spines: 1 });
		await ledger.close();
		expect(await lookAtSqliteLedger({ file })).toEqual({ exists: true, spines: 1 });
		expect(readdirSync(folder)).toEqual(['ledger.sqlite']);
	});

	test('a look refuses queue mode and a newer ledger, as opening does', async () => {
		await expect(lookAtSqliteLedger({ file, executionsMode: 'queue' })).rejects.toMatchObject({
			code: 'ledger-queue-mode',
		});
		await (await openSqliteLedger({ file, clock })).close();
		const db = new DatabaseSync(file);
		db.exec('PRAGMA user_version = 99');
		db.close();
		await expect(lookAtSqliteLedger({ file })).rejects.toMatchObject({ code: 'ledger-newer' });
	});

	test('no parameter has a number: Node before 22.20 and 24.7 cannot bind those by position', async () => {
		const texts: string[] = [];
		const prepare = DatabaseSync.prototype.prepare;
		DatabaseSync.prototype.prepare = function (this: sqlite.DatabaseSync, sql: string, ...rest) {
			texts.push(sql);
			return prepare.call(this, sql, ...rest);
		};
		try {
			const ledger = await openSqliteLedger({ file, clock });
			await ledger.spines.configure(testSettings('s'), 'test');
			await ledger.deliveries.register(['1', '2'].map((id) => registrationOf('s', id)));
			await ledger.deliveries.list({ spine: 's', limit: 10 });
			await ledger.deliveries.sweep('s');
			await ledger.outbox.take('hubspot:contacts', 10, 1000);
			await ledger.records.list({ kind: 'policy', limit: 1 });
			await ledger.deliveries.statistics({ spine: 's', space: 'live', from: 0, to: slotOpens + 1 });
			await ledger.prune({ inputsMs: 1, deliveriesMs: 1, eventsMs: 1 });
			await ledger.close();
		} finally {
			DatabaseSync.prototype.prepare = prepare;
		}
		expect(texts.length).toBeGreaterThan(20);
		expect(texts.filter((text) => /\?\d/.test(text))).toEqual([]);
	});

	test('a Node without SQLite, or without rows as lists, says which Node to run, or to use Postgres', async () => {
		const tooOld = {
			code: 'ledger-node-too-old',
			message: expect.stringContaining('Node 22.16'),
			remedy: expect.stringContaining('Postgres'),
		};
		const missing = Object.assign(new Error('No such built-in module: node:sqlite'), {
			code: 'ERR_UNKNOWN_BUILTIN_MODULE',
		});
		await expect(loadSqlite(() => Promise.reject(missing))).rejects.toMatchObject(tooOld);
		const withoutLists = { ...sqlite, StatementSync: class {} } as never;
		await expect(loadSqlite(() => Promise.resolve(withoutLists))).rejects.toMatchObject(tooOld);
		expect(existsSync(file)).toBe(false);
		expect(await loadSqlite()).toHaveProperty('DatabaseSync');
	});
});
