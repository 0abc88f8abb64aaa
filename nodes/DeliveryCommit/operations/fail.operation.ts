import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { refOf } from '../../../core/delivery/envelope';
import { classifyFailure, readNodeFailure } from '../../../core/delivery/failure';
import type { DeliveryState, FailureClass } from '../../../core/delivery/types';
import type { FailRequest } from '../../../core/delivery/sends';
import { shownFor } from '../../kit/descriptions';
import { ownDeliveries } from '../../kit/envelope';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { DONE } from '../outputs';
import { textParameter } from '../../kit/parameters';

export const option = {
	name: 'Fail',
	value: 'fail',
	action: 'Fail deliveries',
	description: 'Record where deliveries failed: again in this slot, for good, or in doubt',
};

export const description: INodeProperties[] = shownFor({ operation: ['fail'] }, [
	{
		displayName: 'Stage',
		name: 'stage',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: "From the delivery's state in the ledger" },
			{ name: 'Before Generation', value: 'before-generation' },
			{ name: 'Commit', value: 'commit' },
			{ name: 'Generation', value: 'generation' },
			{ name: 'Send', value: 'send' },
		],
		default: 'auto',
		description:
			'Where the delivery failed. Once its send was confirmed, a failure counts as one of the send, whatever is chosen here.',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		placeholder: 'e.g. The text is too long',
		description: 'One sentence for all items, without contact data; read from the failed node if empty',
	},
	{
		displayName: 'Replay',
		name: 'retryable',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: 'As the failure suggests' },
			{ name: 'No', value: 'no' },
			{ name: 'Yes', value: 'yes' },
		],
		default: 'auto',
		description: 'Whether the delivery may be claimed again in the same slot, as far as replays are left',
	},
]);

const begun: ReadonlySet<DeliveryState | undefined> = new Set(['sending', 'in-doubt', 'committed']);

/** A confirmed send may have left: calling it a failed generation would let it be sent again. */
const stageOf = (chosen: string, state: DeliveryState | undefined): FailureClass => {
	if (chosen === 'commit') return 'commit';
	if (begun.has(state)) return 'send';
	return chosen === 'before-generation' ? 'before-generation' : chosen === 'send' ? 'send' : 'generation';
};

/** Fails each delivery. Outputs: refused (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const own = ownDeliveries(ctx, out, { claimed: true });
		if (own.length === 0) return;
		const chosen = textParameter(ctx, 'stage');
		const replay = textParameter(ctx, 'retryable');
		const told = textParameter(ctx, 'reason');
		const ledger = await withLedger(ctx);
		const refs = own.map(({ envelope }) => refOf(envelope));
		const records = await ledger.deliveries.get(refs);
		const batch = own.map(({ index, envelope }, at): FailRequest => {
			const failureClass = stageOf(chosen, records[at]?.state);
			const read = classifyFailure({
				...readNodeFailure(out.items[index]?.json),
				stage: failureClass,
			});
			return {
				ref: refOf(envelope),
				token: envelope.token ?? 0,
				failureClass,
				sent: read.sent,
				retryable: replay === 'auto' ? read.retryable : replay === 'yes',
				reason: told || read.reason,
			};
		});
		const results = await ledger.deliveries.fail(batch);
		own.forEach(({ index, envelope }, at) => {
			const result = results[at];
			const request = batch[at];
			if (!result || !request) return;
			if (result.status === 'refused') {
				const report = { status: 'refused', reason: result.reason, message: result.explanation };
				out.refuse(index, report, { delivery: envelope });
				return;
			}
			const replays = result.status === 'failed' ? { willReplay: result.willReplay } : {};
			const { failureClass: stage, reason: message } = request;
			const releaseGate = { status: result.status, stage, message, ...replays };
			out.put(DONE, index, { delivery: envelope, releaseGate });
		});
	});
}
