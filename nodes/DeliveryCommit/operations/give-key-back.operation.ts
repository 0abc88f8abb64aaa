import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { readVendorFailure } from '../../../adapters/providers/failure';
import { classifyFailure, readNodeFailure } from '../../../core/delivery/failure';
import type { GivingBack } from '../../../core/once/record';
import { shownFor } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { originOf } from '../../kit/origin';
import { Parameters } from '../../kit/parameters';
import { keyClaimOf, keyParameters, refuseKey, wantedKeys } from '../key-parameters';
import { DONE } from '../outputs';

export const option = {
	name: 'Give Key Back',
	value: 'giveKeyBack',
	action: 'Give keys back',
	description: 'Record that nothing was done, so that the key may come again; or that nobody knows',
};

export const description: INodeProperties[] = shownFor({ operation: ['giveKeyBack'] }, [
	...keyParameters,
	{
		displayName: 'What Happened',
		name: 'happened',
		type: 'options',
		options: [
			{
				name: 'Automatic',
				value: 'auto',
				description:
					'Read from the failed node: a refusal, or no connection, proves that nothing was done; a timeout, a broken connection or a server error proves nothing and leaves the key in doubt',
			},
			{ name: 'Nobody Knows', value: 'unknown', description: 'The key is in doubt from now on' },
			{ name: 'Nothing', value: 'no', description: 'The key is free: the next run may do it' },
		],
		default: 'auto',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		placeholder: 'e.g. The order is on hold',
		description: 'One sentence for all items, without contact data; read from the failed node if empty',
	},
]);

/** What became of the work, as the user says or as the failed node's answer proves. */
function readingOf(json: unknown, happened: string, reason: string): Pick<GivingBack, 'happened' | 'reason'> {
	const read = classifyFailure({ ...readNodeFailure(json), stage: 'send' }, readVendorFailure(json));
	if (happened === 'no' || happened === 'unknown') return { happened, reason };
	return { happened: read.sent, reason: reason || read.reason };
}

/** What the user says of an item; an expression says it of each: a reading of the first item must not free the others. */
function happenedReader(ctx: IExecuteFunctions): (index: number) => string {
	const raw = ctx.getNode().parameters.happened;
	if (typeof raw === 'string' && raw.startsWith('='))
		return (index) => new Parameters(ctx, index).text('happened');
	const all = new Parameters(ctx).text('happened');
	return () => all;
}

/** Gives the key of each item back. Outputs: refused (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const reason = parameters.text('reason');
		const happened = happenedReader(ctx);
		const wanted = wantedKeys(ctx, out);
		if (wanted.length === 0) return;
		const batch = wanted.map(({ index, scope, key, token }) => ({
			scope,
			key,
			token,
			...readingOf(out.items[index]?.json, happened(index), reason),
		}));
		const settled = await (await withLedger(ctx)).keys.giveBack(batch, originOf(ctx));
		wanted.forEach((one, at) => {
			const became = settled[at];
			if (!became) return;
			if (became.status === 'refused') {
				refuseKey(out, one, became);
				return;
			}
			const status = became.state === 'free' ? 'given back' : 'in doubt';
			const message = batch[at]?.reason ?? '';
			const releaseGate = { status, ...(message === '' ? {} : { message }) };
			out.put(DONE, one.index, { keyClaim: keyClaimOf(one), releaseGate });
		});
	});
}
