import { type DeliveryRow, type RecipientFacts, unknownRecipient } from '../../core/delivery/transitions';
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
import { bySlot, groupBy } from '../sql/group';
import { columns, keyCells, PostgresBooks } from './books';

/** The store's transaction on Postgres, READ COMMITTED. Rows are locked in key order before they are read. */
export class PostgresTransaction extends PostgresBooks implements StoreTransaction {
	async noteSlots(slots: readonly SlotRow[]): Promise<void> {
		for (const { spine, space, slot, opensAt, closesAt } of slots) {
			await this.run('slotNote', spine, space, slot, opensAt, closesAt);
		}
	}

	async unsettledSlots(spine: string): Promise<readonly SlotRow[]> {
		return (await this.all('slotsUnsettled', spine)).map(toSlot);
	}

	async knownSlots(spine: string, space: Space, slots: readonly string[]): Promise<ReadonlySet<string>> {
		return new Set((await this.all('slotsKnown', spine, space, slots)).map(([slot]) => String(slot)));
	}

	async settleSlot({ spine, space, slot }: SlotRef): Promise<void> {
		await this.run('slotSettle', spine, space, slot);
	}

	async insertDeliveries(
		rows: readonly DeliveryRow[],
		inputs: readonly (string | null)[],
	): Promise<readonly boolean[]> {
		const inserted = await this.all('deliveryInsert', ...columns(rows.map(deliveryCells)));
		const keys = new Set(inserted.map((key) => key.join('\u0000')));
		const result = rows.map((row) => keys.has(keyCells(row.ref).join('\u0000')));
		const texts: Cell[][] = [];
		rows.forEach((row, index) => {
			const text = inputs[index] ?? null;
			if (result[index] === true && text !== null) texts.push([...keyCells(row.ref), text]);
		});
		if (texts.length > 0) await this.run('inputWrite', ...columns(texts));
		return result;
	}

	loadDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.load(refs, withInput, true);
	}

	readDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		return this.load(refs, withInput, false);
	}

	/** Locks in one statement and reads in the next, whose snapshot sees what the lock waited for. */
	private async load(
		refs: readonly DeliveryRef[],
		withInput: boolean,
		lock: boolean,
	): Promise<readonly (LoadedDelivery | null)[]> {
		const result = new Array<LoadedDelivery | null>(refs.length).fill(null);
		const groups = bySlot(refs);
		if (lock) for (const { slot, recipients } of groups) await this.run('deliveryLock', ...slot, recipients);
		const name = withInput ? 'deliveryLoadInput' : 'deliveryLoad';
		for (const { slot, recipients, places } of groups) {
			const found = new Map<string, LoadedDelivery>();
			for (const cells of await this.all(name, ...slot, recipients)) {
				found.set(String(cells[3]), toLoaded(cells));
			}
			places.forEach((place, index) => {
				result[place] = found.get(recipients[index] ?? '') ?? null;
			});
		}
		return result;
	}

	async lockRecipients(refs: readonly RecipientRef[]): Promise<readonly RecipientFacts[]> {
		const facts = await this.recipients(refs, 'lock');
		return facts.map((one) => one ?? unknownRecipient);
	}

	readRecipients(refs: readonly RecipientRef[]): Promise<readonly (RecipientFacts | null)[]> {
		return this.recipients(refs, 'read');
	}

	private async recipients(
		refs: readonly RecipientRef[],
		how: 'lock' | 'read',
	): Promise<readonly (RecipientFacts | null)[]> {
		const result = new Array<RecipientFacts | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		for (const group of groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}`)) {
			const [first] = group;
			if (first === undefined) continue;
			const key = [first.ref.spine, first.ref.space, group.map(({ ref }) => ref.recipient)] as const;
			if (how === 'lock') await this.run('recipientAdd', ...key);
			const found = new Map<string, RecipientFacts>();
			for (const cells of await this.all(how === 'lock' ? 'recipientLock' : 'recipientRead', ...key)) {
				found.set(String(cells[0]), toFacts(cells, 1));
			}
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	async writeDeliveries(rows: readonly DeliveryRow[]): Promise<void> {
		const { alike, single } = splitAlike(rows);
		for (const { cells, slot, recipients } of alike) {
			await this.run('deliveryWriteAlike', ...cells, ...slot, recipients);
		}
		if (single.length === 0) return;
		const cells = single.map((row) => [...changeCells(row), ...keyCells(row.ref)]);
		await this.run('deliveryWrite', ...columns(cells));
	}

	async writeRecipients(rows: readonly RecipientRow[]): Promise<void> {
		const cells = rows.map(({ spine, space, recipient, facts }) => [
			...factCells(facts),
			spine,
			space,
			recipient,
		]);
		await this.run('recipientWrite', ...columns(cells));
	}

	async writeInputs(rows: readonly InputRow[]): Promise<void> {
		if (rows.length === 0) return;
		await this.run('inputWrite', ...columns(rows.map(({ ref, text }) => [...keyCells(ref), text])));
		await this.run('deliveryDigest', ...columns(rows.map(({ ref, digest }) => [digest, ...keyCells(ref)])));
	}

	async listDeliveries(filter: DeliveryFilter, withInput: boolean): Promise<readonly LoadedDelivery[]> {
		const { spine = null, space = null, slot = null, states = null, after, limit } = filter;
		if (spine !== null && space !== null && slot !== null) {
			const from = after?.recipient ?? '';
			const rows = await this.all(
				'deliveryListSlot',
				spine,
				space,
				slot,
				from,
				states,
				limit,
				withInput as unknown as Cell,
			);
			return rows.map(toLoaded);
		}
		const from = after === undefined ? [spine ?? '', '', '', ''] : keyCells(after);
		const input = withInput as unknown as Cell;
		return (await this.all('deliveryList', ...from, spine, space, slot, states, limit, input)).map(toLoaded);
	}

	async countStates({ spine, space, slot }: SlotRef): Promise<ReadonlyMap<DeliveryState, number>> {
		const rows = await this.all('slotCount', spine, space, slot);
		return new Map(rows.map(([state, count]) => [state as DeliveryState, Number(count)]));
	}

	async noteMessages(rows: readonly DeliveryRow[]): Promise<void> {
		const cells = rows.flatMap((row) =>
			row.provider === null ||
			row.providerMessageId === null ||
			row.providerMessageId.length > longestMessageId
				? []
				: [[row.provider, row.providerMessageId, ...keyCells(row.ref)]],
		);
		if (cells.length > 0) await this.run('messageNote', ...columns(cells));
	}

	async findByMessage(provider: string, messageId: string): Promise<DeliveryRef | null> {
		const [cells] = await this.all('messageFind', provider, messageId);
		if (cells === undefined) return null;
		const [spine, space, slot, recipient] = cells.map(String) as [string, Space, string, string];
		return { spine, space, slot, recipient };
	}
}
