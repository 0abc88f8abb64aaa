import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import type { DeliveryRef, DeliveryState, Instant, Milliseconds, Space } from '../../core/delivery/types';
import type { OutboxEntry, OutboxResult } from '../../core/delivery/outbox';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type { ErasureTransaction } from './erasure/port';
import type { EventRow, LinkedRow, RecipientRef, RecipientRow, SlotRef, SlotRow } from './rows';
import type { NameTransaction, RenamingTransaction } from './hashes/port';
import type { RowDigest, StateEntry, StateFlags, StateKey, StateTable } from './history/state';
import type { DeskTransaction } from './desk';
import type { FiguresTransaction } from './figures';
import type { KeyTransaction } from './keys';
import type { CallTransaction } from '../ports/call-budget';
import type { ReadingTransaction } from './api/reading';
import type { TurnTransaction } from './api/turns';
import type { RecordTransaction } from './records-store';

export type { EventRow, LinkedRow, RecipientRef, RecipientRow, SlotRef, SlotRow } from './rows';

/**
 * What a store must do; `ledger.ts` builds everything else on it. A store locks, reads and writes rows and knows no
 * rule. Batches come sorted by (spine, space, slot, recipient) and without duplicates, so that two processes lock in
 * one order. Results of keyed reads come in the order asked for.
 */
export interface LedgerStore {
	readonly kind: 'sqlite' | 'postgres';
	/** Most rows of one transaction: 500 on SQLite, so that n8n's event loop is not held; unbounded on Postgres. */
	readonly chunkRows: number;
	/**
	 * Runs `work` in one transaction and commits what it wrote, or nothing. Retries it from the start when the database
	 * asks for that (deadlock, serialization, lock timeout), so `work` must not keep state between attempts.
	 */
	transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
	/** Lets other work of the process run between two chunks. */
	breathe(): Promise<void>;
	/** Overwrites what the database keeps of rows that are gone, as far as it can; says what it could not. */
	scrub(): Promise<ScrubReport>;
	close(): Promise<void>;
}

/** What became of the remains of rows that are gone. */
export interface ScrubReport {
	/** `rebuilt`: nothing is left in the file and in what lies beside it. `busy`: another process reads it. */
	readonly remains: 'rebuilt' | 'busy' | 'out-of-reach';
}

/** A spine as stored. */
export interface SpineRow {
	readonly settings: SpineSettings;
	readonly version: number;
	readonly paused: boolean;
	readonly pauseReason: string | null;
	readonly pausedAt: Instant | null;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	/** Slots that opened before this instant have been looked at by the sweep. */
	readonly sweptUntil: Instant;
}

/** Everything a decision about one delivery needs, read in one go. */
export interface LoadedDelivery {
	readonly row: DeliveryRow;
	readonly facts: RecipientFacts;
	/** Stored text of the frozen input, sealed or plain; `null` when pruned or not asked for. */
	readonly input: string | null;
}

/** The frozen input of a delivery as it is stored. */
export interface InputRow {
	readonly ref: DeliveryRef;
	readonly text: string;
	/** SHA-256 of the canonical text, as the delivery keeps it. */
	readonly digest: string;
}

export type NewEventRow = Omit<EventRow, 'id' | 'position' | 'hash'>;

/** Both ends of the event chain. The foot is where the last prune left off: position 0 and the empty hash at first. */
export interface ChainEnds {
	readonly headPosition: number;
	readonly headHash: string;
	readonly footPosition: number;
	readonly footHash: string;
}

/** A write that waits to be made. `held` ones belong to a dry run and are never given out. */
export interface NewOutboxRow {
	readonly ref: DeliveryRef;
	readonly target: string;
	readonly objectId: string;
	/** Canonical JSON. */
	readonly payload: string;
	readonly createdAt: Instant;
	readonly status: 'waiting' | 'would-be';
}

/** Rows of one table by the parts of their key, with their digests. */
export type StatePage = readonly { readonly path: readonly string[]; readonly digest: RowDigest }[];

/** Where a page of a prune ended: at a recipient of a slot, or at the end of the slot (`null`). */
export interface PrunePlace {
	readonly slot: SlotRef;
	readonly recipient: string | null;
}

/** How many rows a page removed, and where the next one begins; `null` at the end. */
export interface PrunedPage {
	readonly removed: number;
	readonly next: PrunePlace | null;
}

export interface DeliveryFilter {
	readonly spine?: string;
	readonly space?: Space;
	readonly slot?: string;
	readonly states?: readonly DeliveryState[];
	readonly after?: DeliveryRef;
	readonly limit: number;
}

export interface StoreTransaction {
	readonly records: RecordTransaction;
	readonly figures: FiguresTransaction;
	readonly desk: DeskTransaction;
	readonly keys: KeyTransaction;
	readonly reading: ReadingTransaction;
	readonly calls: CallTransaction;
	readonly turns: TurnTransaction;
	readonly erasure: ErasureTransaction;
	readonly names: NameTransaction;
	readonly renaming: RenamingTransaction;

	/** The time, in milliseconds; the database's own where it has one, read when asked for. */
	now(): Promise<Instant>;

	/** `share` keeps the pause switch from moving until the transaction ends; `update` is for changing it. */
	spine(name: string, lock: 'none' | 'share' | 'update'): Promise<SpineRow | null>;
	spines(): Promise<readonly SpineRow[]>;
	/** Inserts or replaces. */
	writeSpine(row: SpineRow): Promise<void>;
	/** Keeps every version of the settings. */
	addSpineVersion(row: SpineRow, by: string): Promise<void>;

