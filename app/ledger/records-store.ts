import type { RecordKind, RecordQuery, StoredRecord } from './records';

/** What a store must do for documents and bytes, within a transaction. */
export interface RecordTransaction {
	/** Reads and locks; `null` where there is none. In the order asked for, which must be sorted. */
	lockRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]>;
	readRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]>;
	/** Inserts unless (kind, id) is taken; whether it did. */
	insertRecord(record: StoredRecord): Promise<boolean>;
	/** Replaces spine, parent, body, revision and time of change of a record that was locked. */
	updateRecord(record: StoredRecord): Promise<void>;
	listRecords(query: RecordQuery): Promise<readonly StoredRecord[]>;
	removeRecords(kind: RecordKind, ids: readonly string[]): Promise<number>;

	/** Adds what is not known yet. */
	putBlobs(blobs: readonly { readonly hash: string; readonly bytes: Uint8Array }[]): Promise<void>;
	getBlobs(hashes: readonly string[]): Promise<readonly (Uint8Array | null)[]>;
	removeBlobs(hashes: readonly string[]): Promise<number>;
}
