import type { Milliseconds } from '../../../core/delivery/types';

export interface Retention {
	/** Frozen inputs of finished deliveries older than this are erased (they hold personal data). */
	readonly inputsMs: Milliseconds;
	/** Finished deliveries older than this are deleted; the recipient's last send stays. */
	readonly deliveriesMs: Milliseconds;
	/** Sealed events older than this are deleted; the chain keeps a verified prune point. */
	readonly eventsMs: Milliseconds;
}

export interface PruneReport {
	readonly inputs: number;
	readonly deliveries: number;
	readonly events: number;
	readonly outbox: number;
	/** Keys whose time to be remembered for was over, whatever became of them. */
	readonly keys: number;
}
