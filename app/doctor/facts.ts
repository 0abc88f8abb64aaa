import type { Instant } from '../../core/delivery/types';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Released } from '../../core/release/released';
import type { CredentialSlots } from '../../core/setup/types';
import type { InstalledWorkflow } from '../ports/installation';
import type { PublishedStanding } from '../release';
import type { Installed } from '../setup/ports';

/**
 * A part of an installation that may be out of sight. What is looked at there counts neither as sound nor as wrong then:
 * `process` is what only n8n's own process knows, `workers` what only its other processes know.
 */
export type Sight =
	'clock' | 'credentials' | 'database' | 'ledger' | 'models' | 'process' | 'runs' | 'tests' | 'workers';

/** Why a part was not looked at. `failed`: it was to be, and could not; otherwise nobody asked, or it cannot be seen from here. */
export interface Blindness {
	readonly reason: string;
	readonly failed: boolean;
}

/** The process that asks, where it is n8n itself. */
export interface HostFacts {
	/** Name of its machine or container. */
	readonly name: string;
	/** As what n8n runs in it, e.g. `start`, `worker`; `null` where it does not tell. */
	readonly command: string | null;
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
	/** Whether n8n keeps runs that succeeded, of workflows that leave it open. */
	readonly keepsGoodRuns: boolean;
	/** Whether n8n writes all that a run holds after each node, of workflows that leave it open. */
	readonly savesProgress: boolean;
	/** Whether n8n deletes what it kept of runs by itself. */
	readonly deletesRuns: boolean;
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
	/** How what is published stands to what the gate let through; `null` before the first release. */
	readonly published: PublishedStanding | null;
	readonly released: Released | null;
}

/** What a Postgres says of itself and of the role that the ledger is used with. */
export interface DatabaseFacts {
	readonly role: string;
	readonly superuser: boolean;
	/** Rights that the ledger needs and the role lacks, e.g. `UPDATE on deliveries`. */
	readonly lacks: readonly string[];
	/** Whether the role may change the tables, as an upgrade of the package may have to. */
	readonly mayMigrate: boolean;
	/** Whether nothing can be written: a standby, or a database that was made read-only. */
	readonly readOnly: boolean;
	/** Connections: of the server, the database and the role, where they are limited. The one of this look is among the used. */
	readonly connections: readonly { readonly of: string; readonly most: number; readonly used: number }[];
	/** How far its clock is ahead of ours, in milliseconds. */
	readonly clockSkewMs: number;
}

/** What the ledger tells; a text says why it cannot be opened. */
export interface LedgerFacts {
	/** When workflows in service asked last what of a spine is due, by id; those that never did are absent. */
	readonly asked: ReadonlyMap<string, Instant>;
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
	/** What n8n says of the newest failed runs of workflows in service that hold nodes of this package, by id of the workflow. */
	readonly failures: ReadonlyMap<string, readonly string[]>;
	readonly clockSkewMs: number | null;
	readonly slots: CredentialSlots;
	/** What a set-up wrote down; `null` where it did not set this n8n up. */
	readonly installed: Installed | null;
	/** A text says why it cannot be opened; `null` where it was not looked at. */
	readonly ledger: LedgerFacts | string | null;
	/** `null` where the ledger is no Postgres, or was not looked at. */
	readonly database: DatabaseFacts | null;
	/** `null` where another process than n8n asks. */
	readonly host: HostFacts | null;
	/** When vendors retire models, by id; `null` where nobody asked them. */
	readonly retires: ReadonlyMap<string, Instant> | null;
	/** What was not looked at. */
	readonly blind: ReadonlyMap<Sight, Blindness>;
}
