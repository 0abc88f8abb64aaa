import { gateError } from '../../core/errors';
import { refuseOther } from '../../app/ledger/hashes/mark';
import { inputCodec } from '../crypto';
import { markIn } from '../sql/names';
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
	const { seals } = inputCodec(options.encryptionKey, options.formerKeys);
	const { recipients = 'names' } = options;
	refuseOther(recipients, seals, null, true);
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
		const spines = rows[0]?.n ?? 0;
		const kept = await hasTable(client, schema, 'records');
		const marks = kept
			? await client.query<{ body: string }>(markIn(`${quoteName(schema)}.records`))
			: { rows: [] };
		refuseOther(recipients, seals, marks.rows[0]?.body ?? null, spines === 0);
		return { exists: true, spines };
	});
}
