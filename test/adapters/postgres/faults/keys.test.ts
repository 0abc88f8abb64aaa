import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openPostgresLedger } from '../../../../adapters/postgres';
import type { Ledger } from '../../../../app/ledger/api';
import { slotOpens, type TestClock } from '../../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../../testbed/databases/postgres';
import { type Fault, postgresProxy, type PostgresProxy } from '../../../../testbed/databases/postgres-proxy';

const terms = {
	scope: 'orders',
	leaseMs: 60_000,
	rememberMs: 86_400_000,
	whenUnknown: 'hold',
	owner: 'run',
} as const;
const hows = ['before', 'after', 'terminate'] as const;

/** A server that goes away in the middle, as in a failover: at each statement, with its answer heard or not. */
describe('keys, over a connection to Postgres that breaks', () => {
	const clock: TestClock = { at: slotOpens };
	let database: TestDatabase;
	let other: Client;
	let proxy: PostgresProxy;
	let ledger: Ledger;
	beforeAll(async () => {
		database = await freshDatabase();
		other = new Client({ connectionString: database.url });
		await other.connect();
		proxy = await postgresProxy(database.url, (pid) => other.query('SELECT pg_terminate_backend($1)', [pid]));
		ledger = await openPostgresLedger({ connection: proxy.url, clock: () => clock.at, connections: 1 });
		await other.query('SET search_path TO release_gate');
	});
	afterAll(async () => {
		await ledger.close();
		await proxy.close();
		await other.end();
		await database.drop();
	});

	let made = 0;
	const claim = async (keys: readonly string[]) =>
		await ledger.keys.claim(
			terms,
			keys.map((key) => ({ key, digest: null })),
		);
	const freshKeys = (count: number): readonly string[] =>
		Array.from({ length: count }, () => `key-${(made += 1)}`);
	const unreachable = { code: 'ledger-unreachable' };
	/** How many statements the work sends when nobody disturbs it. */
	const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
		proxy.strike(null);
		await work();
		return proxy.statements.length;
	};
	const cut = async (fault: Fault, work: () => Promise<unknown>): Promise<void> => {
		proxy.strike(fault);
		await expect(work()).rejects.toMatchObject(unreachable);
		proxy.strike(null);
	};

	test.each([
		['few keys', 2],
		['a batch', 40],
	])(
		'a claim of %s is granted to nobody, or held from then on and in doubt after its lease',
		async (_what, size) => {
			const count = await statementsOf(() => claim(freshKeys(size)));
			for (const how of hows) {
				for (let at = 1; at <= count; at += 1) {
					const keys = freshKeys(size);
					await cut({ at, how }, () => claim(keys));
					const statuses = new Set((await claim(keys)).map(({ status }) => status));
					const stored = how === 'after' && at === count;
					expect([...statuses]).toEqual([stored ? 'held' : 'first']);
					clock.at += terms.leaseMs;
					const after = await claim(keys);
					expect(after.every((one) => one.status === 'held' && one.reason === 'in-doubt')).toBe(true);
				}
			}
		},
		120_000,
	);

	test('an end is recorded once, and its call can be repeated', async () => {
		const granted = async () => {
			const [key = ''] = freshKeys(1);
			const [first] = await claim([key]);
			if (first?.status !== 'first') throw new Error('not granted');
			const own = { scope: terms.scope, key, token: first.token, result: '"sent"' };
			return { key, complete: () => ledger.keys.complete([own], 'run') };
		};
		const { complete } = await granted();
		const count = await statementsOf(complete);
		for (const how of hows) {
			for (let at = 1; at <= count; at += 1) {
				const one = await granted();
				await cut({ at, how }, one.complete);
				const again = how === 'after' && at === count;
				expect(await one.complete()).toMatchObject([{ status: 'settled', state: 'done', again }]);
				expect(await claim([one.key])).toMatchObject([{ status: 'done', result: '"sent"' }]);
			}
		}
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	}, 120_000);
});
