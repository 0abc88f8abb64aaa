import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Route, routeDelivery } from '../../../core/delivery/routing';
import type { DeliveryRef } from '../../../core/delivery/types';
import { refOf } from '../../../core/delivery/envelope';
import { holdOf } from '../../kit/admission';
import { now } from '../../kit/clock';
import { shownFor } from '../../kit/descriptions';
import { ownDeliveries } from '../../kit/envelope';
import { overItems, reportOf } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { runningOf } from '../../kit/running';
import { spinesOf } from '../../../app/deliver/spines';
import { recordRehearsed } from '../../../app/release';

export const option = {
	name: 'Route Deliveries',
	value: 'route',
	action: 'Route deliveries',
	description: 'Lead each delivery to live, dry run or held, by the state of its spine',
};

export const description: INodeProperties[] = shownFor({ operation: ['route'] }, [
	{
		displayName:
			'Connect "live" to the claim that leads to the send, "dry run" to a branch without a send, and leave "held" open: what is paused, unknown or carries no delivery ends there. So does what a run would deliver that is not the released version of the workflow, or that a person started on an unreleased draft. The reason is in the field releaseGate.',
		name: 'routeNotice',
		type: 'notice',
		default: '',
	},
]);

const OUTPUTS: Readonly<Record<Route['branch'], number>> = { held: 0, live: 1, 'dry-run': 2 };

/** Routes each delivery. Outputs: held (0), live (1), dry run (2). Items without a delivery are held. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 3, async (out) => {
		const own = ownDeliveries(ctx, out);
		if (own.length === 0) return;
		const ledger = await withLedger(ctx);
		const spines = await spinesOf(
			ledger,
			own.map(({ envelope }) => envelope.spine),
		);
		const rehearsed = new Map<string, Pick<DeliveryRef, 'spine' | 'space'>>();
		for (const { index, envelope } of own) {
			const spine = spines.get(envelope.spine) ?? null;
			const { branch, reason } = routeDelivery({
				mode: envelope.mode,
				spine,
				recipient: envelope.recipient,
			});
			const hold = branch === 'live' && spine ? await holdOf(ctx, ledger, spine) : null;
			if (hold) {
				out.refuse(index, reportOf(hold, 'held'), { delivery: envelope });
				continue;
			}
			if (branch === 'dry-run') {
				const { spine: name, space } = refOf(envelope);
				rehearsed.set(`${name}/${space}`, { spine: name, space });
			}
			out.put(OUTPUTS[branch], index, {
				delivery: envelope,
				releaseGate: { status: branch, message: reason, ...(spine ? { spineVersion: spine.version } : {}) },
			});
		}
		const running = rehearsed.size > 0 ? runningOf(ctx) : null;
		if (running)
			for (const { spine, space } of rehearsed.values())
				await recordRehearsed({ ledger, now }, spine, space, running.workflow, running.fingerprint);
	});
}
