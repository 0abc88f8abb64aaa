import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { nextStages, stages, type Stage } from '../../core/release/stages';
import { chunkIds, loadSnapshot, recordsOf, snapshotOf } from './book';
import type { PartRef, Snapshot } from '../../core/snapshot/model';
import type { Rooms } from './ports';

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
async function neededBecause(rooms: Rooms, snapshot: Snapshot): Promise<string | null> {
	if (snapshot.release === null) return null;
	const [release] = await rooms.ledger.records.get('release', [snapshot.release]);
	const stage = release?.body.stage;
	if (typeof stage !== 'string' || !(stages as readonly string[]).includes(stage)) return null;
	return nextStages(stage as Stage).length > 0 && stage !== 'rolled-back'
		? `its release ${snapshot.release} is ${stage} and may be rolled back`
		: null;
}

async function blobsOf(rooms: Rooms, snapshot: Snapshot): Promise<readonly string[]> {
	const chunks = await rooms.ledger.records.get('journal', chunkIds(snapshot));
	const refs = [
		...chunks.map((record) => record?.body as PartRef | undefined),
		...Object.values(snapshot.parts),
	];
	return refs.flatMap((ref) => (ref ? [ref.blob] : []));
}

/** Removes one snapshot with its chunks and the bytes no other snapshot or journal shares. */
async function remove(rooms: Rooms, snapshot: Snapshot, shared: ReadonlySet<string>): Promise<number> {
	const own = (await blobsOf(rooms, snapshot)).filter((blob) => !shared.has(blob));
	await rooms.ledger.records.remove('snapshot', [snapshot.id]);
	await rooms.ledger.records.remove('journal', chunkIds(snapshot));
	return await rooms.ledger.blobs.remove(own);
}

/** Removes one snapshot on request. @throws `snapshot-unknown`, `snapshot-in-use` */
export async function removeSnapshot(rooms: Rooms, id: string): Promise<SnapshotPruneReport> {
	const snapshot = await loadSnapshot(rooms, id);
	const reason = await neededBecause(rooms, snapshot);
	if (reason) throw gateError('snapshot-in-use', { snapshot: id, reason });
	const blobs = await remove(rooms, snapshot, await sharedWith(rooms, new Set([id])));
	return { removed: [id], kept: [], blobs };
}

/** Blobs that snapshots other than those named, and journals of releases, refer to. */
async function sharedWith(rooms: Rooms, but: ReadonlySet<string>): Promise<ReadonlySet<string>> {
	const shared = new Set<string>();
	for await (const record of recordsOf(rooms, { kind: 'snapshot' })) {
		if (but.has(record.id)) continue;
		for (const blob of await blobsOf(rooms, snapshotOf(record))) shared.add(blob);
	}
	return shared;
}

/** Removes what the retention lets go; snapshots whose release may still be rolled back stay, and are named. */
export async function pruneSnapshots(
	rooms: Rooms,
	retention: SnapshotRetention,
): Promise<SnapshotPruneReport> {
	const newest = new Map<string, number>();
	const going: Snapshot[] = [];
	const kept: { id: string; reason: string }[] = [];
	const query = {
		kind: 'snapshot' as const,
		...(retention.spine === null ? {} : { spine: retention.spine }),
	};
	for await (const record of recordsOf(rooms, query)) {
		const snapshot = snapshotOf(record);
		const spine = snapshot.scope.spine ?? '';
		if (snapshot.state === 'complete') newest.set(spine, (newest.get(spine) ?? 0) + 1);
		const old = (snapshot.finishedAt ?? record.updatedAt) < retention.before;
		if (!old || (snapshot.state === 'complete' && (newest.get(spine) ?? 0) <= retention.keep)) continue;
		const reason = await neededBecause(rooms, snapshot);
		if (reason) kept.push({ id: snapshot.id, reason });
		else going.push(snapshot);
	}
	const shared = await sharedWith(rooms, new Set(going.map(({ id }) => id)));
	let blobs = 0;
	for (const snapshot of going) blobs += await remove(rooms, snapshot, shared);
	return { removed: going.map(({ id }) => id), kept, blobs };
}
