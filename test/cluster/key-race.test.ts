import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import { freshDatabase, type TestDatabase } from '../../testbed/databases/postgres';

const claimer = (orders: object): Promise<readonly string[]> =>
	new Promise((resolve, reject) => {
		const script = join(__dirname, 'key-claimer.ts');
		const child = spawn(process.execPath, [require.resolve('tsx/cli'), script, JSON.stringify(orders)], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let out = '';
		child.stdout.on('data', (chunk) => (out += String(chunk)));
		child.on('error', reject);
		child.on('exit', () => resolve(JSON.parse(out) as readonly string[]));
	});

describe('processes that are posted the same event at once', () => {
	let folder = '';
	let database: TestDatabase;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rg-keys-'));
		database = await freshDatabase();
	});
	afterAll(async () => {
		rmSync(folder, { recursive: true, force: true });
		await database.drop();
	});

	test.each([
		['sqlite', 8],
		['postgres', 4],
	] as const)(
		'%s, %d processes: an event that is posted 100 times has one side effect',
		async (store, processes) => {
			const where = store === 'sqlite' ? join(folder, 'keys.sqlite') : database.url;
			const effects = join(folder, `${store}.txt`);
			writeFileSync(effects, '');
			const clock = Date.now;
			const open = () =>
				store === 'sqlite'
					? openSqliteLedger({ file: where, clock })
					: openPostgresLedger({ connection: where, clock });
			await (await open()).close();
			const events = Array.from({ length: 6 }, (_, index) => `evt_${index}`);
			const share = Math.ceil(100 / processes);
			const posts = events.flatMap((event) => Array.from({ length: share }, () => event));
			const all = await Promise.all(
				Array.from({ length: processes }, (_, index) => {
					const order = index % 2 === 0 ? posts : [...posts].reverse();
					return claimer({ store, where, posts: order, effects, name: `worker-${index}` });
				}),
			);
			const seen = all.flat();
			expect(seen.length).toBeGreaterThanOrEqual(600);
			expect(seen.filter((status) => status === 'first')).toHaveLength(events.length);
			expect(seen.filter((status) => status === 'none')).toEqual([]);
			expect(readFileSync(effects, 'utf8').trim().split('\n').sort()).toEqual(events);
			const ledger = await open();
			const records = await ledger.keys.list({ scope: 'events', limit: 100 });
			expect(records.map(({ state }) => state)).toEqual(events.map(() => 'done'));
			expect((await ledger.events.verify()).status).toBe('intact');
			await ledger.close();
		},
		180_000,
	);
});
