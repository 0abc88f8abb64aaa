import {
	closeSync,
	existsSync,
	fstatSync,
	fsyncSync,
	lstatSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { gateError, ReleaseGateError } from '../../core/errors';
import { busyTimeoutMs, fileError } from './errors';
import { loadSqlite } from './load';
import { refuseForeign, refuseNewer, refuseOlder } from './migrate';

/** What was copied. */
export interface BackupReport {
	readonly file: string;
	readonly bytes: number;
}

/** Flushes a folder to disk. Windows flushes none. */
function flushFolder(path: string): void {
	if (process.platform === 'win32') return;
	const handle = openSync(path, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

/** What is at a path, a link itself and not what it leads to. */
const entryAt = (path: string) => lstatSync(path, { bigint: true, throwIfNoEntry: false });

/** What kept a copy from being written: of the ledger where it says so, else of the place it goes to. */
function copyError(error: unknown, file: string, to: string): unknown {
	const known = fileError(error, file);
	if (
		known instanceof ReleaseGateError &&
		!['ledger-full', 'ledger-no-rights', 'ledger-failed'].includes(known.code)
	)
		return known;
	const cause = error instanceof Error ? error.message : String(error);
	return gateError('backup-unwritable', { file: to, cause }, error);
}

/** Writes the copy beside its place, and puts it there once it is on disk. */
function copy(db: DatabaseSync, to: string): void {
	const part = `${to}.part`;
	// Of a backup that was cut off.
	rmSync(part, { force: true });
	// SQLite takes an empty file for none, and leaves it its rights.
	const own = openSync(part, 'wx', 0o600);
	const { ino } = fstatSync(own, { bigint: true });
	const isOwn = (): boolean => entryAt(part)?.ino === ino;
	try {
		db.prepare('VACUUM INTO ?').run(part);
		// Another backup under this name took the part for a left one, or ended first.
		if (!isOwn() || entryAt(to) !== undefined) throw gateError('backup-exists', { file: to });
		fsyncSync(own);
		renameSync(part, to);
		flushFolder(dirname(to));
	} finally {
		if (isOwn()) rmSync(part);
		closeSync(own);
	}
}

/**
 * Copies a ledger file as it stands at one moment into a new file, while others go on writing: one transaction that reads
 * (`VACUUM INTO`, https://sqlite.org/lang_vacuum.html#vacuuminto). The copy is its owner's alone, and stands under its name only once
 * it is whole and on disk; nothing that is there is written over. Of two at once under one name at most one
 * succeeds.
 *
 * @param options.current refuse a ledger that this version has not opened yet: its copy could not be opened without changing it
 * @throws `ledger-file-missing`, `backup-exists`, `backup-unwritable`, `ledger-older`, `ledger-newer`, `ledger-corrupt`,
 * `ledger-no-rights`, `ledger-node-too-old`
 */
export async function backUpSqliteLedger(options: {
	readonly file: string;
	readonly to: string;
	readonly current?: boolean;
}): Promise<BackupReport> {
	const { file, to, current = false } = options;
	if (!existsSync(file)) throw gateError('ledger-file-missing', { file });
	if (entryAt(to) !== undefined) throw gateError('backup-exists', { file: to });
	const { DatabaseSync } = await loadSqlite();
	let db: DatabaseSync | undefined;
	try {
		try {
			db = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
			refuseForeign(db, file);
			refuseNewer(db);
			if (current) refuseOlder(db, file);
		} catch (error) {
			throw fileError(error, file);
		}
		try {
			copy(db, to);
		} catch (error) {
			throw copyError(error, file, to);
		}
		return { file: to, bytes: statSync(to).size };
	} finally {
		db?.close();
	}
}
