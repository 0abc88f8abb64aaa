import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionOf, ledgerAt } from '../../../nodes/kit/ledger';
import { testLedger } from '../../../nodes/kit/ledger-test';
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