	/** Adds the slots that are not known yet. */
	noteSlots(slots: readonly SlotRow[]): Promise<void>;
	/** Slots of one spine that are not settled: they may hold deliveries that wait. In order of opening. */
	unsettledSlots(spine: string): Promise<readonly SlotRow[]>;
	/** Which of these slots are known. */
	knownSlots(spine: string, space: Space, slots: readonly string[]): Promise<ReadonlySet<string>>;
	/** The sweep has nothing left to do in this slot. */
	settleSlot(slot: SlotRef): Promise<void>;

	/** Inserts what is absent, with its input; returns for each row whether it was inserted. */
	insertDeliveries(
		rows: readonly DeliveryRow[],
		inputs: readonly (string | null)[],
	): Promise<readonly boolean[]>;
	/** Reads and locks; `null` where there is none. */
	loadDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]>;
	/** Reads without locks. */
	readDeliveries(
		refs: readonly DeliveryRef[],
		withInput: boolean,
	): Promise<readonly (LoadedDelivery | null)[]>;
	/** Locks the recipients, creating what is absent, and reads them. Call after the deliveries are locked. */
	lockRecipients(refs: readonly RecipientRef[]): Promise<readonly RecipientFacts[]>;
	/** Writes everything but the key and what registering fixed: slot times, cadence index, digest, registration. */
	writeDeliveries(rows: readonly DeliveryRow[]): Promise<void>;
	writeRecipients(rows: readonly RecipientRow[]): Promise<void>;
	/** Replaces frozen inputs together with the digests their deliveries keep. */
	writeInputs(rows: readonly InputRow[]): Promise<void>;
	readRecipients(refs: readonly RecipientRef[]): Promise<readonly (RecipientFacts | null)[]>;
	/** Pages through deliveries in key order, without locks and without recipients' facts. */
	listDeliveries(filter: DeliveryFilter, withInput: boolean): Promise<readonly LoadedDelivery[]>;
	/** Counts by state within one slot. */
	countStates(slot: SlotRef): Promise<ReadonlyMap<DeliveryState, number>>;
	noteMessages(rows: readonly DeliveryRow[]): Promise<void>;
	findByMessage(provider: string, messageId: string): Promise<DeliveryRef | null>;

	addOutbox(rows: readonly NewOutboxRow[]): Promise<readonly string[]>;
	takeOutbox(
		target: string,
		limit: number,
		now: Instant,
		leaseMs: Milliseconds,
		ids: readonly string[] | null,
	): Promise<readonly OutboxEntry[]>;
	settleOutbox(results: readonly OutboxResult[], now: Instant): Promise<void>;
	outboxBacklog(target: string): Promise<{ waiting: number; refused: number; oldestAt: Instant | null }>;
	wouldBeOutbox(space: Space, limit: number): Promise<readonly OutboxEntry[]>;

	/** Written when the transaction ends, the first one with the digests of what it changed. */
	addEvents(events: readonly NewEventRow[]): Promise<void>;
	listEvents(query: {
		spine?: string;
		kinds?: readonly string[];
		afterId?: number;
		limit: number;
	}): Promise<readonly EventRow[]>;
	/** Takes the sealer's place, or says that another process has it. Held until the transaction ends. */
	becomeSealer(): Promise<boolean>;
	chain(): Promise<ChainEnds>;
	writeChain(ends: ChainEnds): Promise<void>;
	unsealedEvents(limit: number): Promise<readonly LinkedRow[]>;
	countUnsealed(): Promise<number>;
	sealEvents(seals: readonly { id: number; position: number; hash: string }[]): Promise<void>;
	/** Sealed events after a position, in the order of the chain. */
	sealedEvents(afterPosition: number, limit: number): Promise<readonly EventRow[]>;
	/** The same with what they tell of the state. */
	linkedEvents(afterPosition: number, limit: number): Promise<readonly LinkedRow[]>;

	/** Says more of the state with this transaction's first event: see `EventState`. */
	markState(flags: StateFlags, carried?: readonly StateEntry[]): void;
	/** Rows of a table with their digests, along the key. */
	statePage(table: StateTable, after: readonly string[] | null, limit: number): Promise<StatePage>;
	/** Digest of one row, locked; `absent` where there is none. */
	stateOf(key: StateKey): Promise<RowDigest>;
	/** Up to a hundred providers' messages and inputs that belong to no such delivery, or are missing. */
	strays(): Promise<readonly string[]>;
	/** The last sealed event before an instant: where the chain may be cut. */
	lastSealedBefore(at: Instant): Promise<{ position: number; hash: string } | null>;

	/**
	 * Each removes at most `limit` rows of finished deliveries whose slot closed before `before`, along the key from where the page before
	 * ended: it reads on, however many rows lie behind it.
	 */
	pruneInputs(before: Instant, after: PrunePlace | null, limit: number): Promise<PrunedPage>;
	pruneDeliveries(before: Instant, after: PrunePlace | null, limit: number): Promise<PrunedPage>;
	/** Removes at most `limit` rows and returns how many. */
	pruneOutbox(before: Instant, limit: number): Promise<number>;
	pruneEvents(upToPosition: number, limit: number): Promise<number>;
}
