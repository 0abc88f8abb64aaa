import type { LoadedDelivery } from '../../app/ledger/store';
import { type RecipientFacts, unknownRecipient } from '../../core/delivery/transitions';
import type { Space } from '../../core/delivery/types';
import type { AlikeRows } from '../sql/alike';
import { inSlot, type SlotKey } from '../sql/group';
import type { SlotLoad } from '../sql/loading';
import { toFacts, toRow } from '../sql/rows';
import { sql, when } from '../sql/statement';
import { type Stretch, stretchOf } from '../sql/stretch';
import { changingColumns, deliveryColumns, recipientColumns } from '../sql/tables';
import { SqlTransaction } from '../sql/transaction';

/** Fewer rows are found sooner one by one. */
const fewestInSweep = 20;

/** How many recipients a sweep may read for each that is wanted: their table holds those of all slots. */
const mostPerRecipient = 2;

/** The store's transaction on Postgres, READ COMMITTED. Rows are locked in key order before they are read. */
export class PostgresTransaction extends SqlTransaction {
	/** Where rows that this transaction locked and has not written yet lie, by slot and recipient: nobody moves them. */
	private readonly places = new Map<string, Map<string, string>>();
	private lastPlaces: { readonly slot: SlotKey; readonly places: Map<string, string> } | undefined;

	/**
	 * A stretch that holds these recipients and no others is locked and read in one sweep, a sixth of the time that as many
	 * look-ups take. A row that was waited for is read as it is then; inputs and facts are read after it.
	 */
	protected override async loadSlot(load: SlotLoad): Promise<readonly LoadedDelivery[]> {
		const { slot, recipients, withInput, locked } = load;
		const stretch = recipients.length < fewestInSweep ? null : stretchOf(recipients);
		if (stretch === null || (await this.lengthOf(slot, stretch, recipients.length + 1)) !== recipients.length)
			return await super.loadSlot(load);
		const { first, last } = stretch;
		const within = sql`BETWEEN ${first} AND ${last}`;
		const found = await this.session.all(sql`SELECT d.recipient, ${deliveryColumns.of('d')}, d.ctid::text
			FROM deliveries AS d WHERE ${inSlot('d', slot)} AND d.recipient ${within}
			ORDER BY d.recipient ${when(locked, () => sql`FOR NO KEY UPDATE`)}`);
		const facts = await this.factsIn(slot, stretch, recipients);
		const inputs = withInput
			? await this.session.all(sql`SELECT i.recipient, i.text FROM inputs AS i
				WHERE ${inSlot('i', slot)} AND i.recipient ${within} ORDER BY i.recipient`)
			: [];
		const texts = new Map(inputs.map(([recipient, text]) => [recipient, String(text)]));
		const [spine, space, name] = slot;
		return found.map((cells): LoadedDelivery => {
			const recipient = String(cells[0]);
			const ref = { spine, space: space as Space, slot: name, recipient };
			if (locked) {
				this.witness.sawDelivery(ref, cells, 1);
				this.placesIn(slot).set(recipient, String(cells.at(-1)));
			}
			return {
				row: toRow(ref, cells, 1),
				facts: facts.get(recipient) ?? unknownRecipient,
				input: texts.get(recipient) ?? null,
			};
		});
	}

	/** What is known of recipients, by recipient; unknown ones are absent. */
	private async factsIn(
		[spine, space]: SlotKey,
		{ first, last }: Stretch,
		recipients: readonly string[],
	): Promise<ReadonlyMap<string, RecipientFacts>> {
		const { dialect } = this.session;
		const most = recipients.length * mostPerRecipient;
		let rows = await this.session.all(sql`SELECT r.recipient, ${recipientColumns.of('r')} FROM recipients AS r
			WHERE r.spine = ${spine} AND r.space = ${space} AND r.recipient BETWEEN ${first} AND ${last}
			ORDER BY r.recipient LIMIT ${most + 1}`);
		if (rows.length > most) {
			const on = sql`r.spine = ${spine} AND r.space = ${space} AND r.recipient = ${dialect.item('k')}`;
			rows = await this.session.all(sql`SELECT r.recipient, ${recipientColumns.of('r')}
				FROM ${dialect.list('k', recipients)} ${dialect.join('inner', 'recipients', 'r', on, 'one')}`);
		}
		return new Map(rows.map((cells) => [String(cells[0]), toFacts(cells, 1)]));
	}

	/** How many deliveries a slot has between two recipients; counts no further than it must. */
	private lengthOf(slot: SlotKey, { first, last }: Stretch, countTo: number): Promise<number> {
		return this.count(sql`SELECT count(*)::int FROM (
			SELECT 1 FROM deliveries AS d
			WHERE ${inSlot('d', slot)} AND d.recipient BETWEEN ${first} AND ${last} LIMIT ${countTo}) AS counted`);
	}

	private placesIn(slot: SlotKey): Map<string, string> {
		if (this.lastPlaces?.slot === slot) return this.lastPlaces.places;
		const id = slot.join('\u0000');
		const places = this.places.get(id) ?? new Map<string, string>();
		this.places.set(id, places);
		this.lastPlaces = { slot, places };
		return places;
	}

	/** Takes the places of these rows, where all of them are known: a row that is written lies elsewhere afterwards. */
	private takePlaces(slot: SlotKey, recipients: readonly string[]): readonly string[] | null {
		const places = this.placesIn(slot);
		const taken: string[] = [];
		for (const recipient of recipients) {
			const place = places.get(recipient);
			if (place === undefined) return null;
			taken.push(place);
		}
		for (const recipient of recipients) places.delete(recipient);
		return taken;
	}

	/**
	 * Rows that were locked in a sweep are written where they lie: a look-up by the key takes as long as the write. OFFSET 0 keeps the
	 * planner from scanning the slot once per recipient: it then joins by the whole key.
	 */
	protected async writeAlike({ cells, slot, recipients }: AlikeRows): Promise<void> {
		const places = this.takePlaces(slot, recipients);
		if (places !== null) {
			const written = await this.session.run(sql`UPDATE deliveries AS d SET ${changingColumns.set(cells)}
				WHERE d.ctid = ANY(${`{"${places.join('","')}"}`}::tid[]) AND ${inSlot('d', slot)}`);
			if (written === recipients.length) return;
		}
		const [spine, space, name] = slot;
		await this.session.run(sql`UPDATE deliveries AS d SET ${changingColumns.set(cells)}
			FROM (
				SELECT ${spine}::text AS spine, ${space}::text AS space, ${name}::text AS slot, item
				FROM ${this.session.dialect.list('k', recipients)}
				OFFSET 0
			) AS u
			WHERE d.spine = u.spine COLLATE "C" AND d.space = u.space COLLATE "C"
				AND d.slot = u.slot COLLATE "C" AND d.recipient = u.item COLLATE "C"`);
	}
}
