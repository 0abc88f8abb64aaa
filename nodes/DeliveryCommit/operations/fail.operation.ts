import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { readVendorFailure } from '../../../adapters/providers/failure';
import { outcomeSentence } from '../../../core/delivery/outcome-words';
import { failDeliveries } from '../../../app/deliver/fail';
import { shownFor } from '../../kit/descriptions';
import { type OwnBatch, ownDeliveries } from '../../kit/envelope';
import { noteExecution } from '../../kit/execution-note';
import { HARMLESS, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { DONE } from '../outputs';
import { leave, type Placed } from '../place';
import { Parameters } from '../../kit/parameters';

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

/** Fails each delivery. Outputs: refused (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const batches: OwnBatch[] = [];
		const single = ownDeliveries(ctx, out, { claimed: true, batch: (one) => batches.push(one) });
		const own: readonly Placed[] = [
			...single.map((one) => ({ ...one, shared: false })),
			...batches.flatMap(({ index, members }) =>
				members.map(({ envelope }) => ({ index, envelope, shared: true })),
			),
		];
		if (own.length === 0) return;
		const parameters = new Parameters(ctx);
		const results = await failDeliveries(
			await withLedger(ctx),
			own.map(({ index, envelope, shared }) => ({ envelope, json: out.items[index]?.json, shared })),
			{
				stage: parameters.text('stage'),
				replay: parameters.text('retryable'),
				reason: parameters.text('reason'),
				vendor: readVendorFailure,
				by: `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`,
			},
		);
		own.forEach((delivery, at) => {
			const became = results[at];
			if (!became) return;
			const { request, result, everybody } = became;
			if (result.status === 'refused') {
				const { reason, explanation } = result;
				leave(out, HARMLESS, delivery, { releaseGate: { status: 'refused', reason, message: explanation } });
				return;
			}
			const replays = result.status === 'failed' ? { willReplay: result.willReplay } : {};
			const { failureClass: stage, reason: message } = request;
			const remedy = everybody ? { reason: everybody.code, remedy: everybody.remedy } : {};
			const releaseGate = { status: result.status, stage, message, ...remedy, ...replays };
			leave(out, DONE, delivery, { releaseGate });
		});
		const failed = results.flatMap(({ request, result }) =>
			result.status === 'refused' ? [] : [request.reason],
		);
		const [{ envelope: first } = { envelope: null }] = own;
		const outcomes = [{ word: 'failed', count: failed.length, reasons: failed }];
		noteExecution(ctx, { ...(first && { spine: first.spine, slot: first.slot }), outcomes });
		const said = outcomeSentence(outcomes);
		if (said !== '') ctx.addExecutionHints({ message: said, type: 'warning', location: 'outputPane' });
		for (const message of new Set(results.flatMap(({ everybody }) => everybody?.message ?? []))) {
			ctx.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
		}
	});
}
