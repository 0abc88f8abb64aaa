import { gateError } from '../../core/errors';
import { paceMs } from '../../core/snapshot/estimate';
import { loadJournal } from './journal';
import { kinds } from './kinds';
import { together, type Restoring } from './kinds/kind';
import type { SnapshotPorts } from './ports';
import { completeSnapshot } from './store';
import { checkTarget } from './target';

/**
 * Everything a restore goes by. `target`: the release to go back to; the snapshot's own baseline if `null`.
 *
 * @throws `release-not-applied`, `snapshot-unknown`, `snapshot-incomplete`, `rollback-target-unproven`
 */
export async function restoring(
	ports: SnapshotPorts,
	release: string,
	target: string | null,
): Promise<Restoring> {
	const journal = await loadJournal(ports, release);
	if (!journal) throw gateError('release-not-applied', { release });
	const snapshot = await completeSnapshot(ports, journal.snapshot);
	await checkTarget(ports, snapshot, target);
	return { ports, release, rollback: `${release}/rollback`, snapshot, journal };
}

/**
 * The dry run of a rollback: reads what is there now and says what would go back, what would be left and why, and
 * what it costs in calls and least time. Writes nothing.
 *
 * @throws `release-not-applied`, `rollback-target-unproven` and what the ports throw
 */
export async function planRestore(
	ports: SnapshotPorts,
	release: string,
	options: { readonly target: string | null; readonly callsPer10Seconds: number },
) {
	const run = await restoring(ports, release, options.target);
	const plans = [];
	for (const kind of kinds) plans.push(await kind.plan(run));
	const calls = plans.reduce((sum, plan) => sum + plan.calls, 0);
	return {
		release,
		snapshot: run.snapshot.id,
		pauses: run.snapshot.scope.spine,
		...together(plans.map(({ shown }) => shown)),
		left: plans.flatMap(({ left }) => left),
		calls,
		atLeastMs: paceMs(calls, options.callsPer10Seconds),
	};
}
