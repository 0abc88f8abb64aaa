import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { batchProviders, batchRuleOf, type BatchRule, type Message } from '../../adapters/providers/batches';
import { callsOf, fitsAlone } from '../../core/delivery/calls';
import { gateError } from '../../core/errors';
import { batchJson } from '../kit/batch';
import type { OwnDelivery } from '../kit/envelope';
import { findFrozen } from '../kit/fields';
import type { ItemOutputs } from '../kit/items';
import { jsonOf, Parameters, unreadable } from '../kit/parameters';
import { providerOptions } from '../kit/providers';

const MESSAGE = 'Message';

const inBatches: INodeProperties['displayOptions'] = { show: { batches: [true] } };

/** Parameters of a confirmation that may let go many deliveries as one item. */
export const batchParameters: INodeProperties[] = [
	{
		displayName: 'Also in Batches',
		name: 'batches',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether to have one more output, "send batch", for a provider that takes many messages in one call. What leaves there stands for many deliveries: lead it to one HTTP Request that posts its field messages, with Include Response Headers and Status on, and from there to Delivery Commit.',
	},
	{
		displayName: 'Provider',
		name: 'batchProvider',
		type: 'options',
		options: providerOptions.filter(({ value }) => batchProviders.includes(String(value))),
		default: 'postmark',
		description: 'Who takes the batch. How large one may be, and what marks each message, follow from it.',
		displayOptions: inBatches,
	},
	{
		displayName: 'Messages per Call',
		name: 'perCall',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 500,
		description:
			'How many messages one call takes at most; never more than the provider takes. 1 is the switch: deliveries then leave one by one, by "send".',
		displayOptions: inBatches,
	},
	{
		displayName: MESSAGE,
		name: 'message',
		type: 'json',
		default: '{}',
		required: true,
		placeholder: "e.g. {{ { From: '…', To: $('Claim Delivery').item.json.contact.properties.email } }}",
		description:
			'The message of one item as the provider takes it. It gets the delivery’s key as metadata, by which a send whose end nobody knows is found again.',
		displayOptions: inBatches,
	},
];

/** How a run lets go of its deliveries: in calls of so many messages. */
export interface Batching {
	readonly rule: BatchRule;
	readonly messages: number;
}

/**
 * How this node batches; `null` where deliveries leave one by one.
 *
 * @throws `parameter-unreadable`
 */
export function batchingOf(parameters: Parameters): Batching | null {
	if (!parameters.flag('batches')) return null;
	const messages = parameters.number('perCall', 'Messages per Call', {
		fallback: 500,
		least: 1,
		whole: true,
	});
	if (messages === 1) return null;
	const rule = batchRuleOf(parameters.text('batchProvider'));
	if (!rule) throw unreadable('Provider', 'nobody has said how it takes batches');
	return { rule, messages: Math.min(messages, rule.messages) };
}

/** A delivery with its message, ready to be confirmed. */
interface Composed extends OwnDelivery {
	readonly message: Message;
	/** Bytes of its JSON in UTF-8. */
	readonly size: number;
}

function messageOf(ctx: IExecuteFunctions, index: number): Message | string {
	let value: unknown;
	try {
		value = jsonOf(new Parameters(ctx, index).any('message'), () => new SyntaxError('no JSON'));
	} catch {
		return 'it cannot be worked out for this item';
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object';
	return { ...value };
}

/**
 * The message of each delivery, before any of them is confirmed: what cannot be sent is refused while nothing has begun.
 */
export function composed(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	own: readonly OwnDelivery[],
	assets: readonly (string | undefined)[],
	{ rule }: Batching,
): readonly Composed[] {
	return own.flatMap(({ index, envelope }): Composed[] => {
		const refuse = (reason: string): Composed[] => {
			out.refuse(index, gateError('message-unfit', { item: index, reason }), { delivery: envelope });
			return [];
		};
		const given = messageOf(ctx, index);
		if (typeof given === 'string') return refuse(given);
		const unfit = rule.unfit(given);
		if (unfit !== null) return refuse(unfit);
		const message = rule.marked(given, envelope, assets[index]);
		const size = Buffer.byteLength(JSON.stringify(message));
		if (!fitsAlone(size, rule)) return refuse('it is larger than a call may be');
		return [{ index, envelope, message, size }];
	});
}

/** Lets confirmed deliveries go, one item for each call. */
export function putInCalls(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	output: number,
	confirmed: readonly Composed[],
	assets: readonly (string | undefined)[],
	{ rule, messages }: Batching,
): void {
	if (confirmed.length === 0) return;
	const frozen = findFrozen(ctx, out.items);
	const limits = { messages, bytes: rule.bytes };
	for (const call of callsOf(
		confirmed.map(({ size }) => size),
		limits,
	)) {
		const held = call.flatMap((at) => confirmed[at] ?? []);
		const [first, ...others] = held.map(({ index }) => index);
		if (first === undefined) continue;
		const members = held.map(({ index, envelope }) => ({
			envelope,
			assetId: assets[index],
			frozen: frozen[index],
		}));
		out.join(
			output,
			[first, ...others],
			batchJson({ members, messages: held.map(({ message }) => message) }),
		);
	}
}
