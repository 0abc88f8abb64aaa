import type { NameTransaction, SealedName } from '../../app/ledger/hashes/port';
import type { ColumnName } from './columns';
import type { Session } from './dialect';
import { sql } from './statement';

const hash: ColumnName = { name: 'hash', type: 'text' };
const sealed: ColumnName = { name: 'sealed', type: 'text' };
const target = { table: 'recipient_names', columns: [hash, sealed], key: [hash] };

/** Reads, from a table of records, the document that says that recipients are stored as hashes. */
export const markIn = (records: string): string =>
	`SELECT body FROM ${records} WHERE kind = 'sealing' AND id = 'recipients'`;

/** Names of recipients that are stored as keyed hashes, within the transaction of the session. */
export class SqlNames implements NameTransaction {
	constructor(private readonly session: Session) {}

	async keep(rows: readonly SealedName[]): Promise<void> {
		await this.session.insertMissing(
			target,
			rows.map((row) => [row.hash, row.sealed]),
		);
	}

	async read(hashes: readonly string[]): Promise<readonly (string | null)[]> {
		const { dialect } = this.session;
		const rows = await this.session.all(sql`SELECT n.hash, n.sealed FROM ${dialect.list('k', hashes)}
			${dialect.join('inner', 'recipient_names', 'n', sql`n.hash = ${dialect.item('k')}`, 'one')}`);
		const found = new Map(rows.map(([name, text]) => [String(name), String(text)]));
		return hashes.map((one) => found.get(one) ?? null);
	}

	async list(after: string, limit: number): Promise<readonly SealedName[]> {
		const rows = await this.session.all(
			sql`SELECT hash, sealed FROM recipient_names WHERE hash > ${after} ORDER BY hash LIMIT ${limit}`,
		);
		return rows.map(([name, text]) => ({ hash: String(name), sealed: String(text) }));
	}

	async replace(rows: readonly SealedName[]): Promise<void> {
		await this.session.update(
			{ ...target, columns: [sealed] },
			rows.map((row) => [row.sealed, row.hash]),
		);
	}

	async forget(hashes: readonly string[]): Promise<number> {
		return await this.session.remove(
			target,
			hashes.map((one) => [one]),
		);
	}
}
