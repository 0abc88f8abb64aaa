import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import { timed } from '../harness/rounds';
import { serverUrl, throwAwayDatabase } from './postgres-server';

/** A ledger with so many keys of history, and in the same database a plain table of keys with as much history. */
export interface KeyDatabase {
	readonly ledger: Ledger;
	/** One plain bulk insert of keys and the time, in one transaction; returns milliseconds. */
	insertPlainly(keys: readonly string[]): Promise<number>;
	rest(): Promise<void>;
	close(): Promise<void>;
}

/** Scope of all keys. */
export const scope = 'bench-events';

/** Keys of history stand before the fresh ones, as ids that carry a time do, or anywhere between, as random ones do. */
export type KeyOrder = 'in order' | 'random';

const day = 86_400_000;
const past = 1_700_000_000_000;

/**
 * SQL for the key of number `n`: `evt_` and 16 digits, or 16 hex digits that jump about over all there are, as those of
 * fresh keys do.
 */
const keyOf = (n: string, order: KeyOrder, text: string, scattered: string): string =>
	order === 'in order' ? `'evt_' || ${text.replaceAll('n', n)}` : `'evt_' || ${scattered.replaceAll('n', n)}`;

/**
 * Keys that come at random leave pages of a B-tree two thirds full, keys in order leave them full. So half as many again are
 * put in, in order, and every third is taken out, by the last digit of its key.
 */
const withGaps = (count: number, order: KeyOrder): number =>
	order === 'random' ? Math.round(count * 1.5) : count;
const gaps = "substr(key, -1) IN ('0', '3', '6', '9', 'c')";

/** Keys that were claimed and completed together. */
const together = 10_000;

/** Claims of history, as they stand when all were completed, ten thousand at a time, and nothing was kept. */
const history = (key: string, from: string): readonly string[] => [
	`INSERT INTO key_batches (state, token, lease_until, expires_at, owner, claimed_at, changed_at)
	SELECT 'done', ${past}, ${past}, ${past + 36_500 * day}, 'execution 1 / Claim Key', ${past}, ${past}
	FROM ${from} WHERE n % ${together} = 0`,
	`INSERT INTO key_claims (scope, key, batch, digest)
	SELECT '${scope}', ${key}, 1 + (n - 1) / ${together}, 'abcdefghijklmnopqrstuv' FROM ${from}`,
	`INSERT INTO plain_keys SELECT '${scope}', ${key}, ${past} FROM ${from}`,
];

export async function openSqliteKeys(count: number, order: KeyOrder): Promise<KeyDatabase> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-bench-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await openSqliteLedger({ file, clock: Date.now });
	const db = new DatabaseSync(file, { timeout: 60_000 });
	db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
		CREATE TABLE plain_keys (scope TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (scope, key)) WITHOUT ROWID`);
	const key = keyOf(
		'n',
		order,
		"printf('%016d', n)",
		"printf('%08x%08x', n * 2654435761 % 4294967296, n * 2246822519 % 4294967296)",
	);
	const filled = withGaps(count, order);
	const numbers = `(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${filled}) SELECT n FROM c)`;
	// In order of the key: to fill a table of ten million at random would take longer than to measure it.
	if (count > 0) for (const sql of history(key, numbers)) db.exec(`${sql} ORDER BY 2`);
	if (order === 'random')
		for (const table of ['key_claims', 'plain_keys']) db.exec(`DELETE FROM ${table} WHERE ${gaps}`);
	db.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
	const insert = db.prepare('INSERT INTO plain_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
	return {
		ledger,
		insertPlainly: (keys) =>
			timed(() => {
				const at = Date.now();
				db.exec('BEGIN IMMEDIATE');
				for (const one of keys) insert.run(scope, one, at);
				db.exec('COMMIT');
			}),
		rest: async () => {
			db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
		},
		close: async () => {
			await ledger.close();
			db.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

export async function openPostgresKeys(count: number, order: KeyOrder): Promise<KeyDatabase> {
	const database = await throwAwayDatabase(await serverUrl());
	const ledger = await openPostgresLedger({ connection: database.url });
	const client = new Client({ connectionString: database.url });
	await client.connect();
	await client.query(`SET search_path TO release_gate; SET synchronous_commit = off;
		CREATE TABLE plain_keys (scope text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (scope, key))`);
	const key = keyOf(
		'n',
		order,
		"lpad(n::text, 16, '0')",
		"lpad(to_hex(n * 2654435761 % 4294967296), 8, '0') || lpad(to_hex(n * 2246822519 % 4294967296), 8, '0')",
	);
	const numbers = `generate_series(1::bigint, ${withGaps(count, order)}::bigint) AS s(n)`;
	if (count > 0) for (const sql of history(key, numbers)) await client.query(`${sql} ORDER BY 2`);
	if (order === 'random')
		for (const table of ['key_claims', 'plain_keys'])
			await client.query(`DELETE FROM ${table} WHERE ${gaps}`);
	await client.query('SET synchronous_commit = on');
	await client.query('VACUUM (ANALYZE)');
	return {
		ledger,
		insertPlainly: (keys) =>
			timed(() =>
				client.query(
					'INSERT INTO plain_keys SELECT $1, k, $2 FROM unnest($3::text[]) AS k ON CONFLICT DO NOTHING',
					[scope, Date.now(), keys],
				),
			),
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
