import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readEnvelope } from '../../core/delivery/envelope';
import type { Envelope } from '../../core/delivery/types';
import { gateError, type ReleaseGateError } from '../../core/errors';
import { Ancestry } from './ancestry';
import type { ItemOutputs } from './items';

/** The envelope of one item, or why there is none. */
export type EnvelopeResult =
	| {
			readonly status: 'found';
			readonly envelope: Envelope;
			/** Name of the earlier node it was found on; `null` if the item carries it itself. */
			readonly node: string | null;
	  }
	| { readonly status: 'refused'; readonly error: ReleaseGateError };

export interface EnvelopeOptions {
	/** Look further back for a claimed envelope of the same delivery when the nearest one has no token. */
	readonly claimed?: boolean;
}

/** What {@link ownDeliveries} is asked for. */
export interface OwnOptions extends EnvelopeOptions {
	/** Told of each delivery that was refused because it was never claimed. */
	readonly unclaimed?: (envelope: Envelope) => void;
}

const readAt = (json: IDataObject): Envelope | undefined => readEnvelope(json.delivery) ?? undefined;

const refusal = (
	item: INodeExecutionData | undefined,
	index: number,
	ambiguous: boolean,
): ReleaseGateError => {
	if (ambiguous) return gateError('envelope-ambiguous', { item: index });
	const carried = item?.json.delivery;
	return gateError(carried === undefined || carried === null ? 'envelope-missing' : 'envelope-unreadable', {
		item: index,
	});
};

/**
 * The envelope of each input item, in order: from its own `json.delivery`, else from the nearest earlier item it is
 * linked to, because the nodes in between may have replaced the json. One data proxy serves the batch. Of two
 * envelopes of one delivery the claimed one wins when `claimed` is asked for. Errors name the item and the remedy.
 */
export function findEnvelopes(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[] = ctx.getInputData(),
	options: EnvelopeOptions = {},
): EnvelopeResult[] {
	const claimedOnly = options.claimed === true;
	const found = new Ancestry(ctx).find(items, readAt, {
		ownFirst: true,
		complete: (envelope) => !claimedOnly || envelope.token !== undefined,
		improves: (nearest, earlier) =>
			nearest.token === undefined && earlier.token !== undefined && nearest.key === earlier.key,
	});
	return found.map((lookup, index) =>
		lookup.status === 'found'
			? { status: 'found', envelope: lookup.value, node: lookup.node }
			: { status: 'refused', error: refusal(items[index], index, lookup.status === 'ambiguous') },
	);
}

/** One input item with its envelope. */
export interface OwnDelivery {
	readonly index: number;
	readonly envelope: Envelope;
}

/**
 * The items of a run that carry a delivery, each delivery once. What carries none, or the same one again, leaves on
 * the harmless output with the reason. With `claimed`, so does what was never claimed.
 */
export function ownDeliveries(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	options: OwnOptions = {},
): OwnDelivery[] {
	const firstWith = new Map<string, number>();
	const own: OwnDelivery[] = [];
	findEnvelopes(ctx, out.items, options).forEach((result, index) => {
		if (result.status === 'refused') {
			out.refuse(index, result.error);
			return;
		}
		const { envelope } = result;
		const delivery = { delivery: envelope };
		const other = firstWith.get(envelope.key);
		if (options.claimed === true && envelope.token === undefined) {
			out.refuse(index, gateError('token-missing', { item: index }), delivery);
			options.unclaimed?.(envelope);
		} else if (other !== undefined) {
			out.refuse(index, gateError('duplicate-in-batch', { item: index, other }), delivery);
		} else {
			firstWith.set(envelope.key, index);
			own.push({ index, envelope });
		}
	});
	return own;
}
