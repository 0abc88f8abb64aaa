import { canonicalJson, digest, sha256, sameJson } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import type { CaptureScope, Snapshot } from '../../core/snapshot/documents';
import { compareIds, pieces } from '../../core/snapshot/plain';
import { kinds } from './kinds';
import type { Capturing } from './kinds/kind';
import { CHUNK, type ContactSource, type SnapshotPorts } from './ports';
import { saveSnapshot, snapshotOf } from './store';
import { baselineOf } from './target';

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

async function begin(ports: SnapshotPorts, { id, release, scope }: CaptureRequest): Promise<Snapshot> {
	const [known] = await ports.ledger.records.get('snapshot', [id]);
	if (known) {
		const snapshot = snapshotOf(known);
		if (!sameJson(snapshot.scope, scope)) throw gateError('snapshot-other-scope', { snapshot: id });
		return snapshot;
	}
	return await saveSnapshot(ports, {
		id,
		release,
		baseline: await baselineOf(ports, scope.spine, release),
		state: 'capturing',
		scope,
		contacts: { chunks: 0, found: 0, gone: 0, lastId: null, root: digest([]) },
		parts: {},
		bytes: 0,
		startedAt: ports.clock(),
		finishedAt: null,
		hash: null,
		revision: 0,
	});
}

/**
 * Captures a snapshot, or goes on with the one of that id where it stopped: each kind of thing after the other, the contacts
 * last and in chunks, each written down as it is stored. A complete one is given back as it is.
 *
 * @throws `snapshot-other-scope`, `snapshot-busy`, `snapshot-read-failed`, and what the ports throw
 */
export async function capture(ports: SnapshotPorts, request: CaptureRequest): Promise<Snapshot> {
	let snapshot = await begin(ports, request);
	if (snapshot.state === 'complete') return snapshot;
	const run: Capturing = {
		ports,
		contacts: request.contacts,
		save: (next, further) => saveSnapshot(ports, next, further),
	};
	for (const kind of kinds) snapshot = await kind.capture(run, snapshot);
	const { contacts, parts, scope, id, release, bytes } = snapshot;
	const contents = Object.entries(parts).map(([part, ref]) => [part, ref?.content ?? null]);
	const hash = sha256(canonicalJson([contacts.root, Object.fromEntries(contents)]));
	return await saveSnapshot(
		ports,
		{ ...snapshot, state: 'complete', finishedAt: ports.clock(), hash },
		[],
		[
			{
				kind: 'snapshot.captured',
				spine: scope.spine,
				subject: release ?? id,
				sentence: `Snapshot ${id} was captured: ${contacts.found} contacts, ${scope.workflows.length} workflows.`,
				data: { snapshot: id, hash, contacts: contacts.found, bytes, by: ports.by },
			},
		],
	);
}
