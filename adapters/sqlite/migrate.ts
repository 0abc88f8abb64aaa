import type { DatabaseSync } from 'node:sqlite';
import { gateError } from '../../core/errors';
import { migrations } from './migrations';

/** Marks the file as ours: "RGL1". */
const applicationId = 0x52474c31;

const pragma = (db: DatabaseSync, name: string): number =>
	Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);

/** Throws `ledger-corrupt` where the file is a database of somebody else. Reads only. */
export function refuseForeign(db: DatabaseSync, file: string): void {
	const tables = Number(
		db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").get()?.['n'],
	);
	const id = pragma(db, 'application_id');
	if (id !== applicationId && (id !== 0 || tables > 0)) throw gateError('ledger-corrupt', { file });
}

/** Throws `ledger-newer` where a newer version of this package made the file. */
export function refuseNewer(db: DatabaseSync): void {
	const version = pragma(db, 'user_version');
	if (version > migrations.length) {
		throw gateError('ledger-newer', { found: version, known: migrations.length });
	}
}

/** Throws `ledger-older` where the file was not opened by this version yet: whoever only reads it cannot bring it up. */
export function refuseOlder(db: DatabaseSync, file: string): void {
	const version = pragma(db, 'user_version');
	if (version < migrations.length)
		throw gateError('ledger-older', { file, found: version, known: migrations.length });
}

/**
 * Brings the file to this version's schema, all in one transaction that keeps other processes out. Refuses a file of
 * a newer version, one whose migrations were changed, and one that is not a ledger.
 */
export function migrate(db: DatabaseSync, file: string, now: number): void {
	db.exec('BEGIN IMMEDIATE');
	try {
		refuseForeign(db, file);
		refuseNewer(db);
		db.exec(
			'CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) WITHOUT ROWID',
		);
		const applied = new Map(
			db
				.prepare('SELECT name, checksum FROM migrations')
				.all()
				.map((row) => [String(row['name']), String(row['checksum'])]),
		);
		for (const { name, checksum, sql } of migrations) {
			const before = applied.get(name);
			if (before !== undefined) {
				if (before !== checksum) throw gateError('ledger-migration-changed', { migration: name });
				continue;
			}
			db.exec(sql);
			db.prepare('INSERT INTO migrations VALUES (?, ?, ?)').run(name, checksum, now);
		}
		db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
		db.exec('COMMIT');
	} catch (error) {
		if (db.isTransaction) db.exec('ROLLBACK');
		throw error;
	}
}
