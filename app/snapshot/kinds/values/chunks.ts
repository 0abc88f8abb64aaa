import { sha256, canonicalJson } from '../../../../core/delivery/canonical';
import { gateError } from '../../../../core/errors';
import { partRef, type PartRef, type Snapshot } from '../../../../core/snapshot/documents';
import { compareIds } from '../../../../core/snapshot/plain';
import {
	heldContacts,
	type CapturedContact,
	type CapturedValue,
} from '../../../../core/snapshot/values/held';
import { documentOf } from '../../../ledger/documents';
import { CHUNK, type SnapshotPorts } from '../../ports';
import { getPart, putPart } from '../../store';
import type { Capturing, View } from '../kind';
import { readHistories } from './contacts';

const chunkId = (snapshot: string, chunk: number): string =>
	`${snapshot}/contacts/${String(chunk).padStart(6, '0')}`;

/** Numbers of the chunks of a snapshot. */
export const chunksOf = (snapshot: Snapshot): readonly number[] =>
	Array.from({ length: snapshot.contacts.chunks }, (_, chunk) => chunk);

/** Ids of the chunk records of a snapshot. */
export const chunkIds = (snapshot: Snapshot): readonly string[] =>
	chunksOf(snapshot).map((chunk) => chunkId(snapshot.id, chunk));

/** Where the chunks of a snapshot are; those that are lost are left out. */
export async function chunkRefs({ ledger }: SnapshotPorts, snapshot: Snapshot): Promise<readonly PartRef[]> {
	const records = await ledger.records.get('journal', chunkIds(snapshot));
	return records.flatMap((record) => (record ? [documentOf(record, partRef)] : []));
}

/** The contacts of one chunk, ascending by id. @throws `snapshot-part-lost` and what {@link getPart} throws */
export async function chunkOf(
	ports: SnapshotPorts,
	snapshot: Snapshot,
	chunk: number,
): Promise<readonly CapturedContact[]> {
	const part = `contacts ${chunk}`;
	const [record] = await ports.ledger.records.get('journal', [chunkId(snapshot.id, chunk)]);
	if (!record) throw gateError('snapshot-part-lost', { snapshot: snapshot.id, part });
	return await getPart(ports, snapshot.id, part, documentOf(record, partRef), heldContacts);
}

/** Chunks of exactly {@link CHUNK} ids, whatever the pages of the source, so that no read is half empty. */
async function* refilled(source: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
	let waiting: string[] = [];
	for await (const ids of source) {
		waiting.push(...ids);
		while (waiting.length >= CHUNK) {
			yield waiting.slice(0, CHUNK);
			waiting = waiting.slice(CHUNK);
		}
	}
	if (waiting.length > 0) yield waiting;
}

async function readChunk(
	ports: SnapshotPorts,
	ids: readonly string[],
	properties: readonly string[],
): Promise<readonly CapturedContact[]> {
	const outcomes = await readHistories(ports, ids, properties);
	return [...outcomes.values()].flatMap((outcome): CapturedContact[] => {
		if (outcome.status !== 'found') return [];
		const { id, properties: now, history } = outcome.contact;
		const values = properties.map((name): [string, CapturedValue] => [
			name,
			{ value: now[name] ?? null, newest: history?.[name]?.[0] ?? null },
		]);
		return [{ id, values: Object.fromEntries(values) }];
	});
}

/** Captures the contacts in chunks, going on after the last one that is stored; each is written down as it is stored. */
export async function captureContacts(
	{ ports, contacts: source, save }: Capturing,
	begun: Snapshot,
): Promise<Snapshot> {
	let snapshot = begun;
	if (snapshot.scope.properties.length === 0) return snapshot;
	for await (const ids of refilled(source(snapshot.contacts.lastId))) {
		const { contacts } = snapshot;
		const found = await readChunk(ports, ids, snapshot.scope.properties);
		const ref = await putPart(ports, found);
		const next: Snapshot = {
			...snapshot,
			contacts: {
				chunks: contacts.chunks + 1,
				found: contacts.found + found.length,
				gone: contacts.gone + ids.length - found.length,
				lastId: ids.at(-1) ?? contacts.lastId,
				root: sha256(canonicalJson([contacts.root, ref.content])),
			},
			bytes: snapshot.bytes + ref.bytes,
		};
		const chunk = {
			kind: 'journal' as const,
			id: chunkId(snapshot.id, contacts.chunks),
			spine: snapshot.scope.spine,
			parent: snapshot.id,
			body: ref,
			expectedRevision: 0,
		};
		snapshot = await save(next, [chunk]);
		const stored = Math.round(snapshot.bytes / 1024);
		ports.progress?.(`${snapshot.contacts.found} contacts captured (${stored} KiB stored).`);
	}
	return snapshot;
}

/** The contacts of a view, chunk by chunk: as captured, or as they are now, one read per 100 without history. */
export async function* contactsIn({
	ports,
	snapshot,
	now,
}: View): AsyncGenerator<readonly CapturedContact[]> {
	if (now && !ports.contacts) return;
	for (const number of chunksOf(snapshot)) {
		const chunk = await chunkOf(ports, snapshot, number);
		if (!now || !ports.contacts) {
			yield chunk;
			continue;
		}
		const ids = chunk.map(({ id }) => id);
		const { outcomes } = await ports.contacts.read(ids, snapshot.scope.properties);
		yield outcomes.flatMap((outcome): CapturedContact[] => {
			if (outcome.status !== 'found') return [];
			const { id, properties } = outcome.contact;
			const values = Object.entries(properties).map(([name, value]): [string, CapturedValue] => [
				name,
				{ value, newest: null },
			]);
			return [{ id, values: Object.fromEntries(values) }];
		});
	}
}

/** Walks the contacts of two views side by side, holding one chunk of each. */
export async function* contactPairs(
	before: View,
	after: View,
): AsyncGenerator<readonly [CapturedContact | undefined, CapturedContact | undefined]> {
	async function* flat(view: View): AsyncGenerator<CapturedContact> {
		for await (const chunk of contactsIn(view)) yield* chunk;
	}
	const [left, right] = [flat(before), flat(after)];
	let [a, b] = [await left.next(), await right.next()];
	while (a.done !== true || b.done !== true) {
		const order = a.done === true ? 1 : b.done === true ? -1 : compareIds(a.value.id, b.value.id);
		yield [
			order <= 0 && a.done !== true ? a.value : undefined,
			order >= 0 && b.done !== true ? b.value : undefined,
		];
		if (order <= 0) a = await left.next();
		if (order >= 0) b = await right.next();
	}
}
