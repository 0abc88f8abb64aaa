import type { PrunedPage, PrunePlace } from '../../app/ledger/store';
import { MOST_BEHIND_MS } from '../../core/delivery/transitions';
import type { Instant, Space } from '../../core/delivery/types';
import { SqlChain } from './chain';
import { inSlot, type SlotKey } from './group';
import { type Cells, nothing, raw, sql, type Sql } from './statement';
import { deliveryKey } from './tables';

const key = deliveryKey.names;

/** Most slots that one page looks into: where none of them has anything to remove, it still ends soon. */
const slotsPerPage = 50;

/** States in which nothing of a delivery can be sent any more, and nothing of it was. */
const unsentForGood = sql`d.state IN ('missed', 'held') OR (d.state = 'failed' AND d.retryable = 0)`;

/** A slot that closed before the time of a prune. */
interface ClosedSlot {
	readonly slot: SlotKey;
	/** Its spine has looked past it for so long that no clock that is believed finds it open. */
	readonly isPast: boolean;
}

/** What finds a page of recipients in one slot, behind one of them, in order. */
type Page = (slot: ClosedSlot, after: string, limit: number) => Sql;

/** The part of the store's transaction that removes deliveries and their inputs, slot by slot along the key. */
export class SqlPruning extends SqlChain {
	async pruneInputs(before: Instant, after: PrunePlace | null, limit: number): Promise<PrunedPage> {
		const { dialect } = this.session;
		const page: Page = ({ slot }, from, most) => sql`SELECT i.recipient FROM inputs AS i
			${dialect.join('inner', 'deliveries', 'd', sql`${inSlot('d', slot)} AND d.recipient = i.recipient`, 'one')}
			WHERE ${inSlot('i', slot)} AND i.recipient > ${from} AND d.closes_at < ${before}
				AND (d.state = 'committed' OR ${unsentForGood})
			ORDER BY i.recipient LIMIT ${most}`;
		const { keys, next } = await this.collect('inputs', before, after, limit, page);
		return { removed: await this.session.remove({ table: 'inputs', key }, keys), next };
	}

	/**
	 * What was not sent stays while a clock that is set back, and still believed, would find its slot open: registered anew its
	 * tokens would begin anew, and a worker that slept would hold one that counts. What was sent is refused by its recipient.
	 */
	async pruneDeliveries(before: Instant, after: PrunePlace | null, limit: number): Promise<PrunedPage> {
		const page: Page = ({ slot, isPast }, from, most) => sql`SELECT d.recipient FROM deliveries AS d
			WHERE ${inSlot('d', slot)} AND d.recipient > ${from} AND d.closes_at < ${before}
				AND (d.state = 'committed' ${isPast ? sql`OR ${unsentForGood}` : nothing})
			ORDER BY d.recipient LIMIT ${most}`;
		const { keys, next } = await this.collect('deliveries', before, after, limit, page);
		for (const path of keys) this.witness.wrote('deliveries', path, null);
		await this.session.remove({ table: 'messages', key }, keys);
		await this.session.remove({ table: 'inputs', key }, keys);
		return { removed: await this.session.remove({ table: 'deliveries', key }, keys), next };
	}

	/** Keys of a page, from one closed slot to the next. */
	private async collect(
		table: 'deliveries' | 'inputs',
		before: Instant,
		after: PrunePlace | null,
		limit: number,
		page: Page,
	): Promise<{ readonly keys: readonly string[][]; readonly next: PrunePlace | null }> {
		const keys: string[][] = [];
		let place = after;
		for (let slots = 0; slots < slotsPerPage && keys.length < limit; slots += 1) {
			const found = await this.closedSlot(table, before, place);
			if (found === null) return { keys, next: null };
			const [spine, space, slot] = found.slot;
			const isSame = place?.slot.spine === spine && place.slot.space === space && place.slot.slot === slot;
			const most = limit - keys.length;
			const rows = await this.session.all(page(found, (isSame ? place?.recipient : null) ?? '', most));
			for (const [recipient] of rows) keys.push([...found.slot, String(recipient)]);
			const last = rows.length < most ? null : String(rows.at(-1)?.[0]);
			place = { slot: { spine, space: space as Space, slot }, recipient: last };
		}
		return { keys, next: place };
	}

	/** The slot of a place, where it ended within; else the next one that closed and of which the table still has something. */
	private async closedSlot(
		table: 'deliveries' | 'inputs',
		before: Instant,
		place: PrunePlace | null,
	): Promise<ClosedSlot | null> {
		const { spine, space, slot } = place?.slot ?? { spine: '', space: '', slot: '' };
		const isWithin = place !== null && place.recipient !== null;
		const [cells] = await this.session.all(sql`SELECT s.spine, s.space, s.slot, s.closes_at, p.swept_until
			FROM slots AS s LEFT JOIN spines AS p ON p.spine = s.spine
			WHERE s.closes_at < ${before} AND (s.spine, s.space, s.slot) ${raw(isWithin ? '>=' : '>')} (${spine}, ${space}, ${slot})
				AND EXISTS (SELECT 1 FROM ${raw(table)} AS t WHERE t.spine = s.spine AND t.space = s.space AND t.slot = s.slot)
			ORDER BY s.spine, s.space, s.slot LIMIT 1`);
		return cells === undefined ? null : closedOf(cells);
	}
}

function closedOf([spine, space, slot, closesAt, sweptUntil]: Cells): ClosedSlot {
	const isPast = sweptUntil !== null && Number(sweptUntil) >= Number(closesAt) + MOST_BEHIND_MS;
	return { slot: [String(spine), String(space), String(slot)], isPast };
}
