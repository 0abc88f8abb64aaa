import { gateError } from '../../core/errors';
import { inputCodec } from '../crypto';
import type { LedgerSight } from '../sql/sight';
import {
	appliedMigrations,
	hasTable,
	mayCreateSchema,
	quoteName,
	refuseNewer,
	schemaExists,
} from './migrate';
import { onOneConnection, type PostgresLedgerOptions, schemaOf } from './pool';

/**
 * Whether the schema is a ledger or can become one. Makes and changes nothing.
 *
 * @throws what `openPostgresLedger` would throw
 */
export async function lookAtPostgresLedger(options: PostgresLedgerOptions): Promise<LedgerSight> {
	inputCodec(options.encryptionKey, options.formerKeys);
	const schema = schemaOf(options);
	return await onOneConnection(options, async (client) => {
		if (!(await schemaExists(client, schema))) {
			if (!(await mayCreateSchema(client))) throw gateError('ledger-refused', { cause: '42501' });
			return { exists: false, spines: 0 };
		}
		if (!(await hasTable(client, schema, 'migrations'))) return { exists: false, spines: 0 };
		refuseNewer(await appliedMigrations(client, schema));
		const { rows } = await client.query<{ n: number }>(
			`SELECT count(*)::int AS n FROM ${quoteName(schema)}.spines`,
		);
		return { exists: true, spines: rows[0]?.n ?? 0 };
	});
}
