import { canonicalJson, sha256 } from '../../core/delivery/canonical';
import type { Diff, DiffRow } from '../../core/snapshot/diff';
import type { Snapshot } from '../../core/snapshot/documents';
import { kinds } from './kinds';
import type { View } from './kinds/kind';
import type { SnapshotPorts } from './ports';

/** What a snapshot holds. */
export const snapshotView = (ports: SnapshotPorts, snapshot: Snapshot): View => ({
	title: `snapshot ${snapshot.id}`,
	ports,
	snapshot,
	now: false,
});

/** What is there now of what a snapshot covers; read when it is looked at. */
export const nowView = (ports: SnapshotPorts, snapshot: Snapshot): View => ({
	title: 'now',
	ports,
	snapshot,
	now: true,
});

/**
 * Compares two views, kind by kind. Contacts are streamed; `limit` bounds the rows that are kept, the counts are of
 * all.
 */
export async function diffViews(before: View, after: View, limit: number): Promise<Diff> {
	const counts: Record<string, number> = {};
	const rows: DiffRow[] = [];
	let all = 0;
	for (const kind of kinds)
		for await (const row of kind.diff(before, after)) {
			all += 1;
			counts[row.part] = (counts[row.part] ?? 0) + 1;
			if (rows.length < limit) rows.push(row);
		}
	return { before: before.title, after: after.title, counts, rows, more: all - rows.length };
}

/**
 * Names the state of everything `base` holds, as `view` has it: values, definitions with the options of `base`,
 * published graphs and settings of workflows, flags and the spine's settings. What a release added beside it does not
 * count, and neither do version numbers and times. Equal hashes: everything is back.
 */
export async function stateHash(base: View, view: View): Promise<string> {
	const states: Record<string, unknown> = {};
	for (const kind of kinds) states[kind.name] = await kind.state(base, view);
	return sha256(canonicalJson(states));
}
