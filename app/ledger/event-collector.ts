import type { DeliveryRow } from '../../core/delivery/transitions';
import type { DeliveryRef, DeliveryState, Instant, Json, JsonObject } from '../../core/delivery/types';
import { wellFormedJson } from '../../core/delivery/refs';
import type { NewEventRow, StoreTransaction } from './store';

/** Every state change is an event named after the state it led to. */
export const kindOfState: Readonly<Record<DeliveryState, string>> = {
	due: 'deliveries.due',
	held: 'deliveries.held',
	claimed: 'deliveries.claimed',
	sending: 'deliveries.confirmed',
	committed: 'deliveries.committed',
	failed: 'deliveries.failed',
	'in-doubt': 'deliveries.in-doubt',
	missed: 'deliveries.missed',
};

const words: Readonly<Record<string, string>> = {
	'deliveries.due': 'became due',
	'deliveries.held': 'held',
	'deliveries.claimed': 'claimed',
	'deliveries.confirmed': 'confirmed for sending',
	'deliveries.committed': 'committed',
	'deliveries.failed': 'failed',
	'deliveries.in-doubt': 'in doubt',
	'deliveries.missed': 'missed',
	'deliveries.refused': 'refused',
	'deliveries.outcome': 'reported on by the provider',
};

interface Page {
	readonly ref: DeliveryRef;
	readonly kind: string;
	readonly entries: Json[];
}

/**
 * Collects what one batch did and writes one event per (spine, space, slot, kind), in the transaction of the batch.
 * An entry is `[recipient, token]` or `[recipient, token, detail]`.
 */
export class EventCollector {
	private readonly pages = new Map<string, Page>();
	/** Of the entry before: a batch mostly goes on in the same slot. */
	private last: Page | undefined;

	constructor(
		private readonly operation: string,
		private readonly extra: JsonObject = {},
	) {}

	/** Notes a state change. */
	changed(row: DeliveryRow, detail?: Json): void {
		this.note(kindOfState[row.state], row.ref, row.token, detail ?? row.reason);
	}

	note(kind: string, ref: DeliveryRef, token: number, detail: Json = null): void {
		this.pageOf(kind, ref).entries.push(
			detail === null ? [ref.recipient, token] : [ref.recipient, token, detail],
		);
	}

	private pageOf(kind: string, ref: DeliveryRef): Page {
		const { last } = this;
		if (
			last?.kind === kind &&
			last.ref.slot === ref.slot &&
			last.ref.spine === ref.spine &&
			last.ref.space === ref.space
		)
			return last;
		const id = `${kind}\u0000${ref.spine}\u0000${ref.space}\u0000${ref.slot}`;
		let page = this.pages.get(id);
		if (page === undefined) this.pages.set(id, (page = { ref, kind, entries: [] }));
		return (this.last = page);
	}

	async write(tx: StoreTransaction, at: Instant): Promise<void> {
		const rows: NewEventRow[] = [];
		for (const { ref, kind, entries } of this.pages.values()) {
			const count = entries.length;
			rows.push({
				at,
				kind,
				spine: ref.spine,
				subject: ref.slot,
				sentence: `${count} ${count === 1 ? 'delivery' : 'deliveries'} of slot ${ref.slot} ${words[kind] ?? kind}${
					ref.space === 'live' ? '' : ` (${ref.space})`
				}.`,
				data: wellFormedJson({
					...this.extra,
					operation: this.operation,
					space: ref.space,
					deliveries: entries,
				}),
			});
		}
		if (rows.length > 0) await tx.addEvents(rows);
	}
}
