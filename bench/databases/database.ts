import type { DeliveryRow } from '../../core/delivery/transitions';
import type { Ledger } from '../../app/ledger/api';
import type { RecipientsAs } from '../../app/ledger/hashes/port';

/** One ledger and, in the same database, a plain table with the same columns, key and history. */
export interface BenchDatabase {
	readonly ledger: Ledger;
	/** One plain bulk insert, as fast as the database takes it, in one transaction; returns milliseconds. */
	insertPlainly(rows: readonly DeliveryRow[]): Promise<number>;
	/** Settles what earlier rounds left for later: checkpoints, statistics. */
	rest(): Promise<void>;
	close(): Promise<void>;
}

/** How a ledger keeps what it keeps; in the clear, by names, if absent. */
export interface Keeping {
	readonly encryptionKey?: string;
	readonly recipients?: RecipientsAs;
}

/** Opens an empty database and fills it with so many rows of history, a whole number of slots. */
export type OpenDatabase = (history: number, keeping?: Keeping) => Promise<BenchDatabase>;
