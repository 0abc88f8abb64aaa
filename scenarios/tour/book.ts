import { openSqliteLedger } from '../../adapters/sqlite';
import { look } from '../../testbed/look';
import type { ChainVerdict } from '../../core/delivery/events';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Ledger } from '../../app/ledger/api';
import type { DeliveryRef, DeliveryState } from '../../core/delivery/types';

/** Records read at a time. */
const pageSize = 1000;

/** A look into the ledger file beside the running n8n; opened and closed for each look. */
export class Book {
	constructor(
		private readonly file: string,
		private readonly spine: string,
	) {}

	/** Live deliveries in the states given. */
	async deliveries(states: readonly DeliveryState[]): Promise<readonly DeliveryRecord[]> {
		return this.look(async (ledger) => {
			const found: DeliveryRecord[] = [];
			let after: DeliveryRef | undefined;
			for (;;) {
				const query = { spine: this.spine, space: 'live' as const, states, limit: pageSize, after };
				const page = await ledger.deliveries.list(query);
				found.push(...page);
				after = page.at(-1)?.ref;
				if (page.length < pageSize) return found;
			}
		});
	}

	/** Ids of the slots that were recorded as missed as a whole. */
	async missedSlots(): Promise<readonly string[]> {
		return this.look(async (ledger) => {
			const events = await ledger.events.list({ spine: this.spine, kinds: ['slot.missed'], limit: pageSize });
			return events.map(({ subject }) => subject ?? '');
		});
	}

	async verify(): Promise<ChainVerdict> {
		return this.look((ledger) => ledger.events.verify());
	}

	private look<Found>(read: (ledger: Ledger) => Promise<Found>): Promise<Found> {
		return look(() => openSqliteLedger({ file: this.file, clock: Date.now }), read);
	}
}
