import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import { freshDatabase, type TestDatabase } from '../../testbed/databases/postgres';
import { registrationOf, slotOpens, testSettings } from '../../testbed/databases/ledgers';

const keys = 2000;
const clock = (): number => slotOpens + 1000;

interface Tally {
	readonly granted: readonly string[];
	readonly errors: readonly string[];
}

const claimer = (orders: object): Promise<Tally> =>
	new Promise((resolve, reject) => {
		const script = join(__dirname, 'claimer.ts');
		const child = spawn(process.execPath, [require.resolve('tsx/cli'), script, JSON.stringify(orders)], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let out = '';
		child.stdout.on('data', (chunk) => (out += String(chunk)));
		child.on('error', reject);
		child.on('exit', () => resolve(JSON.parse(out) as Tally));
	});

describe('processes that claim the same keys', () => {
	let folder = '';
	let database: TestDatabase;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rg-race-'));
		database = await freshDatabase();
	});
	afterAll(async () => {
		rmSync(folder, { recursive: true, force: true });
		await database.drop();
	});

	test.each([
		['sqlite', 2],
		['sqlite', 8],
		['postgres', 2],
		['postgres', 8],
	] as const)(
		'%s, %d processes: every key is granted once, and nobody meets a deadlock',
		async (store, processes) => {
			const file = join(folder, `race-${processes}.sqlite`);
			const where = store === 'sqlite' ? file : database.url;
			if (store === 'postgres') await database.query('DROP SCHEMA IF EXISTS release_gate CASCADE');
			const ledger =
				store === 'sqlite'
					? await openSqliteLedger({ file, clock })
					: await openPostgresLedger({ connection: where, clock });
			await ledger.spines.configure(testSettings('race'), 'test');
			await ledger.deliveries.register(
				Array.from({ length: keys }, (_, index) => registrationOf('race', `r${index}`)),
			);
			await ledger.close();
			const before = await deadlocks();
			const tallies = await Promise.all(
				Array.from({ length: processes }, (_, index) =>
					claimer({ store, where, keys, batch: 100, name: `claimer-${index}` }),
				),
			);
			const granted = tallies.flatMap((tally) => tally.granted);
			expect(tallies.flatMap((tally) => tally.errors)).toEqual([]);
			expect(granted).toHaveLength(keys);
			expect(new Set(granted).size).toBe(keys);
			expect(await deadlocks()).toBe(before);
		},
		180_000,
	);

	/** How many deadlocks the database has counted. */
	const deadlocks = async (): Promise<number> => {
		const [row] = await database.query(
			'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()',
		);
		return Number(row?.['n']);
	};
});
