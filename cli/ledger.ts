import { openPostgresLedger, readPostgresLedger } from '../adapters/postgres';
import { openSqliteLedger, readSqliteLedger } from '../adapters/sqlite';
import type { Ledger } from '../app/ledger/api';
import { gateError } from '../core/errors';

/** Which ledger a command works with. */
export interface LedgerOptions {
	readonly sqlite?: string;
	readonly postgres?: string;
	readonly schema: string;
}

/** Opens the ledger that the options name. `signingKey` checks its signatures. @throws `ledger-not-named` and what opening throws */
export async function openLedger(
	{ sqlite, postgres, schema }: LedgerOptions,
	signingKey?: string,
): Promise<Ledger> {
	if (postgres !== undefined) return await openPostgresLedger({ connection: postgres, schema, signingKey });
	if (sqlite !== undefined) return await openSqliteLedger({ file: sqlite, clock: Date.now, signingKey });
	throw gateError('ledger-not-named');
}

/** Opens the ledger that the options name, to read it and nothing else. @throws `ledger-not-named` and what opening throws */
export async function readLedger({ sqlite, postgres, schema }: LedgerOptions): Promise<Ledger> {
	if (postgres !== undefined) return await readPostgresLedger({ connection: postgres, schema });
	if (sqlite !== undefined) return await readSqliteLedger({ file: sqlite, clock: Date.now });
	throw gateError('ledger-not-named');
}
