import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NEVER_CLAIMED, refOf } from '../../../core/delivery/envelope';
import type { Envelope } from '../../../core/delivery/types';
import type { ConfirmRequest, TokenRef } from '../../../core/delivery/record';
import { gateError } from '../../../core/errors';
import { spinesOf } from '../../../app/deliver/spines';
import { holdOf } from '../../kit/admission';
import { shownFor } from '../../kit/descriptions';
import { type OwnDelivery, ownDeliveries } from '../../kit/envelope';
import { findTexts } from '../../kit/fields';
import { type ItemOutputs, overItems, reportOf } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { Parameters } from '../../kit/parameters';
import { startedByHand } from '../../kit/running';
import { batchingOf, batchParameters, composed, putInCalls } from '../in-batches';
import type { Ledger } from '../../../app/ledger/api';

export const option = {
	name: 'Confirm Before Send',
	value: 'confirm',
	action: 'Confirm deliveries before the send',
	description: 'The last look before a send: token, lease, pause, window and gap',
};

export const description: INodeProperties[] = shownFor({ operation: ['confirm'] }, [
	{
		displayName:
			'Place this directly before the node that sends. What leaves at "send" may be sent once; from then on the delivery is settled by Delivery Commit only. A dry run leaves at "rehearse": lead it to Delivery Commit, past the send. Do not turn on Retry On Fail of a sending node that is not idempotent.',
		name: 'confirmNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Asset ID Field',
		name: 'assetIdField',
		type: 'string',
		default: '',
		placeholder: 'e.g. assetId',
		description:
			'Name of the field with the ID of what is about to be sent, on the item or on an earlier linked one. It is kept with the delivery, so that a send whose end nobody knew is written to HubSpot as any other once it is settled.',
	},
	...shownFor({ '@version': [{ _cnd: { gte: 2 } }] }, batchParameters),
]);

const SEND = 1;
const REHEARSE = 2;
const SEND_BATCH = 3;

/** From this version of the node on rehearsals have an output of their own. */
const REHEARSES_FROM = 2;

/**
 * What of a run that a person started may go on: the claim before it may have come from an earlier run, whose data the
 * editor keeps.
 */
async function admitted(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	out: ItemOutputs,
	own: readonly OwnDelivery[],
): Promise<readonly OwnDelivery[]> {
	if (!startedByHand(ctx)) return own;
	const live = own.filter(({ envelope }) => envelope.mode === 'live').map(({ envelope }) => envelope.spine);
	const spines = await spinesOf(ledger, live);
	const going: OwnDelivery[] = [];
	for (const one of own) {
		const spine = one.envelope.mode === 'live' ? spines.get(one.envelope.spine) : null;
		const hold = spine ? await holdOf(ctx, ledger, spine) : null;
		if (hold) out.refuse(one.index, reportOf(hold, 'stopped'), { delivery: one.envelope });
		else going.push(one);
	}
	return going;
}

/**
 * Moves the granted deliveries to `sending`. Outputs: stop (0), send (1), from version 2 on rehearse (2) and, where it is
 * asked for, send batch (3). What is rehearsed never leaves at send: version 1, which has no output for it, stops it and
 * leaves its claim as it is.
 */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const rehearses = ctx.getNode().typeVersion >= REHEARSES_FROM;
	const parameters = new Parameters(ctx);
	const outputs = !rehearses ? 2 : parameters.flag('batches') ? 4 : 3;
	return await overItems(ctx, outputs, async (out) => {
		const strangers: TokenRef[] = [];
		const unclaimed = (envelope: Envelope): void =>
			void strangers.push({ ref: refOf(envelope), token: NEVER_CLAIMED });
		const claimed = ownDeliveries(ctx, out, { claimed: true, unclaimed });
		const own = claimed.filter(({ index, envelope }) => {
			if (rehearses || refOf(envelope).space === 'live') return true;
			out.refuse(index, gateError('rehearsal-at-send', { item: index }), { delivery: envelope });
			return false;
		});
		if (own.length + strangers.length === 0) return;
		const batching = rehearses ? batchingOf(parameters) : null;
		const ledger = await withLedger(ctx);
		// A workflow that comes this far without a claim has lost it: the ledger refuses, and remembers for the monitor.
		if (strangers.length > 0) await ledger.deliveries.confirm(strangers);
		const going = await admitted(ctx, ledger, out, own);
		if (going.length === 0) return;
		const assets = findTexts(ctx, out.items, parameters.text('assetIdField'));
		const isLive = ({ envelope }: OwnDelivery): boolean => refOf(envelope).space === 'live';
		const live = going.filter(isLive);
		const messages = batching ? composed(ctx, out, live, assets, batching) : null;
		const last: readonly OwnDelivery[] = [...(messages ?? live), ...going.filter((one) => !isLive(one))];
		const batch = last.map(({ index, envelope }): ConfirmRequest => ({
			ref: refOf(envelope),
			token: envelope.token ?? 0,
			assetId: assets[index],
		}));
		const results = await ledger.deliveries.confirm(batch);
		const granted = new Set<number>();
		last.forEach((one, at) => {
			const { index, envelope } = one;
			const result = results[at];
			if (result?.status === 'send') {
				granted.add(index);
				if (!isLive(one)) out.put(REHEARSE, index, { delivery: envelope });
				else if (!batching) out.put(SEND, index, { delivery: envelope });
			} else if (result) {
				out.refuse(
					index,
					{ status: 'stopped', reason: result.reason, message: result.explanation },
					{ delivery: envelope },
				);
			}
		});
		if (batching && messages) {
			const confirmed = messages.filter(({ index }) => granted.has(index));
			putInCalls(ctx, out, SEND_BATCH, confirmed, assets, batching);
		}
	});
}
