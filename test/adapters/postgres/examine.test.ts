import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { examinePostgres, openPostgresLedger } from '../../../adapters/postgres';
import { freshDatabase, type TestDatabase } from '../../../testbed/databases/postgres';

describe('what a Postgres says of itself', () => {
	let database: TestDatabase;
	const roles: string[] = [];
	beforeAll(async () => {
		database = await freshDatabase();
		await (await openPostgresLedger({ connection: database.url })).close();
	});
	afterAll(async () => {
		for (const role of roles) await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
		await database.drop();
	});

	/** A login with what is granted. */
	const login = async (grant: (role: string) => string): Promise<{ role: string; url: string }> => {
		const role = `rg_role_${Math.random().toString(36).slice(2, 10)}`;
		await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
		roles.push(role);
		await database.query(grant(role));
		const url = new URL(database.url);
		url.username = role;
		url.password = 'secret';
		return { role, url: url.href };
	};
	const rows = (role: string): string => `GRANT USAGE ON SCHEMA release_gate TO ${role};
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA release_gate TO ${role}`;

	test('a superuser may do everything, and limits of a role do not hold for it', async () => {
		const found = await examinePostgres({ connection: database.url });
		expect(found).toMatchObject({ superuser: true, lacks: [], mayMigrate: true, readOnly: false });
		expect(found.connections.map(({ of }) => of)).toEqual(['server']);
		expect(found.connections[0]?.used).toBeGreaterThan(0);
		expect(found.connections[0]?.most).toBeGreaterThan(found.connections[0]?.used ?? 0);
		// One machine, one clock.
		expect(Math.abs(found.clockSkewMs)).toBeLessThan(10_000);
	});

	test('a role that works with the rows and owns nothing may not change the tables', async () => {
		const { role, url } = await login(rows);
		expect(await examinePostgres({ connection: url })).toMatchObject({
			role,
			superuser: false,
			lacks: [],
			mayMigrate: false,
		});
	});

	test('each right that is missing is named', async () => {
		const { url } = await login(
			(role) => `${rows(role)}; REVOKE UPDATE ON release_gate.deliveries FROM ${role};
				REVOKE SELECT ON release_gate.migrations FROM ${role}`,
		);
		const { lacks } = await examinePostgres({ connection: url });
		expect(lacks).toEqual(['UPDATE on deliveries', 'SELECT on migrations']);
	});

	test('a schema that may not be entered is named before its tables', async () => {
		const { url } = await login((role) => `GRANT SELECT ON release_gate.deliveries TO ${role}`);
		const { lacks } = await examinePostgres({ connection: url });
		expect(lacks[0]).toBe('USAGE on the schema release_gate');
		expect(lacks).toContain('INSERT on deliveries');
		expect(lacks).not.toContain('SELECT on deliveries');
	});

	test('the limit of a role counts, with the connection of the look itself', async () => {
		const { role, url } = await login((name) => `ALTER ROLE ${name} CONNECTION LIMIT 3; ${rows(name)}`);
		const { connections } = await examinePostgres({ connection: url });
		expect(connections).toContainEqual({ of: `role ${role}`, most: 3, used: 1 });
	});

	test('a database that was made read-only says so', async () => {
		const { url } = await login(
			(role) => `ALTER ROLE ${role} SET default_transaction_read_only = on; ${rows(role)}`,
		);
		expect(await examinePostgres({ connection: url })).toMatchObject({ readOnly: true });
	});

	test('before the ledger is there it says whether it can be made, and makes nothing', async () => {
		const { url } = await login(() => 'SELECT 1');
		const schema = 'not_there';
		expect(await examinePostgres({ connection: url, schema })).toMatchObject({
			lacks: [],
			mayMigrate: false,
		});
		expect(await examinePostgres({ connection: database.url, schema })).toMatchObject({ mayMigrate: true });
		expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'not_there'")).toEqual([]);
	});

	test('nobody there is an error of the catalogue', async () => {
		const at = examinePostgres({ connection: 'postgres://nobody@127.0.0.1:1/none' });
		await expect(at).rejects.toMatchObject({ code: 'ledger-unreachable' });
	});
});
