import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gateError } from '../../core/errors';
import { refuseOther } from '../../app/ledger/hashes/mark';
import type { RecipientsAs } from '../../app/ledger/hashes/port';
import { inputCodec } from '../crypto';
import { markIn } from '../sql/names';
import type { LedgerSight } from '../sql/sight';
import { fileError } from './errors';
import { loadSqlite } from './load';
import { refuseForeign, refuseNewer } from './migrate';

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** The folder in which the first missing folder would be made. */
const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)));

/**
 * Whether the file is a ledger or can become one. Makes and changes nothing: neither the file nor its folders.
 *
 * @throws what `openSqliteLedger` would throw
 */
export async function lookAtSqliteLedger(options: {
	readonly file: string;
	readonly encryptionKey?: string;
	readonly formerKeys?: string;
	readonly recipients?: RecipientsAs;
	readonly executionsMode?: string;
}): Promise<LedgerSight> {
	const { file, encryptionKey, formerKeys, recipients = 'names', executionsMode } = options;
	if (executionsMode === 'queue') throw gateError('ledger-queue-mode');
	const { seals } = inputCodec(encryptionKey, formerKeys);
	refuseOther(recipients, seals, null, true);
	const { DatabaseSync } = await loadSqlite();
	try {
		accessSync(existing(dirname(file)), constants.W_OK | constants.X_OK);
		const waiting = sizeOf(`${file}-wal`) > 0;
		if (sizeOf(file) === 0 && !waiting) return { exists: false, spines: 0 };
		accessSync(file, constants.R_OK | constants.W_OK);
		const url = pathToFileURL(file);
		// Else SQLite would make a -wal and a -shm file, to read a file that nobody has open.
		if (!waiting) url.searchParams.set('immutable', '1');
		const db = new DatabaseSync(url, { readOnly: true });
		try {
			refuseForeign(db, file);
			refuseNewer(db);
			const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'spines'").get() !== undefined;
			const spines = made ? Number(db.prepare('SELECT count(*) AS n FROM spines').get()?.['n']) : 0;
			const kept = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'records'").get() !== undefined;
			const mark = kept ? db.prepare(markIn('records')).get()?.['body'] : undefined;
			refuseOther(recipients, seals, typeof mark === 'string' ? mark : null, spines === 0);
			return { exists: made, spines };
		} finally {
			db.close();
		}
	} catch (error) {
		throw fileError(error, file);
	}
}
