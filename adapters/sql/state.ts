import { createHash } from 'node:crypto';
import { absent, type RowDigest, type StateKey, type StateTable } from '../../app/ledger/history/state';
import type { StatePage } from '../../app/ledger/store';
import type { ColumnName } from './columns';
import type { Session } from './dialect';
import { type Cell, type Cells, joined, listed, nothing, raw, sql, type Sql } from './statement';
import {
	deliveryColumns,
	deliveryKey,
	erasedColumns,
	erasedKeyColumn,
	outboxState,
	recipientColumns,
	recipientKey,
	recordColumns,
	slotColumns,
	spineColumns,
} from './tables';
import { digestOf } from './row-digests';
import { recipientDigest } from './witness';

interface Told {
	readonly key: readonly ColumnName[];
	/** What the digest is made of, in the order in which the witness has it. */
	readonly columns: readonly ColumnName[];
	readonly where?: Sql;
	readonly digest?: (cells: Cells) => RowDigest;
}

const text = (name: string): ColumnName => ({ name, type: 'text' });
const bigint = (name: string): ColumnName => ({ name, type: 'bigint' });

const bytesDigest = ([bytes]: Cells): RowDigest =>
	digestOf([
		createHash('sha256')
			.update(bytes instanceof Uint8Array ? bytes : '')
			.digest('hex'),
	]);

/** The tables whose rows have their digests in the chain. */
const told: Readonly<Record<StateTable, Told>> = {
	spines: { key: [text('spine')], columns: spineColumns.names },
	spine_versions: {
		key: [text('spine'), bigint('version')],
		columns: [text('settings'), text('configured_by'), bigint('configured_at')],
	},
	slots: { key: slotColumns.names.slice(0, 3), columns: [...slotColumns.names.slice(3), bigint('settled')] },
	deliveries: { key: deliveryKey.names, columns: deliveryColumns.names },
	recipients: { key: recipientKey.names, columns: recipientColumns.names, digest: recipientDigest },
	records: {
		key: [text('kind'), text('id')],
		columns: [bigint('seq'), ...recordColumns.names],
		where: sql`kind <> ${'trigger'}`,
	},
	outbox: { key: [bigint('id')], columns: outboxState.map(text) },
	erased: { key: erasedKeyColumn.names, columns: erasedColumns.names },
	blobs: { key: [text('hash')], columns: [text('bytes')], digest: bytesDigest },
};

const named = (columns: readonly ColumnName[]): Sql => raw(columns.map(({ name }) => name).join(', '));

/** Reads rows as their digests, for whoever holds them against the chain. */
export class StateReader {
	constructor(private readonly session: Session) {}

	async page(table: StateTable, after: readonly string[] | null, limit: number): Promise<StatePage> {
		const { key, columns, where, digest = digestOf } = told[table];
		const from = after && sql`(${named(key)}) > (${listed(cellsOf(key, after))})`;
		const all = [...(from ? [from] : []), ...(where ? [where] : [])];
		const rows = await this.session.all(sql`SELECT ${named(key)}, ${named(columns)} FROM ${raw(table)}
			${all.length > 0 ? sql`WHERE ${joined(all, ' AND ')}` : nothing} ORDER BY ${named(key)} LIMIT ${limit}`);
		return rows.map((cells) => ({
			path: cells.slice(0, key.length).map(partOf),
			digest: digest(cells.slice(key.length)),
		}));
	}

	async one({ table, path }: StateKey): Promise<RowDigest> {
		const { key, columns, digest = digestOf } = told[table];
		const cells = cellsOf(key, path);
		const where = joined(
			key.map(({ name }, at) => sql`${raw(name)} = ${cells[at] ?? null}`),
			' AND ',
		);
		const [row] = await this.session.all(
			sql`SELECT ${named(columns)} FROM ${raw(table)} WHERE ${where} ${this.session.dialect.lock('update')}`,
		);
		return row === undefined ? absent : digest(row);
	}

	/** Messages and inputs that belong to no such delivery, and committed deliveries whose message is not among them. */
	async strays(): Promise<readonly string[]> {
		const sameAs = (alias: string): Sql =>
			raw(deliveryKey.names.map(({ name }) => `d.${name} = ${alias}.${name}`).join(' AND '));
		const rows = await this.session.all(sql`
			SELECT 'message', m.spine, m.slot, m.recipient FROM messages AS m
				LEFT JOIN deliveries AS d ON ${sameAs('m')}
				WHERE d.spine IS NULL OR d.provider IS NULL OR d.provider_message_id IS NULL
					OR d.provider <> m.provider OR d.provider_message_id <> m.message_id
			UNION ALL
			SELECT 'message', d.spine, d.slot, d.recipient FROM deliveries AS d
				LEFT JOIN messages AS m ON m.provider = d.provider AND m.message_id = d.provider_message_id
				WHERE d.state = 'committed' AND d.provider IS NOT NULL AND d.provider_message_id IS NOT NULL
					AND length(d.provider_message_id) <= 512 AND m.spine IS NULL
			UNION ALL
			SELECT 'input', i.spine, i.slot, i.recipient FROM inputs AS i
				LEFT JOIN deliveries AS d ON ${sameAs('i')}
				WHERE d.spine IS NULL
			LIMIT 100`);
		return rows.map((cells) => {
			const [what, spine, slot, recipient] = cells.map(String) as [string, string, string, string];
			return `${what} of ${recipient} in slot ${slot} of spine ${spine}`;
		});
	}
}

/** SQLite keeps bytes in a column of texts, if somebody puts them there. */
const bytesMark = '\u0001bytes:';

const partOf = (cell: Cell): string =>
	cell instanceof Uint8Array ? bytesMark + Buffer.from(cell).toString('hex') : String(cell);

const cellsOf = (key: readonly ColumnName[], path: readonly string[]): Cells =>
	key.map(({ type }, at) => {
		const part = path[at] ?? '';
		if (part.startsWith(bytesMark)) return Buffer.from(part.slice(bytesMark.length), 'hex');
		// SQLite keeps text in a column of numbers, too.
		return type === 'bigint' && Number.isFinite(Number(part)) ? Number(part) : part;
	});
