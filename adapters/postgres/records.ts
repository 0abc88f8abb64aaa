import type { ClientBase } from 'pg';
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
import { type StatementName, statements } from './sql.generated';

/** Documents, bytes and figures on Postgres, within the transaction of the client. */
export class PostgresRecords implements RecordTransaction, FiguresTransaction {
	constructor(private readonly client: ClientBase) {}

	private async all(name: StatementName, ...values: unknown[]): Promise<readonly Cell[][]> {
		const result = await this.client.query<Cell[]>({ text: statements[name], values, rowMode: 'array' });
		return result.rows;
	}

	private async run(name: StatementName, ...values: unknown[]): Promise<number> {
		return (await this.client.query({ text: statements[name], values })).rowCount ?? 0;
	}

	async lockRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return inOrder(ids, await this.all('recordLock', kind, ids));
	}

	async readRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return inOrder(ids, await this.all('recordRead', kind, ids));
	}

	async insertRecord(record: StoredRecord): Promise<boolean> {
		return (await this.run('recordInsert', ...recordCells(record))) > 0;
	}

	async updateRecord(record: StoredRecord): Promise<void> {
		await this.run('recordUpdate', ...recordChangeCells(record));
	}

	async listRecords({ kind, spine, parent, limit, before }: RecordQuery): Promise<readonly StoredRecord[]> {
		const page = [kind, before ?? null, limit] as const;
		if (parent !== undefined) {
			return (await this.all('recordListParent', ...page, parent, spine ?? null)).map(toRecord);
		}
		if (spine !== undefined) return (await this.all('recordListSpine', ...page, spine)).map(toRecord);
		return (await this.all('recordList', ...page)).map(toRecord);
	}

	removeRecords(kind: RecordKind, ids: readonly string[]): Promise<number> {
		return this.run('recordRemove', kind, ids);
	}

	/** In order of the hash, so that two writers of the same bytes wait for each other in one order. */
	async putBlobs(blobs: readonly { readonly hash: string; readonly bytes: Uint8Array }[]): Promise<void> {
		const sorted = [...blobs].sort((a, b) => (a.hash < b.hash ? -1 : 1));
		for (const { hash, bytes } of sorted) await this.run('blobPut', hash, Buffer.from(bytes));
	}

	async getBlobs(hashes: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
		const rows = await this.all('blobGet', hashes);
		const found = new Map(rows.map(([hash, bytes]) => [String(hash), bytes as unknown as Uint8Array]));
		return hashes.map((hash) => found.get(hash) ?? null);
	}

	removeBlobs(hashes: readonly string[]): Promise<number> {
		return this.run('blobRemove', hashes);
	}

	async countSlots(filter: CountFilter): Promise<readonly SlotCountRow[]> {
		return (await this.all('figureSlots', ...countCells(filter))).map(toSlotCount);
	}

	async countPairs(filter: PairFilter): Promise<readonly PairRow[]> {
		return (await this.all('figurePairs', ...pairCells(filter))).map(toPair);
	}
}
