import { gateError } from '../../core/errors';
import { changesHash, type ChangeList } from '../../core/snapshot/changes';
import type { Journal, Snapshot } from '../../core/snapshot/documents';
import { loadJournal, saveJournal } from './journal';
import { kindsInOrder } from './kinds';
import { together } from './kinds/kind';
import type { SnapshotPorts } from './ports';
import { completeSnapshot } from './store';

/** The journal of the release: what it intends to do, before anything is done. */
async function begin(
	ports: SnapshotPorts,
	release: string,
	snapshot: Snapshot,
	changes: ChangeList,
): Promise<Journal> {
	const known = await loadJournal(ports, release);
	const hash = changesHash(changes);
	if (known) {
		if (known.changes !== hash || known.snapshot !== snapshot.id)
			throw gateError('changes-differ', { release });
		return known;
	}
	const entries: Record<string, Journal['entries'][string]> = {};
	for (const kind of kindsInOrder) entries[kind.journalled] = await kind.intend(ports, snapshot, changes);
	return await saveJournal(
		ports,
		{ release, snapshot: snapshot.id, changes: hash, state: 'applying', entries, revision: 0 },
		snapshot.scope.spine,
	);
}

/**
 * Performs a release's change list, writing down each thing before it is done and what came of it after: definitions,
 * values, workflows, the spine's settings, flags. Killed and run again with the same list, it goes on where it was.
 *
 * @throws `changes-not-captured` before anything is written, `changes-differ`, `changes-refused`,
 * `release-rolled-back`, and what the ports throw
 */
export async function applyRelease(
	ports: SnapshotPorts,
	release: string,
	snapshotId: string,
	changes: ChangeList,
) {
	const snapshot = await completeSnapshot(ports, snapshotId);
	for (const kind of kindsInOrder) await kind.check(ports, snapshot, changes);
	const rollbacks = await ports.ledger.records.list({ kind: 'rollback', parent: release, limit: 1 });
	if (rollbacks.length > 0) throw gateError('release-rolled-back', { release });
	let journal = await begin(ports, release, snapshot, changes);
	const keep = async (next: Journal): Promise<void> => {
		journal = await saveJournal(ports, next, snapshot.scope.spine);
	};
	const reports = [];
	for (const kind of kindsInOrder) {
		const { journalled } = kind;
		const entries = journal.entries[journalled] ?? null;
		const note = (next: typeof entries): Promise<void> =>
			keep({ ...journal, entries: { ...journal.entries, [journalled]: next } });
		reports.push(await kind.apply({ ports, release, snapshot, changes, entries, note }));
	}
	if (journal.state !== 'applied') await keep({ ...journal, state: 'applied' });
	return { release, snapshot: snapshot.id, state: 'applied' as const, ...together(reports) };
}
