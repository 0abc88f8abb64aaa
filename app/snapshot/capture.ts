import { canonicalJson, digest } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import type { ReadOutcome } from '../../core/delivery/contacts';
import { chunkWrite, loadSnapshot, putPart, recordsOf, snapshotWrite, writeRecords } from './book';
import {
	asJson,
	compareIds,
	pieces,
	type CapturedDefinitions,
	type CapturedSettings,
	type CaptureScope,
	type PartRef,
	type Snapshot,
} from '../../core/snapshot/model';
import { CHUNK, type ContactSource, type Rooms } from './ports';
import { baselineOf } from './target';
import type { CapturedContact } from '../../core/snapshot/values';

/** What is captured, under which id, from which contacts. */
export interface CaptureRequest {
	readonly id: string;
	readonly release: string | null;
	readonly scope: CaptureScope;
	readonly contacts: ContactSource;
}

/** A source of the ids given, in the order captures need. */
export function idSource(ids: readonly string[]): ContactSource {
	const sorted = [...new Set(ids)].sort(compareIds);
	return async function* (afterId) {
		yield* pieces(
			sorted.filter((id) => afterId === null || compareIds(id, afterId) > 0),
			CHUNK,
		);
	};
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

function capturedOf(outcome: ReadOutcome, properties: readonly string[]): CapturedContact | null {
	if (outcome.status !== 'found') return null;
	const { contact } = outcome;
	return {
		id: contact.id,
		values: Object.fromEntries(
			properties.map((name) => [
				name,
				{ value: contact.properties[name] ?? null, newest: contact.history?.[name]?.[0] ?? null },
			]),
		),
	};
}

/** Reads one chunk with history. @throws `snapshot-read-failed` if any of its contacts could not be read */
export async function readChunk(
	rooms: Rooms,
	ids: readonly string[],
	properties: readonly string[],
): Promise<readonly CapturedContact[]> {
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	const { outcomes } = await rooms.contacts.read(ids, properties, { history: true });
	const failed = outcomes.filter((outcome) => outcome.status === 'failed');
	const [first] = failed;
	if (first) {
		const { code, context } = first.error;
		const { retryAfterMs } = context;
		const reason = first.error.message.replace(/\.$/, '') || code;
		throw gateError('snapshot-read-failed', { count: failed.length, reason, retryAfterMs }, first.error);
	}
	return outcomes.flatMap((outcome) => capturedOf(outcome, properties) ?? []);
}

async function begin(rooms: Rooms, request: CaptureRequest): Promise<Snapshot> {
	const [known] = await rooms.ledger.records.get('snapshot', [request.id]);
	if (known) {
		const snapshot = await loadSnapshot(rooms, request.id);
		if (canonicalJson(snapshot.scope) !== canonicalJson(request.scope))
			throw gateError('snapshot-other-scope', { snapshot: request.id });
		return snapshot;
	}
	const fresh: Snapshot = {
		id: request.id,
		release: request.release,
		baseline: await baselineOf(rooms, request.scope.spine, request.release),
		state: 'capturing',
		scope: request.scope,
		contacts: { chunks: 0, found: 0, gone: 0, lastId: null, root: digest([]) },
		parts: { definitions: null, workflows: null, settings: null },
		bytes: 0,
		startedAt: rooms.clock(),
		finishedAt: null,
		hash: null,
		revision: 0,
	};
	return await save(rooms, fresh);
}

async function save(rooms: Rooms, snapshot: Snapshot): Promise<Snapshot> {
	const [record] = await writeRecords(rooms, [snapshotWrite(snapshot)]);
	return { ...snapshot, revision: record?.revision ?? snapshot.revision + 1 };
}

async function definitionsNow(rooms: Rooms): Promise<CapturedDefinitions> {
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	const { definitions } = rooms.contacts;
	return {
		definitions: await definitions.list(),
		archived: await definitions.list({ archived: true }),
		groups: await definitions.groups(),
	};
}

/** Flags, the spine's own policies, and the spine as configured. */
export async function settingsNow(rooms: Rooms, spine: string | null): Promise<CapturedSettings> {
	const documents: CapturedSettings['documents'][number][] = [];
	for (const kind of ['flag', 'policy'] as const) {
		for await (const record of recordsOf(rooms, { kind })) {
			if (kind === 'policy' && record.spine !== null && record.spine !== spine) continue;
			documents.push({ kind, id: record.id, spine: record.spine, body: record.body });
		}
	}
	documents.sort((a, b) => (`${a.kind}/${a.id}` < `${b.kind}/${b.id}` ? -1 : 1));
	const record = spine === null ? null : await rooms.ledger.spines.get(spine);
	if (spine !== null && record === null) throw gateError('ledger-spine-unknown', { spine });
	return {
		documents,
		spine: record && { settings: record.settings, version: record.version, paused: record.paused },
	};
}

async function workflowsNow(rooms: Rooms, ids: readonly string[]): Promise<readonly unknown[]> {
	const found: unknown[] = [];
	for (const workflow of ids) {
		if (!rooms.workflows) throw gateError('snapshot-no-n8n');
		const state = await rooms.workflows.read(workflow);
		if (!state) throw gateError('snapshot-workflow-unknown', { workflow });
		found.push(state);
	}
	return found;
}

async function withParts(rooms: Rooms, snapshot: Snapshot): Promise<Snapshot> {
	const { scope } = snapshot;
	const parts: Record<string, PartRef | null> = { ...snapshot.parts };
	if (scope.definitions && !parts.definitions)
		parts.definitions = await putPart(rooms, await definitionsNow(rooms));
	if (scope.workflows.length > 0 && !parts.workflows)
		parts.workflows = await putPart(rooms, await workflowsNow(rooms, scope.workflows));
	parts.settings ??= await putPart(rooms, await settingsNow(rooms, scope.spine));
	const bytes = Object.values(parts).reduce((sum, part) => sum + (part?.bytes ?? 0), 0);
	return await save(rooms, {
		...snapshot,
		parts: parts as Snapshot['parts'],
		bytes: snapshot.bytes + bytes,
	});
}

async function withChunk(rooms: Rooms, snapshot: Snapshot, ids: readonly string[]): Promise<Snapshot> {
	const found = await readChunk(rooms, ids, snapshot.scope.properties);
	const { contacts } = snapshot;
	const ref = await putPart(rooms, found);
	const next: Snapshot = {
		...snapshot,
		contacts: {
			chunks: contacts.chunks + 1,
			found: contacts.found + found.length,
			gone: contacts.gone + ids.length - found.length,
			lastId: ids.at(-1) ?? contacts.lastId,
			root: digest([contacts.root, ref.content]),
		},
		bytes: snapshot.bytes + ref.bytes,
	};
	const writes = [snapshotWrite(next), chunkWrite(snapshot, contacts.chunks, ref)];
	const [record] = await writeRecords(rooms, writes);
	rooms.progress?.(`${next.contacts.found} contacts captured (${Math.round(next.bytes / 1024)} KiB stored).`);
	return { ...next, revision: record?.revision ?? snapshot.revision + 1 };
}

/**
 * Captures a snapshot, or goes on with the one of that id where it stopped: settings, definitions and workflows first,
 * then the contacts in chunks, each journalled as it is stored. A complete one is given back as it is.
 *
 * @throws `snapshot-other-scope`, `snapshot-busy`, `snapshot-read-failed`, and what the ports throw
 */
export async function capture(rooms: Rooms, request: CaptureRequest): Promise<Snapshot> {
	let snapshot = await begin(rooms, request);
	if (snapshot.state === 'complete') return snapshot;
	if (!snapshot.parts.settings) snapshot = await withParts(rooms, snapshot);
	if (request.scope.properties.length > 0) {
		for await (const ids of refilled(request.contacts(snapshot.contacts.lastId)))
			snapshot = await withChunk(rooms, snapshot, ids);
	}
	const { contacts, parts } = snapshot;
	const contents = [parts.definitions, parts.workflows, parts.settings].map((ref) => ref?.content ?? null);
	const done: Snapshot = {
		...snapshot,
		state: 'complete',
		finishedAt: rooms.clock(),
		hash: digest(asJson([contacts.root, contents])),
	};
	const [record] = await writeRecords(
		rooms,
		[snapshotWrite(done)],
		[
			{
				kind: 'snapshot.captured',
				spine: done.scope.spine,
				subject: done.release ?? done.id,
				sentence: `Snapshot ${done.id} was captured: ${contacts.found} contacts, ${done.scope.workflows.length} workflows.`,
				data: {
					snapshot: done.id,
					hash: done.hash,
					contacts: contacts.found,
					bytes: done.bytes,
					by: rooms.by,
				},
			},
		],
	);
	return { ...done, revision: record?.revision ?? done.revision };
}
