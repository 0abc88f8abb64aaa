import type { Ledger } from '../../app/ledger/api';
import { ledgerOver, type OpenedStore } from '../../app/ledger/hashes/open';
import { convertToHashes, type ConversionReport } from '../../app/ledger/hashes/convert';
import { formerKeysIn, inputCodec } from '../crypto';
import { pseudonymsOf } from '../crypto/pseudonyms';
import { recipientHashing } from '../crypto/recipients';
import { signingOf } from '../crypto/signing';
import { markIn } from '../sql/names';
import { postgresError } from './errors';
import { migrate, quoteName } from './migrate';
import { openPool, type PostgresLedgerOptions, schemaOf } from './pool';
import { PostgresStore } from './store';

export { examinePostgres } from './examine';
export { lookAtPostgresLedger } from './look';
export { readPostgresLedger } from './read';
export type { PostgresConnection, PostgresLedgerOptions } from './pool';

/** The store in a schema, with what seals and signs for it. */
async function openStore(options: PostgresLedgerOptions): Promise<OpenedStore> {
	const codec = inputCodec(options.encryptionKey, options.formerKeys);
	const signing = signingOf(options.signingKey);
	const schema = schemaOf(options);
	const pseudonyms = pseudonymsOf([options.encryptionKey, ...formerKeysIn(options.formerKeys)]);
	const pool = await openPool(options);
	let mark: string | null;
	try {
		const client = await pool.connect();
		try {
			await migrate(client, schema);
			const found = await client.query<{ body: string }>(markIn(`${quoteName(schema)}.records`));
			mark = found.rows[0]?.body ?? null;
		} finally {
			client.release();
		}
	} catch (error) {
		await pool.end().catch(() => undefined);
		throw postgresError(error);
	}
	const store = new PostgresStore(pool, schema, options.clock ?? null, signing?.seal ?? null, pseudonyms);
	return { store, codec, signing, mark };
}

/**
 * Opens the Postgres ledger, making its schema and tables when they are missing.
 *
 * @throws `ledger-unreachable`, `ledger-refused`, `ledger-newer`, `ledger-migration-changed`, `ledger-key-malformed`,
 * `ledger-schema-too-long`, and what `ledgerOver` throws
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
	return await ledgerOver(await openStore(options), options.recipients ?? 'names', recipientHashing);
}

/** Converts the names of recipients in a ledger to keyed hashes. @throws what opening it and `convertToHashes` throw */
export async function hashPostgresRecipients(options: PostgresLedgerOptions): Promise<ConversionReport> {
	return await convertToHashes(await openStore(options), recipientHashing);
}
