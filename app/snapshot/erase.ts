import type { Json } from '../../core/delivery/types';
import { json } from '../../core/delivery/json';
import { partRef } from '../../core/snapshot/documents';
import { heldContacts } from '../../core/snapshot/values/held';
import { documentOf } from '../ledger/documents';
import { chunkIds } from './kinds/values/chunks';
import type { SnapshotPorts } from './ports';
import { getPart, putPart, recordsOf, sealed, snapshotOf, unsealed, writeRecords } from './store';

/** What was taken out of the snapshots and the journals of releases. */
export interface ErasedContacts {
	/** Chunks of snapshots that held the contact. */
	readonly chunks: number;
	/** Journals of values that held the contact. */
	readonly journals: number;
}

const fields = ['contactId', 'contact', 'id'] as const;

/** Whether an entry of a list is a contact's, or its id. */
const isOf = (entry: Json, ids: ReadonlySet<string>): boolean =>
	typeof entry === 'string'
		? ids.has(entry)
		: entry !== null &&
			typeof entry === 'object' &&
			!Array.isArray(entry) &&
			fields.some((field) => {
				const value = (entry as Readonly<Record<string, Json>>)[field];
				return typeof value === 'string' && ids.has(value);
			});

/** A value without the entries of lists that are a contact's. */
function withoutContacts(value: Json, ids: ReadonlySet<string>): Json {
	if (Array.isArray(value))
		return (value as readonly Json[])
			.filter((entry) => !isOf(entry, ids))
			.map((entry) => withoutContacts(entry, ids));
	if (value !== null && typeof value === 'object')
		return Object.fromEntries(
			Object.entries(value).map(([name, inner]) => [name, withoutContacts(inner, ids)]),
		);
	return value;
}

/** Takes contacts out of every snapshot: their values can no longer be restored. Bytes that held them are removed. */
async function eraseFromChunks(ports: SnapshotPorts, ids: ReadonlySet<string>): Promise<number> {
	const { records, blobs } = ports.ledger;
	const replaced: string[] = [];
	for await (const found of recordsOf(ports, { kind: 'snapshot' })) {
		const snapshot = snapshotOf(found);
		for (const [chunk, record] of (await records.get('journal', chunkIds(snapshot))).entries()) {
			if (record === null) continue;
			const ref = documentOf(record, partRef);
			const held = await getPart(ports, snapshot.id, `contacts ${chunk}`, ref, heldContacts);
			const left = held.filter(({ id }) => !ids.has(id));
			if (left.length === held.length) continue;
			const body = { ...(await putPart(ports, left)) };
			await writeRecords(ports, [{ ...record, body, expectedRevision: record.revision }]);
			replaced.push(ref.blob);
		}
	}
	// Equal chunks of two snapshots share their bytes: they go once none refers to them.
	await blobs.remove(replaced);
	return replaced.length;
}

async function eraseFromJournals(ports: SnapshotPorts, ids: ReadonlySet<string>): Promise<number> {
	let changed = 0;
	for await (const record of recordsOf(ports, { kind: 'journal' })) {
		const text = record.body['sealed'];
		if (typeof text !== 'string') continue;
		const content = unsealed(ports, text, json);
		const left = withoutContacts(content, ids);
		if (JSON.stringify(left) === JSON.stringify(content)) continue;
		const body = { ...record.body, sealed: sealed(ports, left) };
		await writeRecords(ports, [{ ...record, body, expectedRevision: record.revision }]);
		changed += 1;
	}
	return changed;
}

/**
 * Takes contacts out of snapshots and out of what releases and restores wrote down of their values. Doing it twice changes
 * nothing.
 *
 * @throws `snapshot-bytes-locked` without the key they were sealed with, `snapshot-busy` beside a release that is being applied
 */
export async function eraseContacts(ports: SnapshotPorts, ids: readonly string[]): Promise<ErasedContacts> {
	const wanted = new Set(ids);
	return {
		chunks: await eraseFromChunks(ports, wanted),
		journals: await eraseFromJournals(ports, wanted),
	};
}
