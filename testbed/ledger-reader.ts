import { openSqliteLedger } from '../adapters/sqlite';
import type { Ledger } from '../app/ledger/api';
import type { ChainVerdict } from '../core/delivery/events';
import type { DeliveryRecord } from '../core/delivery/record';
import type { DeliveryRef, DeliveryState } from '../core/delivery/types';
import { look } from './look';

/** Records read at a time. */
export const pageSize = 1000;

/** All live deliveries of a spine, in the states given or in any. */
export async function liveDeliveries(
	ledger: Ledger,
	spine: string,
	states?: readonly DeliveryState[],
): Promise<readonly DeliveryRecord[]> {
	const found: DeliveryRecord[] = [];
	let after: DeliveryRef | undefined;
	for (;;) {
		const page = await ledger.deliveries.list({ spine, space: 'live', states, limit: pageSize, after });
		found.push(...page);
		after = page.at(-1)?.ref;
		if (page.length < pageSize) return found;
	}
}

/** Looks into the ledger file beside the running n8n; a connection for each look. */
export class LedgerReader {
	constructor(
		private readonly file: string,
		protected readonly spine: string,
		protected readonly clock: () => number = Date.now,
	) {}

	async deliveries(states?: readonly DeliveryState[]): Promise<readonly DeliveryRecord[]> {
		return await this.look((ledger) => liveDeliveries(ledger, this.spine, states));
	}

	/** Ids of the slots that were recorded as missed as a whole. */
	async missedSlots(): Promise<readonly string[]> {
		return await this.look(async (ledger) => {
			const events = await ledger.events.list({ spine: this.spine, kinds: ['slot.missed'], limit: pageSize });
			return events.map(({ subject }) => subject ?? '');
		});
	}

	async verify(): Promise<ChainVerdict> {
		return await this.look((ledger) => ledger.events.verify());
	}

	protected look<Found>(read: (ledger: Ledger) => Promise<Found>): Promise<Found> {
		return look(() => openSqliteLedger({ file: this.file, clock: this.clock }), read);
	}
}
