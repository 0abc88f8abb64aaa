import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NEVER_CLAIMED, refOf } from '../../../core/delivery/envelope';
import type { Envelope } from '../../../core/delivery/types';
import type { TokenRef } from '../../../core/delivery/record';
import { shownFor } from '../../kit/descriptions';
import { ownDeliveries } from '../../kit/envelope';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';

export const option = {
	name: 'Confirm Before Send',
	value: 'confirm',
	action: 'Confirm deliveries before the send',
	description: 'The last look before a send: token, lease, pause, window and gap',
};

export const description: INodeProperties[] = shownFor({ operation: ['confirm'] }, [
	{
		displayName:
			'Place this directly before the node that sends. What leaves at "send" may be sent once; from then on the delivery is settled by Delivery Commit only. Do not turn on Retry On Fail of a sending node that is not idempotent.',
		name: 'confirmNotice',
		type: 'notice',
		default: '',
	},
]);

const SEND = 1;

/** Moves the granted deliveries to `sending`. Outputs: stop (0), send (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const unheld: TokenRef[] = [];
		const unclaimed = (envelope: Envelope): void =>
			void unheld.push({ ref: refOf(envelope), token: NEVER_CLAIMED });
		const own = ownDeliveries(ctx, out, { claimed: true, unclaimed });
		if (own.length + unheld.length === 0) return;
		const ledger = await withLedger(ctx);
		// A workflow that comes this far without a claim has lost it: the ledger refuses, and remembers for the monitor.
		if (unheld.length > 0) await ledger.deliveries.confirm(unheld);
		if (own.length === 0) return;
		const batch = own.map(({ envelope }): TokenRef => ({ ref: refOf(envelope), token: envelope.token ?? 0 }));
		const results = await ledger.deliveries.confirm(batch);
		own.forEach(({ index, envelope }, at) => {
			const result = results[at];
			if (result?.status === 'send') out.put(SEND, index, { delivery: envelope });
			else if (result) {
				out.refuse(
					index,
					{ status: 'stopped', reason: result.reason, message: result.explanation },
					{ delivery: envelope },
				);
			}
		});
	});
}
