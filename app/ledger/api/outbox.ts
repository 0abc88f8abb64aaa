import type { Instant, Milliseconds, Space } from '../../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../../core/delivery/outbox';

export interface OutboxLedger {
	/**
	 * Leases up to `limit` entries, oldest first, to one writer. Entries of a dry run are never given out: they are
	 * the list of what would have been written. Of several entries for one object only the newest is given;
	 * the older ones are done with it.
	 */
	take(
		target: string,
		limit: number,
		leaseMs: Milliseconds,
		ids?: readonly string[],
	): Promise<readonly OutboxEntry[]>;
	settle(results: readonly OutboxResult[]): Promise<void>;
	/** Waiting entries and the age of the oldest. */
	backlog(
		target: string,
	): Promise<{ readonly waiting: number; readonly refused: number; readonly oldestAt: Instant | null }>;
	/** What a dry run would have written. */
	wouldBe(space: Space, limit: number): Promise<readonly OutboxEntry[]>;
}
