import type { ClientBase, Pool, PoolConfig } from 'pg';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { postgresError } from './errors';
import type { RecipientsAs } from '../../app/ledger/hashes/port';

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
	/** Keys that inputs were encrypted with before; see `formerKeysIn`. */
	readonly formerKeys?: string;
	/** Signs the chain and its heads; see `adapters/crypto/signing`. */
	readonly signingKey?: string;
	/** How recipients are stored; as names if absent. */
	readonly recipients?: RecipientsAs;
	/** The database's own clock if absent, so that all processes share one. */
	readonly clock?: () => Instant;
	/** Most connections of this process; 4 if absent. */
	readonly connections?: number;
}

const int8 = 20;

/** Longest name in bytes; Postgres cuts longer ones, and two ledgers would become one (NAMEDATALEN - 1). */
const longestName = 63;

/** The schema of the ledger. Throws `ledger-schema-too-long`. */
export function schemaOf({ schema = 'release_gate' }: PostgresLedgerOptions): string {
	const bytes = Buffer.byteLength(schema);
	if (bytes > longestName) throw gateError('ledger-schema-too-long', { schema, bytes, most: longestName });
	return schema;
}

/** Connections to the database; none is opened before the first is asked for. */
export async function openPool(options: PostgresLedgerOptions): Promise<Pool> {
	const { connection, ssl, connections = 4 } = options;
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
	// The pool listens to idle connections only, and a connection in use that breaks would end the process; its query
	// fails, which is how the caller hears of it.
	pool.on('connect', (client) => client.on('error', () => undefined));
	return pool;
}

/** Works on one connection of its own and closes it, whatever comes of it. Throws what Postgres and the work throw, by the catalogue. */
export async function onOneConnection<Result>(
	options: PostgresLedgerOptions,
	work: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
	const pool = await openPool({ ...options, connections: 1 });
	try {
		const client = await pool.connect();
		try {
			return await work(client);
		} finally {
			client.release();
		}
	} catch (error) {
		throw postgresError(error);
	} finally {
		await pool.end().catch(() => undefined);
	}
}
