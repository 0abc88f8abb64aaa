import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../../adapters/postgres';
import { migrations } from '../../../adapters/postgres/migrations';
import { freshDatabase, type TestDatabase } from '../../../testbed/databases/postgres';
import { refOf, registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';

describe('the Postgres ledger as a database', () => {
	const clock = (): number => slotOpens + 1000;
	let database: TestDatabase;
	beforeAll(async () => {
		database = await freshDatabase();
	});
	afterAll(() => database.drop());

	test('is made once, however many processes start together', async () => {
		const ledgers = await Promise.all(
			[1, 2, 3, 4].map(() =>
				openPostgresLedger({ connection: database.url, schema: 'race', connections: 1 }),
			),
		);
		expect(await database.query('SELECT count(*)::int AS n FROM race.migrations')).toEqual([
			{ n: migrations.length },
		]);
		for (const ledger of ledgers) await ledger.close();
	});

	test('of a newer version is refused', async () => {
		await (await openPostgresLedger({ connection: database.url, schema: 'newer' })).close();
		await database.query("INSERT INTO newer.migrations (name, checksum) VALUES ('0099-future', 'x')");
		await expect(openPostgresLedger({ connection: database.url, schema: 'newer' })).rejects.toMatchObject({
			code: 'ledger-newer',
		});
	});

	test('that is not there says so', async () => {
		await expect(
			openPostgresLedger({ connection: 'postgres://nobody@127.0.0.1:1/none' }),
		).rejects.toMatchObject({
			code: 'ledger-unreachable',
		});
	});

	test('survives the loss of its connections: one clear error at most, then it works again', async () => {
		const ledger = await openPostgresLedger({ connection: database.url, clock });
		await ledger.spines.configure(testSettings('s'), 'test');
		await ledger.deliveries.register([registrationOf('s', '1')]);
		await database.query(
			"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'n8n-nodes-release-gate' AND datname = current_database()",
		);
		const claim = () => ledger.deliveries.claim([{ ref: refOf('s', '1') }], 'run');
		const first = await claim().catch((error: unknown) => error);
		if (first instanceof Error) {
			expect(first).toMatchObject({ code: 'ledger-unreachable' });
			expect(await claim()).toMatchObject([{ status: 'granted' }]);
		} else {
			expect(first).toMatchObject([{ status: 'granted' }]);
		}
		await ledger.close();
	});
});
