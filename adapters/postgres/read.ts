import type { Ledger } from '../../app/ledger/api';
import { createLedger } from '../../app/ledger/ledger';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { postgresError } from './errors';
import { appliedMigrations, hasTable, refuseNewer } from './migrate';
import { migrations } from './migrations';
import { openPool, type PostgresConnection, schemaOf } from './pool';
import { PostgresStore } from './store';

/**
 * Opens a Postgres ledger that is there, to read it and nothing else: every transaction is `READ ONLY`, and the schema is
 * not brought to this version's tables.
 *
 * @throws `ledger-file-missing`, `ledger-older`, `ledger-newer`, `ledger-unreachable`, `ledger-refused`,
 * `ledger-schema-too-long`
 */
export async function readPostgresLedger(options: {
	readonly connection: PostgresConnection | string;
	readonly schema?: string;
	readonly clock?: () => Instant;
}): Promise<Ledger> {
	const schema = schemaOf(options);
	const pool = await openPool({ ...options, connections: 2 });
	try {
		const client = await pool.connect();
		try {
			if (!(await hasTable(client, schema, 'migrations')))
				throw gateError('ledger-file-missing', { file: `schema ${schema}` });
			const applied = await appliedMigrations(client, schema);
			refuseNewer(applied);
			if (applied.size < migrations.length)
				throw gateError('ledger-older', {
					file: `schema ${schema}`,
					found: applied.size,
					known: migrations.length,
				});
		} finally {
			client.release();
		}
	} catch (error) {
		await pool.end().catch(() => undefined);
		throw postgresError(error);
	}
	return createLedger(new PostgresStore(pool, schema, options.clock ?? null, null, undefined, 'READ ONLY'));
}
