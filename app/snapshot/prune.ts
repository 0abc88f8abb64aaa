import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { nextStages, stages } from '../../core/release/stages';
import type { Snapshot } from '../../core/snapshot/documents';
import { kinds } from './kinds';
import type { SnapshotPorts } from './ports';
import { loadSnapshot, recordsOf, snapshotOf } from './store';

/** Which snapshots go. */
export interface SnapshotRetention {
	/** Spine whose snapshots are looked at; all of them if `null`. */
	readonly spine: string | null;
	/** Snapshots finished before this go. */
	readonly before: Instant;
	/** The newest complete ones of each spine stay, however old. */
	readonly keep: number;
}

export interface SnapshotPruneReport {
	readonly removed: readonly string[];
	/** Old enough, and kept: their release may still be rolled back. */
	readonly kept: readonly { readonly id: string; readonly reason: string }[];
	readonly blobs: number;
}

/** Why a snapshot is needed still; `null` if it is not. */
async function neededBecause(ports: SnapshotPorts, snapshot: Snapshot): Promise<string | null> {
	if (snapshot.release === null) return null;
	const [release] = await ports.ledger.records.get('release', [snapshot.release]);
	const stage = release?.body.stage;
	const known = stages.find((one) => one === stage);
	return known && nextStages(known).length > 0 && known !== 'rolled-back'
		? `its release ${snapshot.release} is ${known} and may be rolled back`
		: null;
}

async function blobsOf(ports: SnapshotPorts, snapshot: Snapshot): Promise<readonly string[]> {
	const blobs: string[] = [];
	for (const kind of kinds) blobs.push(...(await kind.blobs(ports, snapshot)));
	return blobs;
}

/** Removes one snapshot with its chunks and the bytes no other snapshot shares. */
async function remove(
	ports: SnapshotPorts,
	snapshot: Snapshot,
	shared: ReadonlySet<string>,
): Promise<number> {
	const own = (await blobsOf(ports, snapshot)).filter((blob) => !shared.has(blob));
	await ports.ledger.records.remove('snapshot', [snapshot.id]);
	for (const kind of kinds) await kind.forget(ports, snapshot);
	return await ports.ledger.blobs.remove(own);
}

/** Removes one snapshot on request. @throws `snapshot-unknown`, `snapshot-in-use` */
export async function removeSnapshot(ports: SnapshotPorts, id: string): Promise<SnapshotPruneReport> {
	const snapshot = await loadSnapshot(ports, id);
	const reason = await neededBecause(ports, snapshot);
	if (reason) throw gateError('snapshot-in-use', { snapshot: id, reason });
	const blobs = await remove(ports, snapshot, await sharedWith(ports, new Set([id])));
	return { removed: [id], kept: [], blobs };
}

/** Blobs that snapshots other than those named refer to. */
async function sharedWith(ports: SnapshotPorts, but: ReadonlySet<string>): Promise<ReadonlySet<string>> {
	const shared = new Set<string>();
	for await (const record of recordsOf(ports, { kind: 'snapshot' })) {
		if (but.has(record.id)) continue;
		for (const blob of await blobsOf(ports, snapshotOf(record))) shared.add(blob);
	}
	return shared;
}

/** Removes what the retention lets go; snapshots whose release may still be rolled back stay, and are named. */
export async function pruneSnapshots(
	ports: SnapshotPorts,
	retention: SnapshotRetention,
): Promise<SnapshotPruneReport> {
	const newest = new Map<string, number>();
	const going: Snapshot[] = [];
	const kept: { id: string; reason: string }[] = [];
	const query = {
		kind: 'snapshot' as const,
		...(retention.spine === null ? {} : { spine: retention.spine }),
	};
	for await (const record of recordsOf(ports, query)) {
		const snapshot = snapshotOf(record);
		const spine = snapshot.scope.spine ?? '';
		if (snapshot.state === 'complete') newest.set(spine, (newest.get(spine) ?? 0) + 1);
		const old = (snapshot.finishedAt ?? record.updatedAt) < retention.before;
		if (!old || (snapshot.state === 'complete' && (newest.get(spine) ?? 0) <= retention.keep)) continue;
		const reason = await neededBecause(ports, snapshot);
		if (reason) kept.push({ id: snapshot.id, reason });
		else going.push(snapshot);
	}
	const shared = await sharedWith(ports, new Set(going.map(({ id }) => id)));
	let blobs = 0;
	for (const snapshot of going) blobs += await remove(ports, snapshot, shared);
	return { removed: going.map(({ id }) => id), kept, blobs };
}
