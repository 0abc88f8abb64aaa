import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readEnvelope } from '../../core/delivery/envelope';
import type { Envelope } from '../../core/delivery/types';
import { gateError, type ReleaseGateError } from '../../core/errors';
import { Ancestry, type Lookup } from './ancestry';
import { type Batch, readBatch } from './batch';
import { HARMLESS, type ItemOutputs, reportOf } from './items';

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
	/** Told of each item that stands for several deliveries. Without it such an item carries none. */
	readonly batch?: (batch: OwnBatch) => void;
}

/** One input item that stands for several deliveries. */
export interface OwnBatch extends Batch {
	readonly index: number;
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
	return findHeld(ctx, items, readAt, options).map((lookup, index) =>
		lookup.status === 'found'
			? { status: 'found', envelope: lookup.value, node: lookup.node }
			: { status: 'refused', error: refusal(items[index], index, lookup.status === 'ambiguous') },
	);
}

type Held = Envelope | Batch;

const isBatch = (held: Held): held is Batch => 'members' in held;

const tokenOf = (held: Held): number | undefined => (isBatch(held) ? undefined : held.token);

function findHeld<T extends Held>(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	read: (json: IDataObject) => T | undefined,
	{ claimed = false }: EnvelopeOptions,
): Lookup<T>[] {
	return new Ancestry(ctx).find(items, read, {
		ownFirst: true,
		// Each delivery of a batch has its token.
		complete: (held) => !claimed || isBatch(held) || held.token !== undefined,
		improves: (nearest, earlier) =>
			!isBatch(nearest) &&
			!isBatch(earlier) &&
			nearest.token === undefined &&
			tokenOf(earlier) !== undefined &&
			nearest.key === earlier.key,
	});
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
	const taken = (envelope: Envelope): number | undefined => firstWith.get(envelope.key);
	const read = options.batch
		? (json: IDataObject): Held | undefined => readBatch(json) ?? readAt(json)
		: readAt;
	findHeld<Held>(ctx, out.items, read, options).forEach((lookup, index) => {
		if (lookup.status !== 'found') {
			out.refuse(index, refusal(out.items[index], index, lookup.status === 'ambiguous'));
			return;
		}
		const held = lookup.value;
		if (isBatch(held)) {
			const other = held.members.map(({ envelope }) => taken(envelope)).find((at) => at !== undefined);
			if (other !== undefined) {
				out.record(HARMLESS, index, {
					releaseGate: reportOf(gateError('duplicate-in-batch', { item: index, other })),
				});
				return;
			}
			for (const { envelope } of held.members) firstWith.set(envelope.key, index);
			options.batch?.({ index, ...held });
			return;
		}
		const delivery = { delivery: held };
		const other = taken(held);
		if (options.claimed === true && held.token === undefined) {
			out.refuse(index, gateError('token-missing', { item: index }), delivery);
			options.unclaimed?.(held);
		} else if (other !== undefined) {
			out.refuse(index, gateError('duplicate-in-batch', { item: index, other }), delivery);
		} else {
			firstWith.set(held.key, index);
			own.push({ index, envelope: held });
		}
	});
	return own;
}
