import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import { unknownRecipient } from '../../core/delivery/transitions';
import type { DeliveryRef, DeliveryState, Space } from '../../core/delivery/types';
import type {
	DeliveryFilter,
	InputRow,
	LoadedDelivery,
	RecipientRef,
	RecipientRow,
	SlotRef,
	SlotRow,
	StoreTransaction,
} from '../../app/ledger/store';
import {
	type Cell,
	changeCells,
	deliveryCells,
	factCells,
	longestMessageId,
	splitAlike,
	toFacts,
	toLoaded,
	toSlot,
} from '../sql/columns';
import { bySlot, groupBy, type SlotKey } from '../sql/group';
import { jsonOrNull, keyCells, SqliteBooks } from './books';
import { type Stretch, stretchOf } from './stretch';

/** How many rows one sweep may read for each that is wanted. */
const mostPerRecipient = 1.5;

/**
 * The store's transaction on SQLite. A transaction keeps every other writer out (BEGIN IMMEDIATE), so locking a row
 * is reading it.
 */
export class SqliteTransaction extends SqliteBooks implements StoreTransaction {
	async noteSlots(slots: readonly SlotRow[]): Promise<void> {
		for (const { spine, space, slot, opensAt, closesAt } of slots) {
			this.sql.run('slotNote', spine, space, slot, opensAt, closesAt);
		}
	}

	async unsettledSlots(spine: string): Promise<readonly SlotRow[]> {
		return this.sql.all('slotsUnsettled', spine).map(toSlot);
	}

	async knownSlots(spine: string, space: Space, slots: readonly string[]): Promise<ReadonlySet<string>> {
		return new Set(
			this.sql.all('slotsKnown', spine, space, JSON.stringify(slots)).map(([slot]) => String(slot)),
		);
	}

	async settleSlot({ spine, space, slot }: SlotRef): Promise<void> {
		this.sql.run('slotSettle', spine, space, slot);
	}

	async insertDeliveries(
		rows: readonly DeliveryRow[],
		inputs: readonly (string | null)[],
	): Promise<readonly boolean[]> {
		return rows.map((row, index) => {
			if (this.sql.run('deliveryInsert', ...deliveryCells(row)) === 0) return false;
			const text = inputs[index] ?? null;
			if (text !== null) this.sql.run('inputWrite', ...keyCells(row.ref), text);
			return true;
		});
	}

	async loadDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		const result = new Array<LoadedDelivery | null>(refs.length).fill(null);
		for (const { slot, recipients, places } of bySlot(refs)) {
			const found = new Map<string, LoadedDelivery>();
			for (const cells of this.loadSlot(slot, recipients, withInput)) {
				found.set(String(cells[3]), toLoaded(cells));
			}
			places.forEach((place, index) => {
				result[place] = found.get(recipients[index] ?? '') ?? null;
			});
		}
		return result;
	}

	/** A stretch is read in one sweep where it holds hardly more than what is asked for: one look-up each costs twice that. */
	private loadSlot(slot: SlotKey, recipients: readonly string[], withInput: boolean): readonly Cell[][] {
		const stretch = stretchOf(recipients);
		const most = Math.floor(recipients.length * mostPerRecipient);
		if (stretch !== null && this.lengthOf(slot, stretch, most + 1) <= most) {
			const name = withInput ? 'deliveryLoadRangeInput' : 'deliveryLoadRange';
			return this.sql.all(name, ...slot, stretch.first, stretch.last);
		}
		const name = withInput ? 'deliveryLoadInput' : 'deliveryLoad';
		return this.sql.all(name, ...slot, JSON.stringify(recipients));
	}

	private lengthOf(slot: SlotKey, { first, last }: Stretch, countTo: number): number {
		return Number(this.sql.one('deliveryRange', ...slot, first, last, countTo)?.[0] ?? 0);
	}

	readDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.loadDeliveries(refs, withInput);
	}

	async lockRecipients(refs: readonly RecipientRef[]): Promise<readonly RecipientFacts[]> {
		return (await this.readRecipients(refs)).map((facts) => facts ?? unknownRecipient);
	}

	async readRecipients(refs: readonly RecipientRef[]): Promise<readonly (RecipientFacts | null)[]> {
		const result = new Array<RecipientFacts | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		for (const group of groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}`)) {
			const [first] = group;
			if (first === undefined) continue;
			const names = JSON.stringify(group.map(({ ref }) => ref.recipient));
			const found = new Map<string, RecipientFacts>();
			for (const cells of this.sql.all('recipientRead', first.ref.spine, first.ref.space, names)) {
				found.set(String(cells[0]), toFacts(cells, 1));
			}
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	async writeDeliveries(rows: readonly DeliveryRow[]): Promise<void> {
		const { alike, single } = splitAlike(rows);
		for (const { cells, slot, recipients } of alike) {
			const stretch = stretchOf(recipients);
			// As many rows as recipients, each of them there: the stretch holds these and no others.
			const isWhole =
				stretch !== null && this.lengthOf(slot, stretch, recipients.length + 1) === recipients.length;
			if (isWhole) {
				this.sql.run('deliveryWriteRange', ...cells, ...slot, stretch.first, stretch.last);
			} else {
				this.sql.run('deliveryWriteAlike', ...cells, ...slot, JSON.stringify(recipients));
			}
		}
		for (const row of single) this.sql.run('deliveryWrite', ...changeCells(row), ...keyCells(row.ref));
	}

	async writeRecipients(rows: readonly RecipientRow[]): Promise<void> {
		for (const { spine, space, recipient, facts } of rows) {
			this.sql.run('recipientWrite', spine, space, recipient, ...factCells(facts));
		}
	}

	async writeInputs(rows: readonly InputRow[]): Promise<void> {
		for (const { ref, text, digest } of rows) {
			this.sql.run('inputWrite', ...keyCells(ref), text);
			this.sql.run('deliveryDigest', digest, ...keyCells(ref));
		}
	}

	async listDeliveries(filter: DeliveryFilter, withInput: boolean): Promise<readonly LoadedDelivery[]> {
		const { spine = null, space = null, slot = null, after, limit } = filter;
		const states = jsonOrNull(filter.states);
		const input = withInput ? 1 : 0;
		if (spine !== null && space !== null && slot !== null) {
			const from = after?.recipient ?? '';
			return this.sql.all('deliveryListSlot', spine, space, slot, from, states, limit, input).map(toLoaded);
		}
		const from = after === undefined ? [spine ?? '', '', '', ''] : keyCells(after);
		return this.sql.all('deliveryList', ...from, spine, space, slot, states, limit, input).map(toLoaded);
	}

	async countStates({ spine, space, slot }: SlotRef): Promise<ReadonlyMap<DeliveryState, number>> {
		const rows = this.sql.all('slotCount', spine, space, slot);
		return new Map(rows.map(([state, count]) => [state as DeliveryState, Number(count)]));
	}

	async noteMessages(rows: readonly DeliveryRow[]): Promise<void> {
		for (const row of rows) {
			if (row.provider === null || row.providerMessageId === null) continue;
			if (row.providerMessageId.length > longestMessageId) continue;
			this.sql.run('messageNote', row.provider, row.providerMessageId, ...keyCells(row.ref));
		}
	}

	async findByMessage(provider: string, messageId: string): Promise<DeliveryRef | null> {
		const cells = this.sql.one('messageFind', provider, messageId);
		if (cells === null) return null;
		const [spine, space, slot, recipient] = cells.map(String) as [string, Space, string, string];
		return { spine, space, slot, recipient };
	}
}
