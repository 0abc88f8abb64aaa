import type { DeliveryRow } from '../../../core/delivery/transitions';
import type { Instant } from '../../../core/delivery/types';
import { type OutboxPlan, type OutboxWrite, writesOf } from '../../../core/delivery/outbox';
import { canonicalJson } from '../../../core/delivery/canonical';
import type { EventCollector } from '../event-collector';
import type { NewOutboxRow, StoreTransaction } from '../store';

/** What one delivery has queued to be written outside. */
export interface Queued {
	readonly outboxIds: readonly string[];
	readonly writes: readonly OutboxWrite[];
}

/** Collects the outside writes of one chunk and queues them in its transaction. */
export class OutboxPages {
	private readonly rows: NewOutboxRow[] = [];
	private readonly pages: { readonly writes: readonly OutboxWrite[]; readonly rows: number }[] = [];

	/**
	 * Works out the writes of one committed delivery; none without a plan. A plan that cannot be read (`null`) loses its
	 * own writes only, and an event tells: the send was accepted, so the commit stands.
	 */
	add(
		row: DeliveryRow,
		deliveryCount: number,
		plan: OutboxPlan | null | undefined,
		events: EventCollector,
		now: Instant,
	): void {
		const facts = { sentAt: row.sentAt ?? now, deliveryCount, delivery: row };
		const writes = plan ? writesOf(plan, facts) : [];
		if (plan === null) {
			events.note(
				'outbox.unbuilt',
				row.ref,
				row.token,
				'The outside writes of this commit could not be built.',
			);
		}
		const live = row.ref.space === 'live';
		// What a rehearsal would have written is always kept, and never given out.
		const rows = plan?.queued === true || !live ? writes : [];
		this.pages.push({ writes, rows: rows.length });
		for (const { target, objectId, payload } of rows) {
			this.rows.push({
				ref: row.ref,
				target,
				objectId,
				payload: canonicalJson(payload),
				createdAt: now,
				status: live ? 'waiting' : 'would-be',
			});
		}
	}

	/** Stores the writes; returns what each delivery has queued, in the order they were added. */
	async write(tx: StoreTransaction): Promise<readonly Queued[]> {
		const ids = this.rows.length > 0 ? await tx.addOutbox(this.rows) : [];
		let start = 0;
		return this.pages.map(({ writes, rows }) => {
			const outboxIds = ids.slice(start, start + rows);
			start += rows;
			return { outboxIds, writes };
		});
	}
}
