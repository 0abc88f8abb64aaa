import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtPostgresLedger, openPostgresLedger } from '../../../adapters/postgres';
import { slotOpens, testSettings } from '../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../testbed/databases/postgres';
import { postgresProxy } from '../../../testbed/databases/postgres-proxy';

describe('the rights and the first moments of a Postgres ledger', () => {
	let database: TestDatabase;
	const roles: string[] = [];
	beforeAll(async () => {
		database = await freshDatabase();
	});
	afterAll(async () => {
		for (const role of roles) await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
		await database.drop();
	});

	/** A login that may connect and no more. */
	const login = async (): Promise<{ role: string; url: string }> => {
		const role = `rg_role_${Math.random().toString(36).slice(2, 10)}`;
		await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
		roles.push(role);
		const url = new URL(database.url);
		url.username = role;
		url.password = 'secret';
		return { role, url: url.href };
	};
	const schemas = (): Promise<readonly Record<string, unknown>[]> =>
		database.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'own%'");

	test('a user that owns its schema and may make no other is accepted', async () => {
		const { role, url } = await login();
		await database.query(`CREATE SCHEMA owned AUTHORIZATION ${role}`);
		const ledger = await openPostgresLedger({ connection: url, schema: 'owned', clock: () => slotOpens });
		await ledger.spines.configure(testSettings('s'), 'test');
		await ledger.close();
		expect(await lookAtPostgresLedger({ connection: url, schema: 'owned' })).toEqual({
			exists: true,
			spines: 1,
		});
	});

	test('a user that may only read and write rows is accepted once the tables are there', async () => {
		const { role, url } = await login();
		await (await openPostgresLedger({ connection: database.url, schema: 'rows' })).close();
		await database.query(`GRANT USAGE ON SCHEMA rows TO ${role};
			GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA rows TO ${role};
			GRANT USAGE ON ALL SEQUENCES IN SCHEMA rows TO ${role}`);
		const ledger = await openPostgresLedger({ connection: url, schema: 'rows' });
		expect(await ledger.spines.configure(testSettings('s'), 'test')).toMatchObject({ version: 1 });
		await ledger.close();
	});

	test('a user that may make no schema is refused where there is none, and a look makes none', async () => {
		const { url } = await login();
		const refused = { code: 'ledger-refused' };
		await expect(openPostgresLedger({ connection: url, schema: 'own_none' })).rejects.toMatchObject(refused);
		await expect(lookAtPostgresLedger({ connection: url, schema: 'own_none' })).rejects.toMatchObject(
			refused,
		);
		const looked = await lookAtPostgresLedger({ connection: database.url, schema: 'own_none' });
		expect(looked).toEqual({ exists: false, spines: 0 });
		expect(await schemas()).toEqual([{ nspname: 'owned' }]);
	});

	test('a schema name that Postgres would cut is refused: two ledgers would become one', async () => {
		// 64 bytes in 32 letters.
		const schema = 'é'.repeat(32);
		const refused = { code: 'ledger-schema-too-long' };
		await expect(openPostgresLedger({ connection: database.url, schema })).rejects.toMatchObject(refused);
		await expect(lookAtPostgresLedger({ connection: database.url, schema })).rejects.toMatchObject(refused);
		const longest = `own${'x'.repeat(60)}`;
		await (await openPostgresLedger({ connection: database.url, schema: longest })).close();
		expect(await schemas()).toContainEqual({ nspname: longest });
	});

	test('a connection that ends in its first moments is an error of the call, not the end of the process', async () => {
		const proxy = await postgresProxy(database.url, (pid) =>
			database.query('SELECT pg_terminate_backend($1)', [pid]),
		);
		try {
			for (const how of ['terminate', 'before', 'after'] as const) {
				proxy.strike({ at: 1, how });
				await expect(openPostgresLedger({ connection: proxy.url })).rejects.toMatchObject({
					code: 'ledger-unreachable',
				});
			}
			// An error that nobody listens to fails the test by itself.
			await new Promise((resolve) => setTimeout(resolve, 100));
		} finally {
			await proxy.close();
		}
	});
});
