import { nextStages } from '../../core/release/stages';
import { findRelease, promoteRelease } from '../release';
import { closeOrder } from '../watch/rollback';
import type { SnapshotPorts } from './ports';

/**
 * Tells the release that it was rolled back and closes the order that asked for it. `false` where the ledger knows no
 * such release, or one that is in a stage that cannot be rolled back; then nobody else writes the event.
 */
export async function finishRelease({ ledger, clock, by }: SnapshotPorts, release: string): Promise<boolean> {
	const ports = { ledger, now: clock };
	await closeOrder(ports, release);
	const found = await findRelease(ports, release);
	if (!found || !nextStages(found.body.stage).includes('rolled-back'))
		return found?.body.stage === 'rolled-back';
	await promoteRelease(ports, release, 'rolled-back', by);
	return true;
}
