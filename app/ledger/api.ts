import type { CallBudget } from '../ports/call-budget';
import type { DeliveryLedger } from './api/delivery-ledger';
import type { EventLedger } from './api/events';
import type { OutboxLedger } from './api/outbox';
import type { ReadingLedger } from './api/reading';
import type { SpineLedger } from './api/spines';
import type { TurnLedger } from './api/turns';
import type { Erasure, PruneReport, ResealReport, Retention } from './api/upkeep';
import type { DeskLedger } from './desk';
import type { KeyLedger } from './keys';
import type { BlobLedger, RecordLedger } from './records';

export type * from './api/spines';
export type * from './api/delivery-ledger';
export type * from './api/outbox';
export type * from './api/events';
export type * from './api/upkeep';
export type * from './keys';

/**
 * What nodes, the command line and the checks ask of the ledger. One implementation (`ledger.ts` and the files
 * beside it) over the store port (`store.ts`), which SQLite and Postgres fulfil. Every method takes a batch and
 * runs as one transaction per chunk; results come back in the order of the batch, one per entry, and one entry
 * that is refused never stops the others. "Now" is the ledger's clock: the database's own on Postgres.
 */
export interface Ledger {
	readonly spines: SpineLedger;
	readonly deliveries: DeliveryLedger;
	readonly outbox: OutboxLedger;
	readonly keys: KeyLedger;
	readonly reading: ReadingLedger;
	readonly turns: TurnLedger;
	/** Vendors' rates, where several processes share the ledger; `null` where one process has it alone. */
	readonly calls: CallBudget | null;
	readonly events: EventLedger;
	readonly records: RecordLedger;
	readonly blobs: BlobLedger;
	/** What the desk and the metrics read: bounded, and without changing anything. */
	readonly desk: DeskLedger;
	readonly erasure: Erasure;
	/** Signs a text with the ledger's signing key, in base64url; `null` without one. */
	sign(text: string): { readonly keyId: string; readonly value: string } | null;
	/** Removes what is older than the retention allows; frozen inputs go first. Never touches open deliveries. */
	prune(retention: Retention): Promise<PruneReport>;
	/**
	 * Seals what is kept under the current encryption key, page by page; what was cut off goes on where it was. Throws
	 * `ledger-reseal-no-key`.
	 */
	reseal(by: string): Promise<ResealReport>;
	/** Gives files and connections back. The ledger cannot be used afterwards. */
	close(): Promise<void>;
}
