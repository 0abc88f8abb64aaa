import { createHash } from 'node:crypto';
import { canonicalJson, sha256 } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import type { NewEvent } from '../../core/delivery/events';
import type { RecordKind, RecordWrite, StoredRecord } from '../ledger/records';
import {
	asBody,
	type CapturedDefinitions,
	type CapturedSettings,
	type PartRef,
	type Snapshot,
	type SnapshotParts,
} from '../../core/snapshot/model';
import { type Rooms } from './ports';
import type { CapturedContact } from '../../core/snapshot/values';
import type { WorkflowState } from '../../core/audit/workflow-state';

/** Hash of stored bytes, as the blob ledger names them. */
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const chunkId = (snapshot: string, chunk: number): string =>
	`${snapshot}/contacts/${String(chunk).padStart(6, '0')}`;

/** Stores content under its hash and says where it is. Bytes that are known already are not written again. */
export async function putPart(rooms: Rooms, content: unknown): Promise<PartRef> {
	const text = canonicalJson(content);
	const bytes = rooms.codec.pack(text);
	const blob = hashOf(bytes);
	await rooms.ledger.blobs.put([{ hash: blob, bytes }]);
	return { content: sha256(text), blob, bytes: bytes.length };
}

/** The content of a part. @throws `snapshot-part-lost`, `snapshot-bytes-locked`, `snapshot-bytes-damaged` */
export async function getPart<Content>(
	rooms: Rooms,
	snapshot: string,
	part: string,
	ref: PartRef,
): Promise<Content> {
	const [bytes] = await rooms.ledger.blobs.get([ref.blob]);
	if (!bytes) throw gateError('snapshot-part-lost', { snapshot, part });
	const text = rooms.codec.unpack(bytes);
	if (sha256(text) !== ref.content) throw gateError('snapshot-bytes-damaged');
	return JSON.parse(text) as Content;
}

/** A snapshot out of its record. */
export const snapshotOf = (record: StoredRecord): Snapshot => ({
	...(record.body as unknown as Snapshot),
	revision: record.revision,
});

/** @throws `snapshot-unknown` */
export async function loadSnapshot(rooms: Rooms, id: string): Promise<Snapshot> {
	const [record] = await rooms.ledger.records.get('snapshot', [id]);
	if (!record) throw gateError('snapshot-unknown', { snapshot: id });
	return snapshotOf(record);
}

/** @throws `snapshot-unknown`, `snapshot-incomplete` */
export async function completeSnapshot(rooms: Rooms, id: string): Promise<Snapshot> {
	const snapshot = await loadSnapshot(rooms, id);
	if (snapshot.state !== 'complete') throw gateError('snapshot-incomplete', { snapshot: id });
	return snapshot;
}

/** The newest complete snapshot captured for a release. @throws `snapshot-none-for-release` */
export async function snapshotFor(rooms: Rooms, release: string): Promise<Snapshot> {
	const found = await rooms.ledger.records.list({ kind: 'snapshot', parent: release, limit: 100 });
	const complete = found.map(snapshotOf).find(({ state }) => state === 'complete');
	if (!complete) throw gateError('snapshot-none-for-release', { release });
	return complete;
}

/** Writes documents with their revisions or throws `snapshot-busy`: two runs never work on one thing. */
export async function writeRecords(
	rooms: Rooms,
	writes: readonly RecordWrite[],
	events: readonly NewEvent[] = [],
): Promise<readonly StoredRecord[]> {
	const outcome = await rooms.ledger.records.write(writes, events);
	if (outcome.status === 'conflict') throw gateError('snapshot-busy', { id: outcome.ids.join(', ') });
	return outcome.records;
}

/** The write of a snapshot's record. */
export function snapshotWrite(snapshot: Snapshot): RecordWrite {
	const { revision, ...body } = snapshot;
	return {
		kind: 'snapshot',
		id: snapshot.id,
		spine: snapshot.scope.spine,
		parent: snapshot.release,
		body: asBody(body),
		expectedRevision: revision,
	};
}

/** The write of one chunk's record, beside that of its snapshot. */
export const chunkWrite = (snapshot: Snapshot, chunk: number, ref: PartRef): RecordWrite => ({
	kind: 'journal',
	id: chunkId(snapshot.id, chunk),
	spine: snapshot.scope.spine,
	parent: snapshot.id,
	body: ref,
	expectedRevision: 0,
});

/** The contacts of one chunk, ascending by id. @throws `snapshot-part-lost` and what {@link getPart} throws */
export async function chunkOf(
	rooms: Rooms,
	snapshot: Snapshot,
	chunk: number,
): Promise<readonly CapturedContact[]> {
	const part = `contacts ${chunk}`;
	const [record] = await rooms.ledger.records.get('journal', [chunkId(snapshot.id, chunk)]);
	if (!record) throw gateError('snapshot-part-lost', { snapshot: snapshot.id, part });
	return await getPart(rooms, snapshot.id, part, record.body as PartRef);
}

/** All contacts of a snapshot, chunk by chunk. */
export async function* contactsOf(
	rooms: Rooms,
	snapshot: Snapshot,
): AsyncGenerator<readonly CapturedContact[]> {
	for (let chunk = 0; chunk < snapshot.contacts.chunks; chunk++) yield await chunkOf(rooms, snapshot, chunk);
}

/** Definitions, workflows and settings of a snapshot. */
export async function partsOf(rooms: Rooms, snapshot: Snapshot): Promise<SnapshotParts> {
	const { definitions, workflows, settings } = snapshot.parts;
	const load = async <Content>(part: string, ref: PartRef | null, empty: Content): Promise<Content> =>
		ref === null ? empty : await getPart<Content>(rooms, snapshot.id, part, ref);
	return {
		definitions: await load<CapturedDefinitions | null>('definitions', definitions, null),
		workflows: await load<readonly WorkflowState[]>('workflows', workflows, []),
		settings: await load<CapturedSettings>('settings', settings, { documents: [], spine: null }),
	};
}

/** Ids of the chunk records of a snapshot. */
export const chunkIds = (snapshot: Snapshot): readonly string[] =>
	Array.from({ length: snapshot.contacts.chunks }, (_, chunk) => chunkId(snapshot.id, chunk));

/** Every record of a kind, page by page, newest first. */
export async function* recordsOf(
	rooms: Rooms,
	query: { readonly kind: RecordKind; readonly spine?: string; readonly parent?: string },
): AsyncGenerator<StoredRecord> {
	let before: string | undefined;
	for (;;) {
		const page = await rooms.ledger.records.list({
			...query,
			limit: 200,
			...(before === undefined ? {} : { before }),
		});
		yield* page;
		const last = page.at(-1);
		if (!last || page.length < 200) return;
		before = last.id;
	}
}
