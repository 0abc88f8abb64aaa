import { gateError } from '../../core/errors';
import { releaseSchema, type ReleaseBody } from '../../core/release/documents';
import type { Stage } from '../../core/release/stages';
import type { Snapshot } from '../../core/snapshot/documents';
import { documentOf } from '../ledger/documents';
import type { SnapshotPorts } from './ports';
import { recordsOf } from './store';

/** How far a release got: whether it went live, and whether it was ever called stable. */
export interface ReleaseReach {
	readonly id: string;
	readonly live: boolean;
	readonly stable: boolean;
	readonly rolledBack: boolean;
}

const LIVE: ReadonlySet<Stage> = new Set(['deploying', 'monitoring', 'stable']);

/** How far a release got: by where it stands and where it went through. */
function reachOf(id: string, { stage, history }: ReleaseBody): ReleaseReach {
	const all = [...history.map((step) => step.stage), stage];
	const rolledBack = all.includes('rolled-back');
	return {
		id,
		live: all.some((one) => LIVE.has(one)) && !rolledBack,
		stable: all.includes('stable') && !rolledBack,
		rolledBack,
	};
}

/** Releases of a spine, newest first. Throws `ledger-record-unreadable`. */
async function releasesOf(ports: SnapshotPorts, spine: string): Promise<readonly ReleaseReach[]> {
	const found: ReleaseReach[] = [];
	for await (const record of recordsOf(ports, { kind: 'release', spine }))
		found.push(reachOf(record.id, documentOf(record, releaseSchema)));
	return found;
}

/** What is in production when a snapshot is captured: the newest release that went live and was not rolled back. */
export async function baselineOf(
	ports: SnapshotPorts,
	spine: string | null,
	release: string | null,
): Promise<Snapshot['baseline']> {
	if (spine === null) return null;
	const live = (await releasesOf(ports, spine)).find((entry) => entry.live && entry.id !== release);
	return live ? { release: live.id, stable: live.stable } : null;
}

/**
 * Whether going back to a snapshot is going back to something proven. What was in production when it was captured must
 * have reached stable, by now at the latest; a spine without any release before is what it always was. `wanted`
 * names the release to go back to, if somebody asks for a certain one.
 *
 * @throws `rollback-target-unproven`, with the last known good as the remedy
 */
export async function checkTarget(
	ports: SnapshotPorts,
	snapshot: Snapshot,
	wanted: string | null,
): Promise<void> {
	const { baseline, scope } = snapshot;
	const target = wanted ?? baseline?.release ?? null;
	if (target === null || scope.spine === null) return;
	const releases = await releasesOf(ports, scope.spine);
	const reached = releases.find(({ id }) => id === target);
	const sameState = wanted === null || wanted === baseline?.release;
	if (sameState && (reached?.stable ?? baseline?.stable) === true) return;
	const good = releases.find(({ id, stable }) => stable && id !== snapshot.release);
	throw gateError('rollback-target-unproven', {
		target,
		lastGood: good
			? `The last known good is ${good.id}: roll back what came after it, newest first.`
			: 'No release of this spine has reached stable yet: pause the spine and mend it forward.',
	});
}
