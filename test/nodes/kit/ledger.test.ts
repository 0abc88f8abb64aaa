import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionOf, ledgerAt } from '../../../nodes/kit/ledger';
import { testLedger } from '../../../nodes/kit/ledger-test';
import { openSqliteLedger } from '../../../adapters/sqlite';
import {
	postgresHouse,
	registrationOf,
	slotOpens,
	testSettings,
	type TestClock,
} from '../../../testbed/databases/ledgers';
import { ownUserFolder } from './spine';

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

const tested = async (data: object) => await testLedger.call({} as never, { data } as never);

describe('the ledger of a node', () => {
	it('is one instance per process and connection', async () => {
		const [first, second] = await Promise.all([
			ledgerAt(connectionOf(undefined)),
			ledgerAt(connectionOf(undefined)),
		]);
		expect(first).toBe(second);
		const other = await ledgerAt(connectionOf({ store: 'sqlite', file: `${home.folder}/other.sqlite` }));
		expect(other).not.toBe(first);
	});

	it('is tested through its credential', async () => {
		expect(await tested({ store: 'sqlite', file: `${home.folder}/a.sqlite` })).toMatchObject({
			status: 'OK',
		});
		const closed = {
			store: 'postgres',
			host: '127.0.0.1',
			port: 1,
			database: 'x',
			user: 'x',
			password: 's3cret',
		};
		const failed = await tested(closed);
		expect(failed.status).toBe('Error');
		expect(failed.message).not.toContain('s3cret');
		expect(
			await tested({ store: 'postgres', connection: 'url', connectionSecret: 'nonsense' }),
		).toMatchObject({
			status: 'Error',
		});
	});

	const hashes = { encryptionSecret: '5a'.repeat(32), recipients: 'hashes' };

	it('stores recipients as its credential says, and its test tells what does not fit', async () => {
		const data = { store: 'sqlite', file: `${home.folder}/hashed.sqlite` };
		expect(await tested({ ...data, recipients: 'hashes' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('no encryption key'),
		});
		expect(await tested({ ...data, ...hashes })).toMatchObject({ status: 'OK' });
		const ledger = await ledgerAt(connectionOf({ ...data, ...hashes }));
		await ledger.spines.configure(testSettings('content'), 'test');
		await ledger.deliveries.register([registrationOf('content', '4711')]);
		const [stored] = await (
			await openSqliteLedger({ file: data.file, clock: Date.now, recipients: 'as-stored' })
		).deliveries.list({ limit: 1 });
		expect(stored?.ref.recipient).toMatch(/^h1-/);
		expect(await ledger.deliveries.list({ limit: 1 })).toMatchObject([{ ref: { recipient: '4711' } }]);
		expect(await tested({ ...data, ...hashes })).toMatchObject({ status: 'OK' });
		expect(await tested(data)).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('keyed hashes'),
		});
		await expect(ledgerAt(connectionOf(data))).rejects.toMatchObject({ code: 'ledger-recipients-hashed' });
		const named = { store: 'sqlite', file: `${home.folder}/named.sqlite` };
		await (await ledgerAt(connectionOf(named))).spines.configure(testSettings('content'), 'test');
		expect(await tested({ ...named, ...hashes })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('as names'),
		});
	});

	(process.env.TEST_POSTGRES_URL === undefined ? it.skip : it)(
		'tells what does not fit in Postgres, too',
		async () => {
			const clock: TestClock = { at: slotOpens + 3_600_000 };
			const house = await postgresHouse(clock);
			try {
				await (await house.open(hashes.encryptionSecret, undefined, undefined, 'hashes')).close();
				const data = { store: 'postgres', connection: 'url', connectionSecret: house.address };
				expect(await tested({ ...data, ...hashes })).toMatchObject({ status: 'OK' });
				expect(await tested(data)).toMatchObject({
					status: 'Error',
					message: expect.stringContaining('keyed hashes'),
				});
			} finally {
				await house.close();
			}
		},
	);

	const server = process.env.TEST_POSTGRES_URL;
	(server === undefined ? it.skip : it)('is reached in Postgres', async () => {
		const schema = `node_test_${process.pid}`;
		const data = { store: 'postgres', connection: 'url', connectionSecret: server, schema };
		expect(await tested(data)).toMatchObject({ status: 'OK' });
		const { Client } = await import('pg');
		const client = new Client({ connectionString: server });
		await client.connect();
		await client.query(`drop schema if exists ${schema} cascade`);
		await client.end();
	});
});
