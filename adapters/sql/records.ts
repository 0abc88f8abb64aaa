import type { RecordKind, RecordQuery, StoredRecord } from '../../app/ledger/records';
import type { RecordTransaction } from '../../app/ledger/records-store';
import type { Session } from './dialect';
import { type Cell, type Cells, joined, listed, nothing, sql, type Sql } from './statement';
import { recordColumns } from './tables';
import type { Witness } from './witness';

const changing = recordColumns.without('kind', 'id', 'createdAt');

/** Cursors of triggers move with every look and decide nothing: they are not in the chain. */
const isTold = (kind: string): boolean => kind !== 'trigger';

/** Where the id stands when the place is selected before the columns. */
const idAt = 1 + recordColumns.at.id;

/** Documents and bytes, within the transaction of the session. */
export class SqlRecords implements RecordTransaction {
	/** Places in the order of creation of the records that were locked. */
	private readonly places = new Map<string, Cell>();

	constructor(
		private readonly session: Session,
		private readonly witness: Witness,
	) {}

	/** What stood before a change: place in the order of creation, and every column. */
	private saw(kind: RecordKind, id: string, cells: Cells | null): void {
		if (isTold(kind)) this.witness.saw('records', [kind, id], cells);
	}

	private wrote(kind: RecordKind, id: string, cells: Cells | null): void {
		if (isTold(kind)) this.witness.wrote('records', [kind, id], cells);
	}

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

	async lockRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		const rows = await this.session.all(sql`SELECT seq, ${recordColumns.of()} FROM records
			WHERE kind = ${kind} AND ${this.session.dialect.oneOf('id', 'text', ids)}
			ORDER BY id ${this.session.dialect.lock('update')}`);
		const found = new Map(rows.map((cells) => [String(cells[idAt]), cells]));
		return ids.map((id) => {
			const cells = found.get(id) ?? null;
			this.saw(kind, id, cells);
			if (cells !== null) this.places.set(`${kind}\u0000${id}`, cells[0] ?? null);
			return cells === null ? null : recordColumns.read(cells, 1);
		});
	}

	readRecords(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]> {
		return this.byId(kind, ids, nothing);
	}

	async insertRecord(record: StoredRecord): Promise<boolean> {
		const cells = recordColumns.cells(record);
		const [row] = await this.session.all(
			sql`INSERT INTO records (${recordColumns.of()}) VALUES (${listed(cells)})
				ON CONFLICT DO NOTHING RETURNING seq`,
		);
		if (row === undefined) return false;
		this.wrote(record.kind, record.id, [...row, ...cells]);
		return true;
	}

	async updateRecord(record: StoredRecord): Promise<void> {
		await this.session.run(sql`UPDATE records SET ${changing.set(changing.cells(record))}
			WHERE kind = ${record.kind} AND id = ${record.id}`);
		const place = this.places.get(`${record.kind}\u0000${record.id}`) ?? null;
		this.wrote(record.kind, record.id, [place, ...recordColumns.cells(record)]);
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

	async removeRecords(kind: RecordKind, ids: readonly string[]): Promise<number> {
		const gone = await this.session.all(
			sql`DELETE FROM records WHERE kind = ${kind} AND ${this.session.dialect.oneOf('id', 'text', ids)} RETURNING id`,
		);
		for (const [id] of gone) this.wrote(kind, String(id), null);
		return gone.length;
	}

	/** In order of the hash, so that two writers of the same bytes wait for each other in one order. */
	async putBlobs(blobs: readonly { readonly hash: string; readonly bytes: Uint8Array }[]): Promise<void> {
		const sorted = [...blobs].sort((a, b) => (a.hash < b.hash ? -1 : 1));
		for (const { hash, bytes } of sorted) {
			const added = await this.session.run(
				sql`INSERT INTO blobs (hash, bytes) VALUES (${hash}, ${bytes}) ON CONFLICT DO NOTHING`,
			);
			if (added > 0) this.witness.wrote('blobs', [hash], [hash]);
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

	async removeBlobs(hashes: readonly string[]): Promise<number> {
		const gone = await this.session.all(
			sql`DELETE FROM blobs WHERE ${this.session.dialect.oneOf('hash', 'text', hashes)} RETURNING hash`,
		);
		for (const [hash] of gone) this.witness.wrote('blobs', [String(hash)], null);
		return gone.length;
	}
}
