import type { LoadedDelivery } from '../../app/ledger/store';
import type { DeliveryRow } from '../../core/delivery/transitions';
import { sql, when } from '../sql/statement';
import type { AlikeRows } from '../sql/alike';
import { inSlot, type SlotKey } from '../sql/group';
import { loadedColumns, type SlotLoad } from '../sql/loading';
import { type Stretch, stretchOf } from '../sql/stretch';
import { changingColumns } from '../sql/tables';
import { SqlTransaction } from '../sql/transaction';

/** How many rows one sweep may read for each that is wanted. */
const mostPerRecipient = 1.5;

/**
 * The store's transaction on SQLite. A transaction keeps every other writer out (BEGIN IMMEDIATE), so locking a row
 * is reading it. Recipients that stand side by side are read and written in one sweep.
 */
export class SqliteTransaction extends SqlTransaction {
	/** Stretches that were counted, until a row is inserted: what is read is mostly written next. */
	private readonly lengths = new Map<string, number>();

	/** A stretch is read in one sweep where it holds hardly more than what is asked for: one look-up each costs twice that. */
	protected override async loadSlot(load: SlotLoad): Promise<readonly LoadedDelivery[]> {
		const { slot, recipients, withInput } = load;
		const stretch = stretchOf(recipients);
		const most = Math.floor(recipients.length * mostPerRecipient);
		if (stretch === null || (await this.lengthOf(slot, stretch, most + 1)) > most)
			return await super.loadSlot(load);
		const [spine, space] = slot;
		const rows = await this.session.all(sql`SELECT ${loadedColumns(withInput)} FROM deliveries AS d
			LEFT JOIN recipients AS r ON r.spine = ${spine} AND r.space = ${space} AND r.recipient = d.recipient
			${when(withInput, () => sql`LEFT JOIN inputs AS i ON ${inSlot('i', slot)} AND i.recipient = d.recipient`)}
			WHERE ${inSlot('d', slot)} AND d.recipient BETWEEN ${stretch.first} AND ${stretch.last}`);
		return this.loaded(load, rows);
	}

	/** How many deliveries a slot has between two recipients; counts no further than it must. */
	private async lengthOf(slot: SlotKey, { first, last }: Stretch, countTo: number): Promise<number> {
		const id = JSON.stringify([slot, first, last]);
		const known = this.lengths.get(id);
		if (known !== undefined) return known;
		const length = await this.count(sql`SELECT count(*) FROM (
			SELECT 1 FROM deliveries AS d
			WHERE ${inSlot('d', slot)} AND d.recipient BETWEEN ${first} AND ${last} LIMIT ${countTo})`);
		if (length < countTo) this.lengths.set(id, length);
		return length;
	}

	override insertDeliveries(
		rows: readonly DeliveryRow[],
		texts: readonly (string | null)[],
	): Promise<readonly boolean[]> {
		this.lengths.clear();
		return super.insertDeliveries(rows, texts);
	}

	protected async writeAlike({ cells, slot, recipients }: AlikeRows): Promise<void> {
		const stretch = stretchOf(recipients);
		// As many rows as recipients, each of them there: the stretch holds these and no others.
		const isWhole =
			stretch !== null && (await this.lengthOf(slot, stretch, recipients.length + 1)) === recipients.length;
		const ofRecipients = isWhole
			? sql`d.recipient BETWEEN ${stretch.first} AND ${stretch.last}`
			: this.session.dialect.oneOf('d.recipient', 'text', recipients);
		await this.session.run(
			sql`UPDATE deliveries AS d SET ${changingColumns.set(cells)} WHERE ${inSlot('d', slot)} AND ${ofRecipients}`,
		);
	}
}
