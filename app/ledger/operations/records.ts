import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../core/delivery/canonical';
import type { JsonObject } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { compareText, wellFormed } from '../../../core/delivery/refs';
import type { LedgerContext } from '../context';
import type { BlobLedger, RecordLedger, RecordWrite, StoredRecord, WriteOutcome } from '../records';
import type { StoreTransaction } from '../store';

/** Largest document, in characters of canonical JSON. Greater things are blobs. */
export const RECORD_LIMIT = 4_000_000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const nameOf = ({ kind, id }: Pick<RecordWrite, 'kind' | 'id'>): string => `${kind}\u0000${id}`;

/** Sorted by (kind, id), so that two processes lock in one order; refuses one record twice in a batch. */
function sorted(batch: readonly RecordWrite[]): readonly RecordWrite[] {
	const names = new Set(batch.map(nameOf));
	if (names.size !== batch.length) throw gateError('ledger-record-twice');
	for (const { kind, id, body } of batch) {
		const size = canonicalJson(body).length;
		if (size > RECORD_LIMIT)
			throw gateError('ledger-record-too-large', { kind, id, size, limit: RECORD_LIMIT });
	}
	return [...batch].sort((a, b) => compareText(a.kind, b.kind) || compareText(a.id, b.id));
}

class Conflict extends Error {
	constructor(readonly ids: readonly string[]) {
		super('conflict');
	}
}

async function writeAll(
	tx: StoreTransaction,
	batch: readonly RecordWrite[],
): Promise<ReadonlyMap<string, StoredRecord>> {
	const now = await tx.now();
	const done = new Map<string, StoredRecord>();
	const conflicts: string[] = [];
	for (const write of batch) {
		const { kind, id, spine, parent, expectedRevision } = write;
		const [before = null] = await tx.records.lockRecords(kind, [id]);
		const record: StoredRecord = {
			kind,
			id,
			spine,
			parent,
			body: wellFormed(write.body) as JsonObject,
			revision: expectedRevision + 1,
			createdAt: before?.createdAt ?? now,
			updatedAt: now,
		};
		let written = (before?.revision ?? 0) === expectedRevision;
		if (written && before === null) written = await tx.records.insertRecord(record);
		else if (written) await tx.records.updateRecord(record);
		if (written) done.set(nameOf(write), record);
		else conflicts.push(id);
	}
	// Thrown, so that the store undoes what was written before the conflict showed.
	if (conflicts.length > 0) throw new Conflict(conflicts);
	return done;
}

/** The ledger of documents. */
export function recordLedger({ store }: LedgerContext): RecordLedger {
	return {
		async write(batch, events): Promise<WriteOutcome> {
			const order = sorted(batch);
			try {
				return await store.transaction(async (tx) => {
					const done = await writeAll(tx, order);
					const at = await tx.now();
					await tx.addEvents(
						events.map((event) => ({ ...event, at, data: canonicalJson(wellFormed(event.data)) })),
					);
					return {
						status: 'written',
						records: batch.map((write) => done.get(nameOf(write)) as StoredRecord),
					};
				});
			} catch (error) {
				if (error instanceof Conflict) return { status: 'conflict', ids: error.ids };
				throw error;
			}
		},
		get: (kind, ids) => store.transaction((tx) => tx.records.readRecords(kind, ids)),
		list: (query) => store.transaction((tx) => tx.records.listRecords(query)),
		remove: (kind, ids) => store.transaction((tx) => tx.records.removeRecords(kind, ids)),
	};
}

/** The ledger of bytes. Bytes whose hash is not theirs are refused, in and out. */
export function blobLedger({ store }: LedgerContext): BlobLedger {
	return {
		async put(blobs) {
			for (const { hash, bytes } of blobs) {
				if (sha256(bytes) !== hash) throw gateError('ledger-blob-mismatch', { hash });
			}
			for (let start = 0; start < blobs.length; start += store.chunkRows) {
				if (start > 0) await store.breathe();
				const chunk = blobs.slice(start, start + store.chunkRows);
				await store.transaction((tx) => tx.records.putBlobs(chunk));
			}
		},
		async get(hashes) {
			const found = await store.transaction((tx) => tx.records.getBlobs(hashes));
			return found.map((bytes, index) => {
				if (bytes !== null && sha256(bytes) !== hashes[index]) {
					throw gateError('ledger-blob-damaged', { hash: hashes[index] });
				}
				return bytes;
			});
		},
		remove: (hashes) => store.transaction((tx) => tx.records.removeBlobs(hashes)),
	};
}
