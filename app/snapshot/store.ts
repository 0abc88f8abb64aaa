import { createHash } from 'node:crypto';
import { canonicalJson, sha256 } from '../../core/delivery/canonical';
import type { NewEvent } from '../../core/delivery/events';
import type { Json } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { snapshotSchema, type PartRef, type Snapshot } from '../../core/snapshot/documents';
import { plain } from '../../core/delivery/json';
import { documentOf, type Reads } from '../ledger/documents';
import { pages } from '../ledger/pages';
import type { RecordKind, RecordWrite, StoredRecord } from '../ledger/records';
import type { SnapshotPorts } from './ports';

const PAGE = 200;

/** Stores content under its hash and says where it is. Bytes that are known already are not written again. */
export async function putPart(ports: SnapshotPorts, content: unknown): Promise<PartRef> {
	const text = canonicalJson(content);
	const bytes = ports.codec.pack(text);
	const blob = createHash('sha256').update(bytes).digest('hex');
	await ports.ledger.blobs.put([{ hash: blob, bytes }]);
	return { content: sha256(text), blob, bytes: bytes.length };
}

/** The content of a part. @throws `snapshot-part-lost`, `snapshot-bytes-locked`, `snapshot-bytes-damaged` */
export async function getPart<Content>(
	ports: SnapshotPorts,
	snapshot: string,
	part: string,
	ref: PartRef,
	schema: Reads<Content>,
): Promise<Content> {
	const [bytes] = await ports.ledger.blobs.get([ref.blob]);
	if (!bytes) throw gateError('snapshot-part-lost', { snapshot, part });
	const text = ports.codec.unpack(bytes);
	if (sha256(text) !== ref.content) throw gateError('snapshot-bytes-damaged');
	return schema.parse(JSON.parse(text));
}

/** Packs what may hold contact data, so that it is compressed and sealed like a snapshot. */
export const sealed = (ports: SnapshotPorts, content: unknown): string =>
	Buffer.from(ports.codec.pack(JSON.stringify(content))).toString('base64');

/** What {@link sealed} packed. */
export const unsealed = <Content>(
	ports: SnapshotPorts,
	text: Json | undefined,
	schema: Reads<Content>,
): Content =>
	schema.parse(JSON.parse(ports.codec.unpack(Buffer.from(typeof text === 'string' ? text : '', 'base64'))));

/** A snapshot out of its record. */
export const snapshotOf = (record: StoredRecord): Snapshot => ({
	...documentOf(record, snapshotSchema),
	revision: record.revision,
});

/** @throws `snapshot-unknown` */
export async function loadSnapshot(ports: SnapshotPorts, id: string): Promise<Snapshot> {
	const [record] = await ports.ledger.records.get('snapshot', [id]);
	if (!record) throw gateError('snapshot-unknown', { snapshot: id });
	return snapshotOf(record);
}

/** @throws `snapshot-unknown`, `snapshot-incomplete` */
export async function completeSnapshot(ports: SnapshotPorts, id: string): Promise<Snapshot> {
	const snapshot = await loadSnapshot(ports, id);
	if (snapshot.state !== 'complete') throw gateError('snapshot-incomplete', { snapshot: id });
	return snapshot;
}

/** The newest complete snapshot captured for a release. @throws `snapshot-none-for-release` */
export async function snapshotFor(ports: SnapshotPorts, release: string): Promise<Snapshot> {
	const found = await ports.ledger.records.list({ kind: 'snapshot', parent: release, limit: 100 });
	const complete = found.map(snapshotOf).find(({ state }) => state === 'complete');
	if (!complete) throw gateError('snapshot-none-for-release', { release });
	return complete;
}

/** Writes documents with their revisions or throws `snapshot-busy`: two runs never work on one thing. */
export async function writeRecords(
	ports: SnapshotPorts,
	writes: readonly RecordWrite[],
	events: readonly NewEvent[] = [],
): Promise<readonly StoredRecord[]> {
	const outcome = await ports.ledger.records.write(writes, events);
	if (outcome.status === 'conflict') throw gateError('snapshot-busy', { id: outcome.ids.join(', ') });
	return outcome.records;
}

/** Writes a snapshot's record, what belongs to it, and what is told of it. */
export async function saveSnapshot(
	ports: SnapshotPorts,
	snapshot: Snapshot,
	further: readonly RecordWrite[] = [],
	events: readonly NewEvent[] = [],
): Promise<Snapshot> {
	const { revision, ...body } = snapshot;
	const write: RecordWrite = {
		kind: 'snapshot',
		id: snapshot.id,
		spine: snapshot.scope.spine,
		parent: snapshot.release,
		body: plain(body),
		expectedRevision: revision,
	};
	const [record] = await writeRecords(ports, [write, ...further], events);
	return { ...snapshot, revision: record?.revision ?? revision + 1 };
}

/** Every record of a kind, page by page, newest first. */
export async function* recordsOf(
	ports: SnapshotPorts,
	query: { readonly kind: RecordKind; readonly spine?: string; readonly parent?: string },
): AsyncGenerator<StoredRecord> {
	for await (const page of pages<StoredRecord>(PAGE, (last) =>
		ports.ledger.records.list({ ...query, limit: PAGE, before: last?.id }),
	)) {
		yield* page;
	}
}
