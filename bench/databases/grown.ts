import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import { postgresNumbers, sqliteNumbers } from '../../testbed/desk/history';
import { type Past, pastStatements } from './past';
import { serverUrl, throwAwayDatabase } from './postgres-server';

/** A ledger with a past, in a database of its own. */
export interface GrownLedger {
	readonly ledger: Ledger;
	/** Settles what was left for later: checkpoints. */
	rest(): Promise<void>;
	/** Bytes of the database. */
	size(): Promise<number>;
	close(): Promise<void>;
}

/** Opens an empty database and fills it with a past. */
export type OpenGrown = (past: Past) => Promise<GrownLedger>;

export const openGrownSqlite: OpenGrown = async (past) => {
	const folder = mkdtempSync(join(tmpdir(), 'rg-bench-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await openSqliteLedger({ file, clock: Date.now });
	await ledger.spines.configure(past.settings, 'bench');
	const db = new DatabaseSync(file, { timeout: 60_000 });
	db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
	const padded = (number: string): string => `printf('%08d', ${number})`;
	// A statement at a time: a log of gigabytes would be read more slowly with every page.
	for (const sql of pastStatements(past, { numbers: sqliteNumbers, padded })) db.exec(sql);
	const pragma = (name: string): number => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
	const rest = async (): Promise<void> => db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
	await rest();
	db.exec('PRAGMA cache_size = -2000');
	return {
		ledger,
		rest,
		size: async () => pragma('page_count') * pragma('page_size'),
		close: async () => {
			await ledger.close();
			db.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
};

export const openGrownPostgres: OpenGrown = async (past) => {
	const schema = 'release_gate';
	const database = await throwAwayDatabase(await serverUrl());
	const ledger = await openPostgresLedger({ connection: database.url, schema });
	await ledger.spines.configure(past.settings, 'bench');
	const client = new Client({ connectionString: database.url });
	await client.connect();
	await client.query(
		`SET search_path TO ${schema}; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'`,
	);
	const padded = (number: string): string => `lpad((${number})::text, 8, '0')`;
	for (const sql of pastStatements(past, { numbers: postgresNumbers, padded })) await client.query(sql);
	await client.query('VACUUM (ANALYZE)');
	const rest = async (): Promise<void> => void (await client.query('CHECKPOINT'));
	await rest();
	return {
		ledger,
		rest,
		size: async () => {
			const { rows } = await client.query<{ size: string }>(
				'SELECT pg_database_size(current_database())::text AS size',
			);
			return Number(rows[0]?.size);
		},
		close: async () => {
			await ledger.close();
			await client.end();
			await database.drop();
		},
	};
};
