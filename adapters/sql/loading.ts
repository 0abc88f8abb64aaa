import type { LoadedDelivery } from '../../app/ledger/store';
import type { DeliveryRef, Space } from '../../core/delivery/types';
import { bySlot, inSlot, type SlotKey } from './group';
import { toLoaded } from './rows';
import { SqlSpinesAndOutbox } from './spines-outbox';
import { type Cells, raw, sql, type Sql, when } from './statement';
import { deliveryColumns, recipientColumns } from './tables';

/** What is selected of one delivery of a slot, of `d`, `r` and `i`: its recipient, its row, and what {@link toLoaded} reads. */
export const loadedColumns = (withInput: boolean): Sql =>
	sql`d.recipient, ${deliveryColumns.of('d')}, ${recipientColumns.of('r')}, ${raw(withInput ? 'i.text' : 'NULL')}`;

/** What is asked of the deliveries of one slot. */
export interface SlotLoad {
	readonly slot: SlotKey;
	readonly recipients: readonly string[];
	readonly withInput: boolean;
	/** Whether they are locked, and seen by the witness. */
	readonly locked: boolean;
}

/** The part of the store's transaction that reads deliveries by their keys. */
export abstract class SqlLoading extends SqlSpinesAndOutbox {
	loadDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.readInto(refs, withInput, true);
	}

	readDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.readInto(refs, withInput, false);
	}

	private async readInto(
		refs: readonly DeliveryRef[],
		withInput: boolean,
		locked: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		const result = new Array<LoadedDelivery | null>(refs.length).fill(null);
		for (const { slot, recipients, places } of bySlot(refs)) {
			const rows = await this.loadSlot({ slot, recipients, withInput, locked });
			if (areOf(rows, recipients)) rows.forEach((row, at) => (result[places[at] ?? 0] = row));
			else {
				const found = new Map(rows.map((row) => [row.row.ref.recipient, row]));
				places.forEach((place, at) => (result[place] = found.get(recipients[at] ?? '') ?? null));
			}
		}
		return result;
	}

	/**
	 * Deliveries of one slot, by recipient: one look-up each. Locks in one statement and reads in the next, whose snapshot sees
	 * what the lock waited for.
	 */
	protected async loadSlot(load: SlotLoad): Promise<readonly LoadedDelivery[]> {
		const { slot, recipients, withInput, locked } = load;
		const { dialect } = this.session;
		const recipient = dialect.item('k');
		const ofDelivery = sql`${inSlot('d', slot)} AND d.recipient = ${recipient}`;
		if (locked && dialect.locksRows) {
			await this.session.run(sql`SELECT 1 FROM ${dialect.list('k', recipients, 'sorted')}
				${dialect.join('inner', 'deliveries', 'd', ofDelivery, 'locked')}`);
		}
		const [spine, space] = slot;
		const ofRecipient = sql`r.spine = ${spine} AND r.space = ${space} AND r.recipient = ${recipient}`;
		const inputOf = sql`${inSlot('i', slot)} AND i.recipient = ${recipient}`;
		const rows = await this.session
			.all(sql`SELECT ${loadedColumns(withInput)} FROM ${dialect.list('k', recipients)}
			${dialect.join('inner', 'deliveries', 'd', ofDelivery, 'one')}
			${dialect.join('left', 'recipients', 'r', ofRecipient, 'one')}
			${when(withInput, () => dialect.join('left', 'inputs', 'i', inputOf, 'one'))}`);
		return this.loaded(load, rows);
	}

	/** Rows of {@link loadedColumns} as deliveries of their slot. */
	protected loaded({ slot, locked }: SlotLoad, rows: readonly Cells[]): readonly LoadedDelivery[] {
		const [spine, space, name] = slot;
		return rows.map((cells) => {
			const ref = { spine, space: space as Space, slot: name, recipient: String(cells[0]) };
			if (locked) this.witness.sawDelivery(ref, cells, 1);
			return toLoaded(ref, cells, 1);
		});
	}
}

/** Whether these are the deliveries of these recipients, one by one, as they mostly are. */
const areOf = (rows: readonly LoadedDelivery[], recipients: readonly string[]): boolean =>
	rows.length === recipients.length && rows.every(({ row }, at) => row.ref.recipient === recipients[at]);
