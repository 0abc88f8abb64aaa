import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '../../app/ledger/api';
import { createLedger } from '../../app/ledger/ledger';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { busyTimeoutMs, fileError } from './errors';
import { loadSqlite } from './load';
import { refuseForeign, refuseNewer, refuseOlder } from './migrate';
import { SqliteStore } from './store';

/**
 * Opens a ledger file that is there, to read it and nothing else: SQLite refuses every write, the file is not brought to
 * this version's tables, and no writer is kept waiting.
 *
 * @throws `ledger-file-missing`, `ledger-older`, `ledger-newer`, `ledger-corrupt`, `ledger-no-rights`, `ledger-node-too-old`
 */
export async function readSqliteLedger({
	file,
	clock,
}: {
	readonly file: string;
	readonly clock: () => Instant;
}): Promise<Ledger> {
	if (!existsSync(file)) throw gateError('ledger-file-missing', { file });
	const { DatabaseSync } = await loadSqlite();
	let db: DatabaseSync | undefined;
	try {
		db = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
		refuseForeign(db, file);
		refuseNewer(db);
		refuseOlder(db, file);
	} catch (error) {
		db?.close();
		throw fileError(error, file);
	}
	return createLedger(new SqliteStore(db, file, clock, null, undefined, 'DEFERRED'));
}
