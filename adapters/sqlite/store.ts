import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Pseudonyms } from '../../app/ledger/erasure/port';
import type { StateSeal } from '../../app/ledger/history/state';
import type { LedgerStore, ScrubReport, StoreTransaction } from '../../app/ledger/store';
import { isBusy, sqliteError } from './errors';
import { moveWatch } from './moved';
import { SqliteSession } from './session';
import { SqliteTransaction } from './transaction';

/** The store over one SQLite file. Transactions of one process queue up; other processes wait at BEGIN IMMEDIATE. */
export class SqliteStore implements LedgerStore {
	readonly kind = 'sqlite';
	readonly chunkRows = 1_000;
	private readonly session: SqliteSession;
	/** Whether another file stands where the opened one stood: a process that opens it would know nothing of this one. */
	private readonly moved: () => boolean;
	private tail: Promise<unknown> = Promise.resolve();
	private open = true;

	constructor(
		private readonly db: DatabaseSync,
		private readonly file: string,
		clock: () => Instant,
		private readonly seal: StateSeal | null = null,
		private readonly pseudonyms?: Pseudonyms,
		/** `DEFERRED` for a file that is only read: it waits for no writer and keeps none waiting. */
		private readonly begin: 'IMMEDIATE' | 'DEFERRED' = 'IMMEDIATE',
	) {
		this.session = new SqliteSession(db, clock);
		this.moved = moveWatch(file);
	}

	transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
		const run = this.tail.then(() => this.runOne(work));
		this.tail = run.catch(() => undefined);
		return run;
	}

	private async runOne<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
		if (!this.open) throw gateError('ledger-closed');
		try {
			this.db.exec(`BEGIN ${this.begin}`);
			try {
				if (this.moved()) throw gateError('ledger-moved', { file: this.file });
				const tx = new SqliteTransaction(this.session, this.pseudonyms);
				const result = await work(tx);
				await tx.finish(this.seal);
				this.db.exec('COMMIT');
				return result;
			} catch (error) {
				this.rollback();
				throw error;
			}
		} catch (error) {
			throw sqliteError(error, this.file);
		}
	}

	/** SQLite may have rolled back by itself (a full disk does that); then there is nothing left to undo. */
	private rollback(): void {
		try {
			this.db.exec('ROLLBACK');
		} catch {
			return;
		}
	}

	async breathe(): Promise<void> {
		await letOthersRun();
	}

	/**
	 * Rebuilds the file and empties the log beside it: what was deleted or overwritten since the file was made is in neither
	 * (https://sqlite.org/lang_vacuum.html, https://sqlite.org/pragma.html#pragma_wal_checkpoint). Takes as long as it takes to write the file
	 * once, and nothing else runs in this process meanwhile.
	 */
	scrub(): Promise<ScrubReport> {
		const run = this.tail.then((): ScrubReport => {
			if (!this.open) throw gateError('ledger-closed');
			try {
				this.db.exec('VACUUM');
				const [row] = this.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
				return { remains: Number(row?.['busy'] ?? 0) === 0 ? 'rebuilt' : 'busy' };
			} catch (error) {
				if (isBusy(error)) return { remains: 'busy' };
				throw sqliteError(error, this.file);
			}
		});
		this.tail = run.catch(() => undefined);
		return run;
	}

	async close(): Promise<void> {
		await this.tail;
		if (!this.open) return;
		this.open = false;
		this.db.close();
	}
}
