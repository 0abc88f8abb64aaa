import type { RecordKind, RecordQuery, StoredRecord } from '../../app/ledger/records';
import type { RecordTransaction } from '../../app/ledger/records-store';
import type { Session } from './dialect';
import { joined, listed, nothing, sql, type Sql } from './statement';
import { recordColumns } from './tables';

const changing = recordColumns.without('kind', 'id', 'createdAt');

/** Documents and bytes, within the transaction of the session. */
export class RecordBook implements RecordTransaction {
	constructor(private readonly session: Session) {}

	private async select(where: Sql, end: Sql): Promise<readonly StoredRecord[]> {
		const rows = await this.session.all(sql`SELECT ${recordColumns.of()} FROM records WHERE ${where} ${end}`);
		return rows.map((cells) => recordColumns.read(cells));
	}

	/** Records in the order of the ids asked for; `null` where there is none. */
	private async byId(
		kind: RecordKind,
		ids: readonly string[],
		end: Sql,
	): Promise<readonly (StoredRecord | null)[]> {
		const records = await this.select(
			sql`kind = ${kind} AND ${this.session.dialect.oneOf('id', 'text', ids)}`,
			end,
		);
		const found = new Map(records.map((record) => [record.id, record]));
		return ids.map((id) => found.get(id) ?? null);
	}

	lockRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return this.byId(kind, ids, sql`ORDER BY id ${this.session.dialect.lock('update')}`);
	}

	readRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return this.byId(kind, ids, nothing);
	}

	async insertRecord(record: StoredRecord): Promise<boolean> {
		const cells = listed(recordColumns.cells(record));
		return (
			(await this.session.run(
				sql`INSERT INTO records (${recordColumns.of()}) VALUES (${cells}) ON CONFLICT DO NOTHING`,
			)) > 0
		);
	}

	async updateRecord(record: StoredRecord): Promise<void> {
		await this.session.run(sql`UPDATE records SET ${changing.set(changing.cells(record))}
			WHERE kind = ${record.kind} AND id = ${record.id}`);
	}

	listRecords({ kind, spine, parent, limit, before }: RecordQuery): Promise<readonly StoredRecord[]> {
		const where = [
			sql`kind = ${kind}`,
			...(parent === undefined ? [] : [sql`parent = ${parent}`]),
			...(spine === undefined ? [] : [sql`spine = ${spine}`]),
			...(before === undefined
				? []
				: [sql`seq < (SELECT seq FROM records WHERE kind = ${kind} AND id = ${before})`]),
		];
		return this.select(joined(where, ' AND '), sql`ORDER BY seq DESC LIMIT ${limit}`);
	}

	removeRecords(kind: RecordKind, ids: readonly string[]): Promise<number> {
		return this.session.run(
			sql`DELETE FROM records WHERE kind = ${kind} AND ${this.session.dialect.oneOf('id', 'text', ids)}`,
		);
	}

	/** In order of the hash, so that two writers of the same bytes wait for each other in one order. */
	async putBlobs(blobs: readonly { readonly hash: string; readonly bytes: Uint8Array }[]): Promise<void> {
		const sorted = [...blobs].sort((a, b) => (a.hash < b.hash ? -1 : 1));
		for (const { hash, bytes } of sorted) {
			await this.session.run(
				sql`INSERT INTO blobs (hash, bytes) VALUES (${hash}, ${bytes}) ON CONFLICT DO NOTHING`,
			);
		}
	}

	async getBlobs(hashes: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
		const rows = await this.session.all(
			sql`SELECT hash, bytes FROM blobs WHERE ${this.session.dialect.oneOf('hash', 'text', hashes)}`,
		);
		const found = new Map(
			rows.flatMap(([hash, bytes]) => (bytes instanceof Uint8Array ? [[String(hash), bytes] as const] : [])),
		);
		return hashes.map((hash) => found.get(hash) ?? null);
	}

	removeBlobs(hashes: readonly string[]): Promise<number> {
		return this.session.run(
			sql`DELETE FROM blobs WHERE ${this.session.dialect.oneOf('hash', 'text', hashes)}`,
		);
	}
}
