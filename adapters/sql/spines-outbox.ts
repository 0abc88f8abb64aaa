import type { Instant, Milliseconds, Space } from '../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../core/delivery/outbox';
import type { NewOutboxRow, SpineRow } from '../../app/ledger/store';
import type { Pseudonyms } from '../../app/ledger/erasure/port';
import { pseudonymsOf } from '../crypto/pseudonyms';
import type { Session } from './dialect';
import { DeskReader } from './desk';
import { SqlErasure } from './erasure';
import { FigureReader } from './figures';
import { SqlKeys } from './keys';
import { SqlCalls } from './calls';
import { SqlReading } from './reading';
import { SqlTurns } from './turns';
import { SqlPruning } from './pruning';
import { SqlNames } from './names';
import { SqlRenaming } from './renaming';
import { SqlRecords } from './records';
import { toOutboxEntry } from './rows';
import { type Cells, listed, raw, sql, when } from './statement';
import { deliveryKey, newOutboxColumns, outboxColumns, outboxState, spineColumns } from './tables';

/** How long an entry waits when its writer says "later" without a time, in milliseconds. */
const defaultRetryMs: Milliseconds = 60_000;

/** Gives back what of changed entries stands in the chain. */
const returning = raw(`RETURNING id, ${outboxState.join(', ')}`);

const name = { name: 'spine', type: 'text' } as const;

const withoutKey = pseudonymsOf([]);

/** The half of the store's transaction beside the deliveries: spines and outbox. */
export class SqlSpinesAndOutbox extends SqlPruning {
	readonly records: SqlRecords;
	readonly figures: FigureReader;
	readonly desk: DeskReader;
	readonly keys: SqlKeys;
	readonly reading: SqlReading;
	readonly calls: SqlCalls;
	readonly turns: SqlTurns;
	readonly erasure: SqlErasure;
	readonly names: SqlNames;
	readonly renaming: SqlRenaming;

	constructor(session: Session, pseudonyms: Pseudonyms = withoutKey) {
		super(session);
		this.records = new SqlRecords(session, this.witness);
		this.figures = new FigureReader(session);
		this.desk = new DeskReader(session);
		this.keys = new SqlKeys(session);
		this.reading = new SqlReading(session);
		this.calls = new SqlCalls(session);
		this.turns = new SqlTurns(session);
		this.erasure = new SqlErasure(session, this.witness, pseudonyms);
		this.names = new SqlNames(session);
		this.renaming = new SqlRenaming(session, this.witness);
	}

	async spine(spine: string, lock: 'none' | 'share' | 'update'): Promise<SpineRow | null> {
		// Keeps two first configurations of one spine apart: there is no row to lock yet.
		if (lock === 'update') await this.session.hold(`release-gate:spine:${spine}`);
		const [cells] = await this.session.all(
			sql`SELECT ${spineColumns.of()} FROM spines WHERE spine = ${spine} ${this.session.dialect.lock(lock)}`,
		);
		if (lock === 'update') this.witness.saw('spines', [spine], cells ?? null);
		return cells === undefined ? null : spineColumns.read(cells);
	}

	spines(): Promise<readonly SpineRow[]> {
		return this.all(sql`SELECT ${spineColumns.of()} FROM spines ORDER BY spine`, (cells) =>
			spineColumns.read(cells),
		);
	}

	async writeSpine(row: SpineRow): Promise<void> {
		const target = { table: 'spines', columns: [name, ...spineColumns.names], key: [name] };
		const cells = spineColumns.cells(row);
		await this.session.replace(target, [[row.settings.spine, ...cells]]);
		this.witness.wrote('spines', [row.settings.spine], cells);
	}

	async addSpineVersion({ settings, version, updatedAt }: SpineRow, by: string): Promise<void> {
		const cells = [settings.spine, version, JSON.stringify(settings), by, updatedAt];
		await this.session.run(sql`INSERT INTO spine_versions
			(spine, version, settings, configured_by, configured_at) VALUES (${listed(cells)})`);
		this.witness.wrote('spine_versions', [settings.spine, String(version)], cells.slice(2));
	}

	async addOutbox(rows: readonly NewOutboxRow[]): Promise<readonly string[]> {
		const columns = [...deliveryKey.names, ...newOutboxColumns.names];
		const cells = rows.map((row) => [...deliveryKey.cells(row.ref), ...newOutboxColumns.cells(row)]);
		const ids = (await this.session.insertNumbered({ table: 'outbox', columns }, cells)).map(String);
		rows.forEach(({ ref, target, objectId, payload, createdAt, status }, at) => {
			const id = ids[at] ?? '';
			this.witness.wrote(
				'outbox',
				[id],
				[target, objectId, payload, ...deliveryKey.cells(ref), createdAt, status],
			);
		});
		return ids;
	}

