import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { refOf } from '../../../core/delivery/envelope';
import { emailIdempotencyKey } from '../../../core/delivery/key';
import type { Envelope } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { ClaimResult, Registration } from '../../../core/delivery/record';
import type { SpineRecord } from '../../../core/delivery/spine-settings';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { type OwnDelivery, ownDeliveries } from '../../kit/envelope';
import { type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { spinesOf } from '../../../app/deliver/spines';
import { standaloneDeliveries } from './standalone';

export const option = {
	name: 'Claim',
	value: 'claim',
	action: 'Claim deliveries',
	description: 'Take the right to work on each delivery, under a lease',
};

export const description: INodeProperties[] = shownFor({ operation: ['claim'] }, [
	{
		displayName: 'Delivery',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'From Due Deliveries',
				value: 'envelope',
				description: 'Each item belongs to a delivery that Due Deliveries registered',
			},
			{
				name: 'From a Recipient Field',
				value: 'standalone',
				description: 'Each item is owed one delivery in the open slot of a spine',
			},
		],
		default: 'envelope',
	},
	spineParameter({ displayOptions: { show: { source: ['standalone'] } } }),
	{
		displayName: 'Recipient Field',
		name: 'recipientField',
		type: 'string',
		default: 'id',
		required: true,
		placeholder: 'e.g. id',
		description:
			'Name of the field that holds the recipient. Write the name itself: an expression would be evaluated once per item and costs far more than the claim.',
		displayOptions: { show: { source: ['standalone'] } },
	},
	{
		displayName:
			'Items at "deliver" carry the frozen input in the field contact: work from it, so that a retry makes the same email.',
		name: 'claimNotice',
		type: 'notice',
		default: '',
	},
]);

const DELIVER = 1;
const ALREADY = 2;

type Claimable = OwnDelivery & { readonly register?: Omit<Registration, 'ref'> };

const claimed = (
	envelope: Envelope,
	result: ClaimResult & { readonly status: 'granted' },
	spine: SpineRecord | null | undefined,
): Envelope => {
	const version = spine?.settings.templateVersion;
	const idempotencyKey =
		envelope.idempotencyKey ??
		(version === undefined ? undefined : emailIdempotencyKey(refOf(envelope), version));
	return {
		...envelope,
		token: result.token,
		inputDigest: result.inputDigest,
		...(idempotencyKey === undefined ? {} : { idempotencyKey }),
	};
};

/** What Release Flag has put on the envelope; nothing where it has not. */
const armOf = ({ variant, release }: Envelope) =>
	variant === undefined ? undefined : { variant, ...(release === undefined ? {} : { release }) };

const place = (
	out: ItemOutputs,
	{ index, envelope }: Claimable,
	result: ClaimResult,
	spine: SpineRecord | null | undefined,
): void => {
	if (result.status === 'granted') {
		const { input: contact, attempts } = result;
		const releaseGate = { status: 'granted', attempt: attempts };
		out.put(DELIVER, index, { delivery: claimed(envelope, result, spine), contact, releaseGate });
	} else if (result.status === 'already-delivered') {
		const committedAt = new Date(result.committedAt).toISOString();
		const releaseGate = { status: 'already-delivered', committedAt };
		out.put(ALREADY, index, { delivery: envelope, releaseGate });
	} else {
		const { reason, explanation: message } = result;
		out.refuse(index, { status: 'held', reason, message }, { delivery: envelope });
	}
};

/** Claims each delivery. Outputs: held (0), deliver (1), already delivered (2). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 3, async (out) => {
		const standalone = ctx.getNodeParameter('source', 0, 'envelope') === 'standalone';
		const ledger = await withLedger(ctx);
		const wanted: readonly Claimable[] = standalone
			? await standaloneDeliveries(ctx, ledger, out)
			: ownDeliveries(ctx, out);
		const spines = await spinesOf(
			ledger,
			wanted.map(({ envelope }) => envelope.spine),
		);
		const batch = wanted.filter(({ index, envelope: { spine } }) => {
			if (spines.get(spine)) return true;
			out.misconfigured(index, gateError('ledger-spine-unknown', { spine }));
			return false;
		});
		if (batch.length === 0) return;
		const owner = `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`;
		const results = await ledger.deliveries.claim(
			batch.map(({ envelope, register }) => ({ ref: refOf(envelope), register, arm: armOf(envelope) })),
			owner,
		);
		batch.forEach((entry, at) => {
			const result = results[at];
			if (result) place(out, entry, result, spines.get(entry.envelope.spine));
		});
	});
}
