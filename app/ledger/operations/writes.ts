import type { DeliveryRow } from '../../../core/delivery/transitions';
import type { Instant } from '../../../core/delivery/types';
import type { CommitFacts } from '../../../core/delivery/sends';
import type { OutboxWrite } from '../../../core/delivery/outbox';
import { canonicalJson } from '../../../core/delivery/canonical';
import type { EventCollector } from '../event-collector';
import type { NewOutboxRow, StoreTransaction } from '../store';

/** Collects the outside writes of one chunk and queues them in its transaction. */
export class OutboxPages {
	private readonly rows: NewOutboxRow[] = [];
	private readonly counts: number[] = [];

	/**
	 * Builds the writes of one committed delivery. A builder that throws loses its own writes only, and an event tells:
	 * the send was accepted, so the commit stands.
	 */
	add(
		row: DeliveryRow,
		deliveryCount: number,
		build: (facts: CommitFacts) => readonly OutboxWrite[],
		events: EventCollector,
		now: Instant,
	): void {
		let writes: readonly OutboxWrite[] = [];
		let payloads: readonly string[] = [];
		try {
			writes = build({ sentAt: row.sentAt ?? now, deliveryCount, delivery: row });
			payloads = writes.map((write) => canonicalJson(write.payload));
		} catch {
			writes = [];
			events.note(
				'outbox.unbuilt',
				row.ref,
				row.token,
				'The outside writes of this commit could not be built.',
			);
		}
		this.counts.push(writes.length);
		writes.forEach((write, index) => {
			this.rows.push({
				ref: row.ref,
				target: write.target,
				objectId: write.objectId,
				payload: payloads[index] ?? '{}',
				createdAt: now,
				status: row.ref.space === 'live' ? 'waiting' : 'would-be',
			});
		});
	}

	/** Stores the writes; returns the ids of each delivery's writes, in the order they were added. */
	async write(tx: StoreTransaction): Promise<readonly (readonly string[])[]> {
		const ids = this.rows.length > 0 ? await tx.addOutbox(this.rows) : [];
		let start = 0;
		return this.counts.map((count) => {
			const own = ids.slice(start, start + count);
			start += count;
			return own;
		});
	}
}
