import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import type { ContactDirectory } from '../ports/contacts';

/** What a check reads from, and the clock. */
export interface StabilityPorts {
	readonly ledger: Ledger;
	/** `null` where no account is connected: then nobody can tell whether contacts are overdue. */
	readonly directory: ContactDirectory | null;
	readonly now: () => Instant;
	/** Who asks, for events. */
	readonly by: string;
}
