import { spaceOf } from '../../core/delivery/key';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Turn } from '../../core/delivery/turns';
import type { Space } from '../../core/delivery/types';
import { lookSchema } from '../../core/stability/documents';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';
import { openSlot } from './collect';
import type { DeliverPorts } from './ports';

/** Who asks for a turn. */
export interface TurnRequest {
	readonly spine: SpineRecord;
	/** The execution that runs the spine again and again. */
	readonly owner: string;
}

/** What the newest look says of the error budget; `unknown` before the first. */
async function budgetOf(ledger: Ledger, spine: string): Promise<'healthy' | 'spent' | 'unknown'> {
	const [newest] = await ledger.records.list({ kind: 'verdict', spine, limit: 1 });
	return newest === undefined ? 'unknown' : documentOf(newest, lookSchema).errorBudget;
}

/**
 * Whether an owner runs the spine once more: see `decideTurn`. Brings the spine up to date first, so that what a run
 * that died left behind counts. Throws what the ledger and the cadence throw.
 */
export async function takeTurn(
	{ ledger, now }: Omit<DeliverPorts, 'by'>,
	{ spine, owner }: TurnRequest,
): Promise<Turn> {
	const { settings, paused } = spine;
	await ledger.deliveries.sweep(settings.spine);
	const space: Space = spaceOf(settings.mode, settings.dryRun);
	const slot = openSlot(spine, now());
	const [waiting] = slot === null ? [] : await ledger.deliveries.unsent(settings.spine, space, 1);
	return await ledger.turns.take(settings.spine, space, owner, {
		paused,
		slot: slot?.id ?? null,
		budget: await budgetOf(ledger, settings.spine),
		parallelRuns: settings.parallelRuns ?? 1,
		leaseMs: settings.leaseMs,
		waiting: waiting !== undefined,
	});
}
