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
import { type AlikeRows, splitAlike } from './alike';
import { groupBy, inSlot } from './group';
import { SqlLoading } from './loading';
import { refIn, toFacts, toLoaded } from './rows';
import { type Cells, joined, listed, raw, sql, when } from './statement';
import {
	changingColumns,
	deliveryColumns,
	deliveryKey,
	digestColumn,
	inputColumns,
	messageKey,
	recipientColumns,
	recipientKey,
	slotColumns,
} from './tables';

/** Longest message id that is indexed; Postgres refuses index entries beyond 2,704 bytes. */
const longestMessageId = 512;

const key = deliveryKey.names;
const stateColumn = deliveryColumns.only('state');
const inputs = { table: 'inputs', columns: [...key, ...inputColumns.names], key };

const noFacts = raw(recipientColumns.names.map(() => 'NULL').join(', '));

/** The half of the store's transaction that reads and writes deliveries, for both stores. */
export abstract class SqlTransaction extends SqlLoading implements StoreTransaction {
	/** One change for many deliveries of one slot: what a claim or a confirmation is. */
	protected abstract writeAlike(change: AlikeRows): Promise<unknown>;

	async noteSlots(slots: readonly SlotRow[]): Promise<void> {
		const { names } = slotColumns;
		const target = { table: 'slots', columns: names, key: names.slice(0, 3) };
		const inserted = await this.session.insertNew(
			target,
			slots.map((slot) => slotColumns.cells(slot)),
		);
		slots.forEach(({ spine, space, slot, opensAt, closesAt }, at) => {
			if (inserted[at] === true) this.witness.wrote('slots', [spine, space, slot], [opensAt, closesAt, 0]);
		});
	}

	unsettledSlots(spine: string): Promise<readonly SlotRow[]> {
		return this.all(
			sql`SELECT ${slotColumns.of()} FROM slots WHERE settled = 0 AND spine = ${spine}
				ORDER BY opens_at, space, slot`,
			(cells) => slotColumns.read(cells),
		);
	}

	async knownSlots(spine: string, space: Space, slots: readonly string[]): Promise<ReadonlySet<string>> {
		const known = await this.all(
			sql`SELECT slot FROM slots WHERE spine = ${spine} AND space = ${space}
				AND ${this.session.dialect.oneOf('slot', 'text', slots)}`,
			([slot]) => String(slot),
		);
		return new Set(known);
	}

	async settleSlot({ spine, space, slot }: SlotRef): Promise<void> {
		const [cells] = await this.session.all(sql`UPDATE slots SET settled = 1
			WHERE spine = ${spine} AND space = ${space} AND slot = ${slot}
			RETURNING opens_at, closes_at, settled`);
		if (cells !== undefined) this.witness.wrote('slots', [spine, space, slot], cells);
	}

	async insertDeliveries(
		rows: readonly DeliveryRow[],
		texts: readonly (string | null)[],
	): Promise<readonly boolean[]> {
		const target = { table: 'deliveries', columns: [...key, ...deliveryColumns.names], key };
		const cells = rows.map((row) => [...deliveryKey.cells(row.ref), ...deliveryColumns.cells(row)]);
		const inserted = await this.session.insertNew(target, cells);
		const stored: Cells[] = [];
		rows.forEach(({ ref }, at) => {
			const text = texts[at] ?? null;
			if (inserted[at] === true && text !== null) stored.push([...deliveryKey.cells(ref), text]);
		});
		rows.forEach((row, at) => {
			if (inserted[at] === true) this.witness.wroteDelivery(row, true);
		});
		await this.session.replace(inputs, stored);
		return inserted;
	}

	async lockRecipients(refs: readonly RecipientRef[]): Promise<readonly RecipientFacts[]> {
		const facts = await this.recipients(refs, 'locked');
		return facts.map((one, at) => {
			const { spine, space, recipient } = refs[at] as RecipientRef;
			const known = one ?? unknownRecipient;
			this.witness.sawRecipient(spine, space, recipient, known);
			return known;
		});
	}

	readRecipients(refs: readonly RecipientRef[]): Promise<readonly (RecipientFacts | null)[]> {
		return this.recipients(refs, 'one');
	}

