import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Ledger } from '../../app/ledger/api';
import { ledgerOver, type OpenedStore } from '../../app/ledger/hashes/open';
import { convertToHashes, type ConversionReport } from '../../app/ledger/hashes/convert';
import type { RecipientsAs } from '../../app/ledger/hashes/port';
import { formerKeysIn, inputCodec } from '../crypto';
import { pseudonymsOf } from '../crypto/pseudonyms';
import { recipientHashing } from '../crypto/recipients';
import { signingOf } from '../crypto/signing';
import { markIn } from '../sql/names';
import { busyTimeoutMs, fileError, isBusy } from './errors';
import { loadSqlite } from './load';
import { migrate, refuseForeign } from './migrate';
import { IN_MEMORY } from './moved';
import { SqliteStore } from './store';

export { type BackupReport, backUpSqliteLedger } from './backup';
export { lookAtSqliteLedger } from './look';
export { readSqliteLedger } from './read';

export interface SqliteLedgerOptions {
	/** Path of the ledger file; its folder is made when it is missing. */
	readonly file: string;
	readonly clock: () => Instant;
	/** Encrypts frozen inputs; see `adapters/crypto`. */
	readonly encryptionKey?: string;
	/** Keys that inputs were encrypted with before; see `formerKeysIn`. */
	readonly formerKeys?: string;
	/** Signs the chain and its heads; see `adapters/crypto/signing`. */
	readonly signingKey?: string;
	/** How recipients are stored; as names if absent. */
	readonly recipients?: RecipientsAs;
	/** n8n's `EXECUTIONS_MODE`; `queue` is refused. */
	readonly executionsMode?: string;
}

/** Makes a folder and those above it. Not `recursive`, which never ends below folders like /proc (Node 24). */
function makeFolder(folder: string): void {
	if (existsSync(folder)) return;
	makeFolder(dirname(folder));
	try {
		mkdirSync(folder);
	} catch (error) {
		if ((error as { code?: string }).code !== 'EEXIST') throw error;
	}
}

/** Makes the file where it is missing, for its owner alone; SQLite gives its -wal and -shm files the same rights. */
function makeFile(file: string): void {
	if (file === IN_MEMORY) return;
	makeFolder(dirname(file));
	if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

/**
 * Turns the file to WAL, once it is seen to be nobody else's. Two processes that make a file at once both do so, and
 * SQLite tells one of them at once that it is locked, whatever its busy timeout: waiting could be a deadlock. So it is
 * asked again here, for as long.
 */
async function switchToWal(db: DatabaseSync, file: string): Promise<void> {
	const giveUpAt = performance.now() + busyTimeoutMs;
	for (;;) {
		try {
			refuseForeign(db, file);
			db.exec('PRAGMA journal_mode = WAL');
			return;
		} catch (error) {
			if (!isBusy(error) || performance.now() > giveUpAt) throw error;
			await wait(5 + Math.random() * 20);
		}
	}
}

/** Pages SQLite may hold, in KiB: with its own 2 MB a batch of random keys writes pages out before it commits. */
const cacheKiB = 16_384;

/** Opens the file as the ledger needs it: WAL, every commit flushed to disk, patient with other processes. */
async function openDatabase(file: string): Promise<DatabaseSync> {
	const { DatabaseSync: Database } = await loadSqlite();
	makeFile(file);
	const db = new Database(file, { timeout: 0 });
	try {
		await switchToWal(db, file);
		db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
			PRAGMA cache_size = -${cacheKiB}`);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

/** The store in a file, with what seals and signs for it. */
async function openStore(options: SqliteLedgerOptions): Promise<OpenedStore> {
	const { file, clock, encryptionKey, formerKeys, signingKey, executionsMode } = options;
	if (executionsMode === 'queue') throw gateError('ledger-queue-mode');
	const codec = inputCodec(encryptionKey, formerKeys);
	const signing = signingOf(signingKey);
	const pseudonyms = pseudonymsOf([encryptionKey, ...formerKeysIn(formerKeys)]);
	let db: DatabaseSync | undefined;
	let mark: unknown;
	try {
		db = await openDatabase(file);
		migrate(db, file, clock());
		mark = db.prepare(markIn('records')).get()?.['body'];
	} catch (error) {
		db?.close();
		throw fileError(error, file);
	}
	const store = new SqliteStore(db, file, clock, signing?.seal ?? null, pseudonyms);
	return { store, codec, signing, mark: typeof mark === 'string' ? mark : null };
}

/**
 * Opens the SQLite ledger, making the file and its tables when they are missing.
 *
 * @throws `ledger-queue-mode`, `ledger-no-rights`, `ledger-corrupt`, `ledger-newer`, `ledger-migration-changed`,
 * `ledger-full`, `ledger-busy`, `ledger-key-malformed`, `ledger-node-too-old`, and what `ledgerOver` throws
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
	return await ledgerOver(await openStore(options), options.recipients ?? 'names', recipientHashing);
}

/** Converts the names of recipients in a ledger file to keyed hashes. @throws what opening it and `convertToHashes` throw */
export async function hashSqliteRecipients(options: SqliteLedgerOptions): Promise<ConversionReport> {
	return await convertToHashes(await openStore(options), recipientHashing);
}
