import type { PoolConfig } from 'pg';
import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../../app/ledger/api';
import { createLedger } from '../../app/ledger/ledger';
import { inputCodec } from '../crypto';
import { postgresError } from './errors';
import { migrate } from './migrate';
import { PostgresStore } from './store';

/** Where the database is. */
export interface PostgresConnection {
	readonly host: string;
	readonly port: number;
	readonly database: string;
	readonly user: string;
	readonly password?: string;
}

export interface PostgresLedgerOptions {
	/** Parts, or a `postgres://` URL. */
	readonly connection: PostgresConnection | string;
	/** `true` checks the server's certificate; `{ rejectUnauthorized: false }` accepts any. */
	readonly ssl?: boolean | { readonly rejectUnauthorized?: boolean; readonly ca?: string };
	/** Schema of the ledger's tables; made when it is missing. `release_gate` if absent. */
	readonly schema?: string;
	/** Encrypts frozen inputs; see `adapters/crypto`. */
	readonly encryptionKey?: string;
	/** The database's own clock if absent, so that all processes share one. */
	readonly clock?: () => Instant;
	/** Most connections of this process; 4 if absent. */
	readonly connections?: number;
}

const int8 = 20;

/**
 * Opens the Postgres ledger, making its schema and tables when they are missing.
 *
 * @throws `ledger-unreachable`, `ledger-refused`, `ledger-newer`, `ledger-migration-changed`, `ledger-key-malformed`
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
	const { connection, ssl, schema = 'release_gate', encryptionKey, clock, connections = 4 } = options;
	const codec = inputCodec(encryptionKey);
	const pg = await import('pg');
	const where: PoolConfig =
		typeof connection === 'string' ? { connectionString: connection } : { ...connection };
	const pool = new pg.Pool({
		...where,
		...(ssl === undefined ? {} : { ssl: typeof ssl === 'boolean' ? ssl : { ...ssl } }),
		max: connections,
		connectionTimeoutMillis: 10_000,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
		allowExitOnIdle: true,
		application_name: 'n8n-nodes-release-gate',
		types: {
			getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
				oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as never,
		},
	});
	// An idle connection that the server closes is replaced by the pool; the next call finds out if there is none.
	pool.on('error', () => undefined);
	try {
		const client = await pool.connect();
		try {
			await migrate(client, schema);
		} finally {
			client.release();
		}
	} catch (error) {
		await pool.end().catch(() => undefined);
		throw postgresError(error);
	}
	return createLedger(new PostgresStore(pool, schema, clock ?? null), codec);
}
