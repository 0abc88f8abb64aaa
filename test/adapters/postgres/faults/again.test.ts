import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openPostgresLedger } from '../../../../adapters/postgres';
import { lockTimeoutMs } from '../../../../adapters/postgres/errors';
import { mostAttempts } from '../../../../adapters/postgres/store';
import type { Ledger } from '../../../../app/ledger/api';
import { refOf, registrationOf, slotOpens, testSettings } from '../../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../../testbed/databases/postgres';
import { postgresProxy, type PostgresProxy } from '../../../../testbed/databases/postgres-proxy';

const spine = 'again';
const lock = `SELECT 1 FROM deliveries WHERE spine = '${spine}' AND recipient = `;

describe('a transaction that Postgres asks for again', () => {
	let database: TestDatabase;
	let other: Client;
	let proxy: PostgresProxy;
	let ledger: Ledger;
	beforeAll(async () => {
		database = await freshDatabase();
		proxy = await postgresProxy(database.url, async () => undefined);
		// The same patience in fewer milliseconds.
		proxy.rewrite((sql) => sql.replace(`lock_timeout = ${lockTimeoutMs}`, 'lock_timeout = 50'));
		ledger = await openPostgresLedger({ connection: proxy.url, clock: () => slotOpens + 1000 });
		await ledger.spines.configure(testSettings(spine), 'test');
	});
	afterAll(async () => {
		await ledger.close();
		await proxy.close();
		await database.drop();
	});
	beforeEach(async () => {
		other = new Client({ connectionString: database.url });
		await other.connect();
		await other.query('SET search_path TO release_gate; DELETE FROM deliveries; DELETE FROM inputs');
		await ledger.deliveries.register(['1', '2'].map((id) => registrationOf(spine, id)));
		proxy.strike(null);
	});
	afterEach(() => other.end());

	const claim = () =>
		ledger.deliveries.claim(
			['1', '2'].map((id) => ({ ref: refOf(spine, id) })),
			'run',
		);
	const attempts = (): number => proxy.statements.filter((sql) => sql.startsWith('BEGIN')).length;
	/** Lets the server raise a code from within the update of a delivery, the first so many times. */
	const raise = (code: string, times: number): Promise<unknown> =>
		other.query(`
			DROP SEQUENCE IF EXISTS blows; CREATE SEQUENCE blows;
			CREATE OR REPLACE FUNCTION blow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
				IF nextval('release_gate.blows') <= ${times} THEN RAISE EXCEPTION 'blow' USING ERRCODE = '${code}'; END IF;
				RETURN NEW; END $$;
			CREATE OR REPLACE TRIGGER blow BEFORE UPDATE ON deliveries FOR EACH STATEMENT EXECUTE FUNCTION blow()`);
	const calm = (): Promise<unknown> => other.query('DROP TRIGGER IF EXISTS blow ON deliveries');

	describe.each(['40001', '40P01', '55P03'])('with %s', (code) => {
		afterEach(calm);

		test('is run again, and grants once', async () => {
			await raise(code, mostAttempts - 1);
			expect(await claim()).toMatchObject([
				{ status: 'granted', token: 1, attempts: 1 },
				{ status: 'granted', token: 1, attempts: 1 },
			]);
			expect(attempts()).toBe(mostAttempts);
		});

		test('is given up after a few attempts, with an error that says what to do; nothing is stored', async () => {
			await raise(code, 1000);
			await expect(claim()).rejects.toMatchObject({
				code: 'ledger-contended',
				remedy: expect.stringContaining('safe to repeat'),
			});
			expect(attempts()).toBe(mostAttempts);
			await calm();
			expect(await claim()).toMatchObject([{ token: 1 }, { token: 1 }]);
		});
	});

	test('because a row is locked gets it once the other is done', async () => {
		await other.query(`BEGIN; ${lock} '1' FOR UPDATE`);
		const claims = claim();
		while (attempts() < 3) await new Promise((resolve) => setTimeout(resolve, 10));
		await other.query('COMMIT');
		expect(await claims).toMatchObject([{ token: 1 }, { token: 1 }]);
	});

	test('because a row stays locked says so, after a bounded time', async () => {
		await other.query(`BEGIN; ${lock} '2' FOR UPDATE`);
		await expect(claim()).rejects.toMatchObject({ code: 'ledger-contended' });
		expect(attempts()).toBe(mostAttempts);
		await other.query('ROLLBACK');
	});

	test('because it was the victim of a deadlock ends well', async () => {
		proxy.rewrite((sql) => sql.replace(/SET LOCAL lock_timeout = \d+/, "SET LOCAL deadlock_timeout = '1s'"));
		await other.query(`SET deadlock_timeout = '1min'; BEGIN; ${lock} '2' FOR UPDATE`);
		const claims = claim();
		const waiting =
			"SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
		while ((await database.query(waiting)).length === 0)
			await new Promise((resolve) => setTimeout(resolve, 10));
		// Against the order in which the ledger locks, as only a stranger would.
		await other.query(`${lock} '1' FOR UPDATE`);
		await other.query('COMMIT');
		expect(await claims).toMatchObject([{ token: 1 }, { token: 1 }]);
		expect(attempts()).toBeGreaterThan(1);
	}, 60_000);
});
