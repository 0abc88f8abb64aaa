import { Client } from 'pg';
import { deliveryColumns, deliveryKey } from '../../adapters/sql/tables';
import { openPostgresLedger } from '../../adapters/postgres';
import { timed } from '../harness/rounds';
import type { BenchDatabase, Keeping } from './database';
import { historyStatements } from './history';
import { serverUrl, throwAwayDatabase } from './postgres-server';
import { benchSettings, recipients } from './rows';

const schema = 'release_gate';

const numbers = (name: string, from: number, to: number): string =>
	`generate_series(${from}, ${to}) AS ${name}(n)`;

/** A ledger in a database of its own. The plain insert is one statement over arrays. */
export async function openPostgres(history: number, keeping: Keeping = {}): Promise<BenchDatabase> {
	const database = await throwAwayDatabase(await serverUrl());
	const ledger = await openPostgresLedger({ connection: database.url, schema, ...keeping });
	await ledger.spines.configure(benchSettings, 'bench');
	const client = new Client({ connectionString: database.url });
	await client.connect();
	await client.query(`SET search_path TO ${schema}`);
	const perSlot = Math.min(recipients, Math.max(history, 1));
	if (history > 0) {
		await client.query('SET synchronous_commit = off');
		for (const sql of historyStatements(numbers, Math.ceil(history / perSlot), perSlot))
			await client.query(sql);
	}
	await client.query('CREATE TABLE plain_deliveries (LIKE deliveries INCLUDING ALL)');
	await client.query('INSERT INTO plain_deliveries SELECT * FROM deliveries');
	await client.query('SET synchronous_commit = on');
	await client.query('VACUUM (ANALYZE)');
	const types = await client.query<{ type: string }>(
		`SELECT data_type AS type FROM information_schema.columns
		WHERE table_schema = $1 AND table_name = 'deliveries' ORDER BY ordinal_position`,
		[schema],
	);
	const arrays = types.rows.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
	const insert = `INSERT INTO plain_deliveries SELECT * FROM unnest(${arrays})`;
	return {
		ledger,
		insertPlainly: async (rows) => {
			const cells = rows.map((row) => [...deliveryKey.cells(row.ref), ...deliveryColumns.cells(row)]);
			const columns = types.rows.map((_type, column) => cells.map((row) => row[column] ?? null));
			return await timed(() => client.query(insert, columns));
		},
		rest: async () => {
			await client.query('CHECKPOINT');
		},
		close: async () => {
			await ledger.close();
			await client.end();
			await database.drop();
		},
	};
}
