import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Route, routeDelivery } from '../../../core/delivery/routing';
import { shownFor } from '../../kit/descriptions';
import { ownDeliveries } from '../../kit/envelope';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { spinesOf } from '../../../app/deliver/spines';

export const option = {
	name: 'Route Deliveries',
	value: 'route',
	action: 'Route deliveries',
	description: 'Lead each delivery to live, dry run or held, by the state of its spine',
};

export const description: INodeProperties[] = shownFor({ operation: ['route'] }, [
	{
		displayName:
			'Connect "live" to the claim that leads to the send, "dry run" to a branch without a send, and leave "held" open: what is paused, unknown or carries no delivery ends there. The reason is in the field releaseGate.',
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
		const spines = await spinesOf(
			await withLedger(ctx),
			own.map(({ envelope }) => envelope.spine),
		);
		for (const { index, envelope } of own) {
			const spine = spines.get(envelope.spine) ?? null;
			const { branch, reason } = routeDelivery({
				mode: envelope.mode,
				spine,
				recipient: envelope.recipient,
			});
			out.put(OUTPUTS[branch], index, {
				delivery: envelope,
				releaseGate: { status: branch, message: reason, ...(spine ? { spineVersion: spine.version } : {}) },
			});
		}
	});
}
