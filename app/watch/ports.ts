import type { SparseParameters } from '../../core/audit/fingerprint';
import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import type { ContactDirectory } from '../ports/contacts';
import type { WorkflowHost } from '../ports/workflows';

/** What a check reads from, and the clock. */
export interface StabilityPorts {
	readonly ledger: Ledger;
	/** `null` where no account is connected: then nobody can tell whether contacts are overdue. */
	readonly directory: ContactDirectory | null;
	/** The instance whose published workflows are compared; absent where none is connected: then what others saw counts. */
	readonly workflows?: Pick<WorkflowHost, 'read'> | null;
	/** How that n8n writes parameters. */
	readonly sparse?: SparseParameters;
	readonly now: () => Instant;
	/** Who asks, for events. */
	readonly by: string;
}
