import type {
	CountFilter,
	FiguresTransaction,
	PairFilter,
	PairRow,
	SlotCountRow,
} from '../../app/ledger/figures';
import type { RecordKind, RecordQuery, StoredRecord } from '../../app/ledger/records';
import type { RecordTransaction } from '../../app/ledger/records-store';
import type { Cell } from '../sql/columns';
import {
	countCells,
	inOrder,
	pairCells,
	recordCells,
	recordChangeCells,
	toPair,
	toRecord,
	toSlotCount,
} from '../sql/records';
import type { Statements } from './statements';

/** Documents, bytes and figures on SQLite, within the transaction that holds the statements. */
export class SqliteRecords implements RecordTransaction, FiguresTransaction {
	constructor(private readonly sql: Statements) {}

	lockRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return this.readRecords(kind, ids);
	}

	async readRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return inOrder(ids, this.sql.all('recordRead', kind, JSON.stringify(ids)));
	}

	async insertRecord(record: StoredRecord): Promise<boolean> {
		return this.sql.run('recordInsert', ...recordCells(record)) > 0;
	}

	async updateRecord(record: StoredRecord): Promise<void> {
		this.sql.run('recordUpdate', ...recordChangeCells(record));
	}

	async listRecords({ kind, spine, parent, limit, before }: RecordQuery): Promise<readonly StoredRecord[]> {
		const page = [kind, before ?? null, limit] as const;
		if (parent !== undefined) {
			return this.sql.all('recordListParent', ...page, parent, spine ?? null).map(toRecord);
		}
		if (spine !== undefined) return this.sql.all('recordListSpine', ...page, spine).map(toRecord);
		return this.sql.all('recordList', ...page).map(toRecord);
	}

	async removeRecords(kind: RecordKind, ids: readonly string[]): Promise<number> {
		return this.sql.run('recordRemove', kind, JSON.stringify(ids));
	}

	async putBlobs(blobs: readonly { readonly hash: string; readonly bytes: Uint8Array }[]): Promise<void> {
		for (const { hash, bytes } of blobs) this.sql.run('blobPut', hash, bytes as unknown as Cell);
	}

	async getBlobs(hashes: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
		const rows = this.sql.all('blobGet', JSON.stringify(hashes));
		const found = new Map(rows.map(([hash, bytes]) => [String(hash), bytes as unknown as Uint8Array]));
		return hashes.map((hash) => found.get(hash) ?? null);
	}

	async removeBlobs(hashes: readonly string[]): Promise<number> {
		return this.sql.run('blobRemove', JSON.stringify(hashes));
	}

	async countSlots(filter: CountFilter): Promise<readonly SlotCountRow[]> {
		return this.sql.all('figureSlots', ...countCells(filter)).map(toSlotCount);
	}

	async countPairs(filter: PairFilter): Promise<readonly PairRow[]> {
		return this.sql.all('figurePairs', ...pairCells(filter)).map(toPair);
	}
}