	/** Notes entries as a statement left them: its rows are the id and what of them stands in the chain. */
	private noteOutbox(rows: readonly Cells[]): void {
		for (const [id, ...cells] of rows) this.witness.wrote('outbox', [String(id)], cells);
	}

	/** The newest waiting entry of each object, unless a writer holds one of the object's entries. */
	async takeOutbox(
		target: string,
		limit: number,
		now: Instant,
		leaseMs: Milliseconds,
		ids: readonly string[] | null,
	): Promise<readonly OutboxEntry[]> {
		const { dialect } = this.session;
		// One taker of a target at a time, so that the order of one object's entries holds.
		await this.session.hold(`release-gate:outbox:${target}`);
		const entries = await this.all(
			sql`SELECT ${deliveryKey.of('o')}, ${outboxColumns.of('o')} FROM outbox AS o
				WHERE o.status = 'waiting' AND o.target = ${target} AND o.not_before <= ${now}
					${when(ids !== null, () => sql`AND ${dialect.oneOf('o.id', 'bigint', (ids ?? []).map(Number))}`)}
					AND NOT EXISTS (
						SELECT 1 FROM outbox AS n
						WHERE n.status = 'waiting' AND n.target = o.target AND n.object_id = o.object_id
							AND (n.id > o.id OR n.lease_until > ${now})
						${dialect.apart}
					)
				ORDER BY o.id LIMIT ${limit} ${dialect.skipLocked('o')}`,
			toOutboxEntry,
		);
		if (entries.length > 0) {
			const taken = dialect.oneOf(
				'id',
				'bigint',
				entries.map((entry) => Number(entry.id)),
			);
			await this.session.run(
				sql`UPDATE outbox SET lease_until = ${now + leaseMs}, attempts = attempts + 1 WHERE ${taken}`,
			);
		}
		return entries.map((entry) => ({ ...entry, attempts: entry.attempts + 1 }));
	}

	async settleOutbox(results: readonly OutboxResult[], now: Instant): Promise<void> {
		const sorted = [...results].sort((a, b) => Number(a.id) - Number(b.id));
		for (const { id, status, retryAfterMs, reason = null } of sorted) {
			const change =
				status === 'later'
					? sql`not_before = ${now + (retryAfterMs ?? defaultRetryMs)}`
					: sql`status = ${status}`;
			if (status !== 'later') await this.supersedeBefore(Number(id));
			const settled = sql`UPDATE outbox SET ${change}, reason = ${reason}, lease_until = NULL
				WHERE id = ${Number(id)} AND status = 'waiting'`;
			if (status === 'later') await this.session.run(settled);
			else this.noteOutbox(await this.session.all(sql`${settled} ${returning}`));
		}
	}

	/** What was waiting before an entry that is finished is done with it. */
	private async supersedeBefore(id: number): Promise<void> {
		this.noteOutbox(
			await this.session.all(sql`UPDATE outbox SET status = 'superseded', lease_until = NULL
				WHERE status = 'waiting' AND id < ${id}
					AND (target, object_id) = (SELECT target, object_id FROM outbox WHERE id = ${id}) ${returning}`),
		);
	}

	async outboxBacklog(
		target: string,
	): Promise<{ waiting: number; refused: number; oldestAt: Instant | null }> {
		const none = { waiting: 0, refused: 0, oldestAt: null };
		const counts = await this.one(
			sql`SELECT
				(SELECT count(*) FROM outbox WHERE status = 'waiting' AND target = ${target}),
				(SELECT count(*) FROM outbox WHERE status = 'refused' AND target = ${target}),
				(SELECT min(created_at) FROM outbox WHERE status = 'waiting' AND target = ${target})`,
			([waiting, refused, oldest = null]) => ({
				waiting: Number(waiting),
				refused: Number(refused),
				oldestAt: oldest === null ? null : Number(oldest),
			}),
		);
		return counts ?? none;
	}

	wouldBeOutbox(space: Space, limit: number): Promise<readonly OutboxEntry[]> {
		return this.all(
			sql`SELECT ${deliveryKey.of('o')}, ${outboxColumns.of('o')} FROM outbox AS o
				WHERE o.status = 'would-be' AND o.space = ${space} ORDER BY o.id LIMIT ${limit}`,
			toOutboxEntry,
		);
	}

	async pruneOutbox(before: Instant, limit: number): Promise<number> {
		const gone = await this.session.all(sql`DELETE FROM outbox WHERE id IN (
			SELECT id FROM outbox WHERE created_at < ${before} AND status <> 'waiting' LIMIT ${limit}) RETURNING id`);
		for (const [id] of gone) this.witness.wrote('outbox', [String(id)], null);
		return gone.length;
	}
}
