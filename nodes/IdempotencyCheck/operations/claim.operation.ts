import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { claimDeliveries, type Claimed } from '../../../app/deliver/claim';
import { spinesOf } from '../../../app/deliver/spines';
import { standaloneDeliveries } from '../../../app/deliver/standalone';
import type { Ledger } from '../../../app/ledger/api';
import type { Registration } from '../../../core/delivery/record';
import type { SpineRecord } from '../../../core/delivery/spine-settings';
import { gateError } from '../../../core/errors';
import { holdOf } from '../../kit/admission';
import { now } from '../../kit/clock';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { type OwnDelivery, ownDeliveries } from '../../kit/envelope';
import { type ItemOutputs, overItems, reportOf } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { originOf } from '../../kit/origin';
import { Parameters } from '../../kit/parameters';

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
		displayName: 'Dry Run Label',
		name: 'dryRunLabel',
		type: 'string',
		default: '',
		placeholder: 'e.g. warmer-opening-line',
		description:
			'With a label every item is rehearsed in the dry run of that name, whatever the mode of the spine. Empty for the spine’s own mode.',
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

/** One delivery per item, from the field that names the recipient. Throws `ledger-spine-unknown`. */
async function fromRecipients(
	ctx: IExecuteFunctions,
	ledger: Ledger,
	out: ItemOutputs,
): Promise<readonly Claimable[]> {
	const parameters = new Parameters(ctx);
	const spine = parameters.picked('spine');
	const record = await ledger.spines.get(spine);
	if (record === null) throw gateError('ledger-spine-unknown', { spine });
	const found = standaloneDeliveries(
		record,
		out.items,
		parameters.text('recipientField'),
		now(),
		parameters.text('dryRunLabel'),
	);
	return found.flatMap((one, index) => {
		if (one.status === 'owed') return [{ index, envelope: one.envelope, register: one.register }];
		out.refuse(index, one.error);
		return [];
	});
}

const place = (out: ItemOutputs, { index, envelope }: Claimable, result: Claimed): void => {
	if (result.status === 'granted') {
		const { input: contact, attempts, envelope: delivery } = result;
		const releaseGate = { status: 'granted', attempt: attempts };
		out.put(DELIVER, index, { delivery, contact, releaseGate });
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
		const standalone = new Parameters(ctx).text('source') === 'standalone';
		const ledger = await withLedger(ctx);
		const found: readonly Claimable[] = standalone
			? await fromRecipients(ctx, ledger, out)
			: ownDeliveries(ctx, out);
		const spines = await spinesOf(
			ledger,
			found.map(({ envelope }) => envelope.spine),
		);
		const batch: (Claimable & { readonly spine: SpineRecord })[] = [];
		for (const one of found) {
			const { index, envelope } = one;
			const spine = spines.get(envelope.spine);
			if (!spine) {
				out.misconfigured(index, gateError('ledger-spine-unknown', { spine: envelope.spine }));
				continue;
			}
			const hold = envelope.mode === 'live' ? await holdOf(ctx, ledger, spine) : null;
			if (hold) out.refuse(index, reportOf(hold, 'held'), { delivery: envelope });
			else batch.push({ ...one, spine });
		}
		if (batch.length === 0) return;
		const results = await claimDeliveries({ ledger, by: originOf(ctx) }, batch);
		batch.forEach((entry, at) => {
			const result = results[at];
			if (result) place(out, entry, result);
		});
	});
}
