import type { Ledger } from '../../app/ledger/api';
import { createLedger } from '../../app/ledger/ledger';
import { formerKeysIn, inputCodec } from '../crypto';
import { pseudonymsOf } from '../crypto/pseudonyms';
import { signingOf } from '../crypto/signing';
import { postgresError } from './errors';
import { migrate } from './migrate';
import { openPool, type PostgresLedgerOptions, schemaOf } from './pool';
import { PostgresStore } from './store';

export { examinePostgres } from './examine';
export { lookAtPostgresLedger } from './look';
export { readPostgresLedger } from './read';
export type { PostgresConnection, PostgresLedgerOptions } from './pool';

/**
 * Opens the Postgres ledger, making its schema and tables when they are missing.
 *
 * @throws `ledger-unreachable`, `ledger-refused`, `ledger-newer`, `ledger-migration-changed`, `ledger-key-malformed`,
 * `ledger-schema-too-long`
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
	const codec = inputCodec(options.encryptionKey, options.formerKeys);
	const signing = signingOf(options.signingKey);
	const schema = schemaOf(options);
	const pool = await openPool(options);
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
	const store = new PostgresStore(
		pool,
		schema,
		options.clock ?? null,
		signing?.seal ?? null,
		pseudonymsOf([options.encryptionKey, ...formerKeysIn(options.formerKeys)]),
	);
	return createLedger(store, codec, signing);
}
