import type { Instant, JsonObject } from '../../core/delivery/types';
import type { NewEvent } from '../../core/delivery/events';

/** The rooms that keep documents in the ledger. One document per (kind, id); a change makes a new revision. */
export type RecordKind =
	| 'policy'
	| 'release'
	| 'evidence'
	| 'approval'
	| 'snapshot'
	| 'journal'
	| 'drill'
	| 'flag'
	| 'verdict'
	| 'rollback'
	| 'silence'
	/** Says which runs were told of, in which most deliveries failed. */
	| 'run'
	/** Says how many calls of another system were left when it was asked last. */
	| 'limits'
	/** Says what a watch over the workflows of an n8n found last. */
	| 'watch'
	/** Says when a workflow asked last what of a spine is due. */
	| 'asked'
	| 'trigger'
	| 'released'
	| 'rehearsal'
	/** What the newest look at the installation found. */
	| 'examination'
	/** Says that the ledger keeps nothing in the clear. */
	| 'sealing'
	/** Says what a person accepted although it disagreed with the chain. */
	| 'acceptance';

export interface StoredRecord {
	readonly kind: RecordKind;
	readonly id: string;
	/** The spine or product it belongs to; `null` for instance-wide ones. */
	readonly spine: string | null;
	/** The record it belongs to, e.g. the release of a piece of evidence. */
	readonly parent: string | null;
	readonly body: JsonObject;
	/** 1 for the first revision. */
	readonly revision: number;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
}

export interface RecordWrite {
	readonly kind: RecordKind;
	readonly id: string;
	readonly spine: string | null;
	readonly parent: string | null;
	readonly body: JsonObject;
	/** Revision that was read; 0: the record must be new. The write is refused when somebody was faster. */
	readonly expectedRevision: number;
}

export type WriteOutcome =
	| { readonly status: 'written'; readonly records: readonly StoredRecord[] }
	/** Nothing was written: these had another revision. */
	| { readonly status: 'conflict'; readonly ids: readonly string[] };

export interface RecordQuery {
	readonly kind: RecordKind;
	readonly spine?: string;
	readonly parent?: string;
	readonly limit: number;
	/** Newest first by creation; the id of the last record of the page before. */
	readonly before?: string;
}

/** Releases, evidence, approvals, policies, snapshots, flags, verdicts: documents with revisions. */
export interface RecordLedger {
	/** All writes and their events in one transaction, or none. */
	write(batch: readonly RecordWrite[], events: readonly NewEvent[]): Promise<WriteOutcome>;
	get(kind: RecordKind, ids: readonly string[]): Promise<readonly (StoredRecord | null)[]>;
	list(query: RecordQuery): Promise<readonly StoredRecord[]>;
	/** Deletes records and says how many there were. */
	remove(kind: RecordKind, ids: readonly string[]): Promise<number>;
}

/** Content-addressed bytes: what snapshots are made of. */
export interface BlobLedger {
	/** Stores bytes under their SHA-256 (hex); known ones are not written again. */
	put(blobs: readonly { readonly hash: string; readonly bytes: Uint8Array }[]): Promise<void>;
	get(hashes: readonly string[]): Promise<readonly (Uint8Array | null)[]>;
	remove(hashes: readonly string[]): Promise<number>;
}
