import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backUpSqliteLedger, openSqliteLedger } from '../../../adapters/sqlite';
import { slotOpens, testSettings } from '../../../testbed/databases/ledgers';
import { expectWholeCopy, SlotsWorker } from '../backup';

const clock = (): number => slotOpens + 1000;
let folder = '';
let file = '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rg-backup-'));
	file = join(folder, 'ledger.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('copies made in the middle of claims and prunes open, verify, and hold no half of a batch', async () => {
	const worker = new SlotsWorker({ address: file, spine: 'backed-up' });
	const copies: string[] = [];
	try {
		await worker.goesOn(8);
		for (let copy = 0; copy < 12; copy += 1) {
			copies.push(join(folder, `copy-${copy}.sqlite`));
			await backUpSqliteLedger({ file, to: copies.at(-1) ?? '' });
			await worker.goesOn(1);
			await new Promise((resolve) => setTimeout(resolve, copy * 7));
		}
	} finally {
		await worker.kill();
	}
	const states: string[] = [];
	for (const copy of copies) {
		const ledger = await openSqliteLedger({ file: copy, clock });
		const found = await expectWholeCopy(ledger, 'backed-up');
		// Pruned: of eight slots and more at most the last few are there.
		expect(found.length).toBeLessThan(6);
		expect(await ledger.events.list({ kinds: ['ledger.pruned'], limit: 1 })).toHaveLength(1);
		await ledger.close();
		states.push(...found);
	}
	expect(states).toContain('committed');
}, 180_000);

test('keeps no writer waiting, and is what was there when it began', async () => {
	const ledger = await openSqliteLedger({ file, clock });
	await ledger.spines.configure(testSettings('before'), 'test');
	await backUpSqliteLedger({ file, to: join(folder, 'copy.sqlite') });
	await ledger.spines.configure(testSettings('after'), 'test');
	await ledger.close();
	const copy = await openSqliteLedger({ file: join(folder, 'copy.sqlite'), clock });
	expect((await copy.spines.list()).map(({ settings }) => settings.spine)).toEqual(['before']);
	await copy.close();
});

test('what a backup that was cut off has left is in the way of no other', async () => {
	await (await openSqliteLedger({ file, clock })).close();
	const to = join(folder, 'copy.sqlite');
	writeFileSync(`${to}.part`, 'half of a ledger');
	await backUpSqliteLedger({ file, to });
	expect(existsSync(`${to}.part`)).toBe(false);
	await (await openSqliteLedger({ file: to, clock })).close();
});

/** Another process that makes a backup; resolves with its exit code. */
async function besides(to: string): Promise<number | null> {
	const script = `import(${JSON.stringify(pathToFileURL(require.resolve('../../../adapters/sqlite')).href)})
		.then((sqlite) => (sqlite.default ?? sqlite).backUpSqliteLedger(${JSON.stringify({ file, to })}))
		.catch(() => process.exit(3))`;
	const loader = pathToFileURL(require.resolve('tsx')).href;
	const child = spawn(process.execPath, ['--import', loader, '--eval', script], { stdio: 'inherit' });
	const [code] = (await once(child, 'close')) as [number | null];
	return code;
}

test('of two backups at once under one name, what stands there is whole at every moment', async () => {
	await (await openSqliteLedger({ file, clock })).close();
	const pads = 150;
	const db = new DatabaseSync(file);
	db.exec(`CREATE TABLE pad (bytes BLOB);
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${pads})
		INSERT INTO pad SELECT randomblob(1000000) FROM n`);
	db.close();
	const to = join(folder, 'copy.sqlite');
	const first = besides(to);
	while (!existsSync(`${to}.part`)) await new Promise((resolve) => setTimeout(resolve, 1));
	const both = Promise.all([first, besides(to)]);
	const still = Symbol('still');
	do {
		await new Promise((resolve) => setTimeout(resolve, 2));
		if (!existsSync(to)) continue;
		const copy = new DatabaseSync(to, { readOnly: true });
		expect(copy.prepare('SELECT count(*) AS count FROM pad').get()).toEqual({ count: pads });
		copy.close();
	} while ((await Promise.race([both, Promise.resolve(still)])) === still);
	const copied = (await both).filter((code) => code === 0).length;
	expect(copied).toBeLessThan(2);
	expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(
		copied === 1 ? ['copy.sqlite'] : [],
	);
	if (copied === 0) await backUpSqliteLedger({ file, to });
	expect(await besides(to)).toBe(3);
}, 60_000);

test('a link that leads nowhere is there, too', async () => {
	await (await openSqliteLedger({ file, clock })).close();
	const to = join(folder, 'link.sqlite');
	symlinkSync(join(folder, 'nowhere'), to);
	await expect(backUpSqliteLedger({ file, to })).rejects.toMatchObject({ code: 'backup-exists' });
	expect(readlinkSync(to)).toBe(join(folder, 'nowhere'));
});

test('a folder that cannot be written to is told of as the place of the copy, not of the ledger', async () => {
	await (await openSqliteLedger({ file, clock })).close();
	const to = join(folder, 'none', 'copy.sqlite');
	await expect(backUpSqliteLedger({ file, to })).rejects.toMatchObject({
		code: 'backup-unwritable',
		message: expect.stringContaining(to),
	});
});

test('a ledger of a newer version is refused, and one of an older version where its copy is to be opened', async () => {
	await (await openSqliteLedger({ file, clock })).close();
	const db = new DatabaseSync(file);
	const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
	const to = join(folder, 'copy.sqlite');
	db.exec(`PRAGMA user_version = ${version + 1}`);
	await expect(backUpSqliteLedger({ file, to })).rejects.toMatchObject({ code: 'ledger-newer' });
	db.exec(`PRAGMA user_version = ${version - 1}`);
	await expect(backUpSqliteLedger({ file, to, current: true })).rejects.toMatchObject({
		code: 'ledger-older',
	});
	await backUpSqliteLedger({ file, to });
	db.close();
	expect(existsSync(to)).toBe(true);
});