	private async recipients(
		refs: readonly RecipientRef[],
		rows: 'one' | 'locked',
	): Promise<readonly (RecipientFacts | null)[]> {
		const { dialect } = this.session;
		const result = new Array<RecipientFacts | null>(refs.length).fill(null);
		const places = refs.map((ref, place) => ({ ref, place }));
		for (const group of groupBy(places, ({ ref }) => `${ref.spine}\u0000${ref.space}`)) {
			const [{ ref: { spine, space } } = places[0] ?? { ref: { spine: '', space: 'live' } }] = group;
			const list = dialect.list(
				'k',
				group.map(({ ref }) => ref.recipient),
				rows === 'locked' ? 'sorted' : undefined,
			);
			const recipient = dialect.item('k');
			if (dialect.locksRows && rows === 'locked') {
				await this.session.run(sql`INSERT INTO recipients (spine, space, recipient, committed_count)
					SELECT ${spine}, ${space}, ${recipient}, 0 FROM ${list} ON CONFLICT DO NOTHING`);
			}
			const on = sql`r.spine = ${spine} AND r.space = ${space} AND r.recipient = ${recipient}`;
			const found = new Map(
				await this.all(
					sql`SELECT r.recipient, ${recipientColumns.of('r')} FROM ${list}
						${dialect.join('inner', 'recipients', 'r', on, rows)}`,
					(cells) => [String(cells[0]), toFacts(cells, 1)] as const,
				),
			);
			for (const { ref, place } of group) result[place] = found.get(ref.recipient) ?? null;
		}
		return result;
	}

	async writeDeliveries(rows: readonly DeliveryRow[]): Promise<void> {
		const { alike, single } = splitAlike(rows);
		for (const change of alike) await this.writeAlike(change);
		await this.session.update(
			{ table: 'deliveries', columns: changingColumns.names, key },
			single.map((row) => [...changingColumns.cells(row), ...deliveryKey.cells(row.ref)]),
		);
		for (const row of rows) this.witness.wroteDelivery(row, false);
	}

	async writeRecipients(rows: readonly RecipientRow[]): Promise<void> {
		await this.session.writeLocked(
			{ table: 'recipients', columns: recipientColumns.names, key: recipientKey.names },
			rows.map((row) => [...recipientColumns.cells(row.facts), ...recipientKey.cells(row)]),
		);
		for (const row of rows) this.witness.wroteRecipient(row);
	}

	async writeInputs(rows: readonly InputRow[]): Promise<void> {
		await this.session.replace(
			inputs,
			rows.map(({ ref, text }) => [...deliveryKey.cells(ref), text]),
		);
		await this.session.update(
			{ table: 'deliveries', columns: digestColumn.names, key },
			rows.map(({ ref, digest }) => [digest, ...deliveryKey.cells(ref)]),
		);
	}

	/** Along the key, from where the page before ended. */
	async listDeliveries(filter: DeliveryFilter, withInput: boolean): Promise<readonly LoadedDelivery[]> {
		const { dialect } = this.session;
		const { spine, space, slot, states, after, limit } = filter;
		const fixed = { spine, space, slot };
		// Equality on a whole beginning of the key, and from there a range: both planners seek it.
		const given = [spine, space, slot].findIndex((part) => part === undefined);
		const depth = given === -1 ? 3 : given;
		const rest = deliveryKey.names.slice(depth).map(({ name }) => `d.${name}`);
		const from = (after === undefined ? ['', '', '', ''] : deliveryKey.cells(after)).slice(depth);
		const where = [
			...Object.entries(fixed).flatMap(([part, value]) =>
				value === undefined ? [] : [sql`${raw(`d.${part}`)} = ${value}`],
			),
			sql`(${raw(rest.join(', '))}) > (${listed(from)})`,
			...(states === undefined ? [] : [dialect.oneOf('d.state', 'text', states)]),
		];
		const sameKey = raw(key.map(({ name }) => `i.${name} = d.${name}`).join(' AND '));
		return this.all(
			sql`SELECT ${deliveryKey.of('d')}, ${deliveryColumns.of('d')}, ${noFacts}, ${raw(withInput ? 'i.text' : 'NULL')}
				FROM deliveries AS d
				${when(withInput, () => dialect.join('left', 'inputs', 'i', sameKey, 'one'))}
				WHERE ${joined(where, ' AND ')}
				ORDER BY ${deliveryKey.of('d')} LIMIT ${limit}`,
			(cells) => toLoaded(refIn(cells), cells, key.length),
		);
	}

	async countStates({ spine, space, slot }: SlotRef): Promise<ReadonlyMap<DeliveryState, number>> {
		const counts = await this.all(
			sql`SELECT d.state, count(*) FROM deliveries AS d WHERE ${inSlot('d', [spine, space, slot])} GROUP BY d.state`,
			(cells) => [stateColumn.read(cells).state, Number(cells[1])] as const,
		);
		return new Map(counts);
	}

	async noteMessages(rows: readonly DeliveryRow[]): Promise<void> {
		const cells = rows.flatMap(({ ref, provider, providerMessageId }) =>
			provider === null || providerMessageId === null || providerMessageId.length > longestMessageId
				? []
				: [[provider, providerMessageId, ...deliveryKey.cells(ref)]],
		);
		const columns = [...messageKey.names, ...key];
		await this.session.insertMissing({ table: 'messages', columns, key: messageKey.names }, cells);
	}

	findByMessage(provider: string, messageId: string): Promise<DeliveryRef | null> {
		return this.one(
			sql`SELECT ${deliveryKey.of()} FROM messages WHERE provider = ${provider} AND message_id = ${messageId}`,
			(cells) => deliveryKey.read(cells),
		);
	}
}
