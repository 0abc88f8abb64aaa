import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';

/** What the use cases of deliveries work with. */
export interface DeliverPorts {
	readonly ledger: Ledger;
	readonly now: () => Instant;
	/** Who asks, for owners and events: execution and node, or a command. */
	readonly by: string;
}
