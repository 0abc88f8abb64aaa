import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { gateError } from '../../core/errors';
import { busyTimeoutMs, fileError } from './errors';
import { loadSqlite } from './load';
import { refuseForeign, refuseNewer, refuseOlder } from './migrate';

/** What was copied. */
export interface BackupReport {
	readonly file: string;
	readonly bytes: number;
}

/** Flushes a file or a folder to disk. Windows flushes no folder. */
function flush(path: string): void {
	if (process.platform === 'win32' && statSync(path).isDirectory()) return;
	const handle = openSync(path, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

/**
 * Copies a ledger file as it stands at one moment into a new file, while others go on writing: one transaction that reads
 * (`VACUUM INTO`, https://sqlite.org/lang_vacuum.html#vacuuminto). The copy is its owner's alone, and stands under its name only once
 * it is whole and on disk; nothing that is there is written over.
 *
 * @param options.current refuse a ledger that this version has not opened yet: its copy could not be opened without changing it
 * @throws `ledger-file-missing`, `backup-exists`, `ledger-older`, `ledger-newer`, `ledger-corrupt`, `ledger-no-rights`, `ledger-full`,
 * `ledger-node-too-old`
 */
export async function backUpSqliteLedger(options: {
	readonly file: string;
	readonly to: string;
	readonly current?: boolean;
}): Promise<BackupReport> {
	const { file, to, current = false } = options;
	if (!existsSync(file)) throw gateError('ledger-file-missing', { file });
	if (existsSync(to)) throw gateError('backup-exists', { file: to });
	const { DatabaseSync } = await loadSqlite();
	const part = `${to}.part`;
	let db: DatabaseSync | undefined;
	try {
		db = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
		refuseForeign(db, file);
		refuseNewer(db);
		if (current) refuseOlder(db, file);
		// Of a backup that was cut off.
		rmSync(part, { force: true });
		// SQLite takes an empty file for none, and leaves it its rights.
		closeSync(openSync(part, 'wx', 0o600));
		db.prepare('VACUUM INTO ?').run(part);
		flush(part);
		renameSync(part, to);
		flush(dirname(to));
		return { file: to, bytes: statSync(to).size };
	} catch (error) {
		throw fileError(error, file);
	} finally {
		db?.close();
		rmSync(part, { force: true });
	}
}
