import type { Instant } from '../../core/delivery/types';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Released } from '../../core/release/released';
import type { CredentialSlots } from '../../core/setup/types';
import type { InstalledWorkflow } from '../ports/installation';
import type { Installed } from '../setup/ports';

/** The process that asks, where it is n8n itself. */
export interface HostFacts {
	/** e.g. `24.21.0`. */
	readonly node: string;
	/** e.g. `2.40.7`; `null` where it does not tell. */
	readonly n8n: string | null;
	/** Value of `EXECUTIONS_MODE`. */
	readonly executionsMode: string;
	/** Whether `N8N_UNVERIFIED_PACKAGES_ENABLED` is true, or the environment names the package. */
	readonly admitsPackage: boolean;
	/** Whether the key that encrypts credentials comes from the environment. */
	readonly ownEncryptionKey: boolean;
	readonly store: 'sqlite' | 'postgres';
}

/** What the ledger tells of one spine. */
export interface SpineFacts {
	readonly record: SpineRecord;
	/** Deliveries of the live space that are in doubt, the time since when. */
	readonly inDoubtSince: readonly Instant[];
	/** The slots that are over, newest last, of the last eight rhythms. */
	readonly over: readonly {
		readonly slot: string;
		readonly registered: number;
		readonly committed: number;
		readonly held: number;
	}[];
	readonly released: Released | null;
}

/** What the ledger tells; a text says why it cannot be opened. */
export interface LedgerFacts {
	readonly chain: { readonly status: string; readonly explanation: string };
	readonly spines: readonly SpineFacts[];
	readonly outbox: { readonly waiting: number; readonly refused: number; readonly oldestAt: Instant | null };
}

/** Everything that the checks look at, gathered once. */
export interface Facts {
	readonly now: Instant;
	readonly hasPackage: boolean;
	readonly workflows: readonly InstalledWorkflow[];
	/** `null` where the key may not list them. */
	readonly credentials:
		readonly { readonly id: string; readonly name: string; readonly type: string }[] | null;
	/** What services said of the credentials that workflows in service use, by id; what could not be asked is absent. */
	readonly tests: ReadonlyMap<string, { readonly ok: boolean; readonly message: string }>;
	/** The newest runs of workflows in service that have a schedule or carry a spine, newest first. */
	readonly runs: ReadonlyMap<string, readonly { readonly status: string; readonly startedAt: Instant }[]>;
	readonly clockSkewMs: number | null;
	readonly slots: CredentialSlots;
	/** What a set-up wrote down; `null` where it did not set this n8n up. */
	readonly installed: Installed | null;
	/** `null` where nobody asked it to be looked at. */
	readonly ledger: LedgerFacts | string | null;
	readonly host: HostFacts | null;
	/** When vendors retire models, by id; `null` where nobody asked them. */
	readonly retires: ReadonlyMap<string, Instant> | null;
}
