import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { commitDeliveries, type Committed } from '../../../app/deliver/commit';
import { gateError } from '../../../core/errors';
import { Ancestry, type Lookup } from '../../kit/ancestry';
import { shownFor } from '../../kit/descriptions';
import { type OwnDelivery, ownDeliveries } from '../../kit/envelope';
import { fieldOf, instantOf, textOf } from '../../../core/delivery/fields';
import { findTexts } from '../../kit/fields';
import { type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { flushAtOnce } from '../flush-at-once';
import { DONE } from '../outputs';
import { Parameters } from '../../kit/parameters';

export const option = {
	name: 'Commit',
	value: 'commit',
	action: 'Commit deliveries',
	description: 'Record sends that the provider accepted, and write HubSpot',
};

export const description: INodeProperties[] = shownFor({ operation: ['commit'] }, [
	{
		displayName:
			'Place this after the success output of the node that sends. Items without the token of a confirmed claim are refused.',
		name: 'commitNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'string',
		default: 'postmark',
		required: true,
		placeholder: 'e.g. postmark',
		description: 'Name of the provider that accepted the send',
	},
	{
		displayName: 'Message ID Field',
		name: 'messageIdField',
		type: 'string',
		default: 'MessageID',
		placeholder: 'e.g. MessageID',
		description:
			'Name of the field with the message ID the provider gave. An item without it is refused, since nothing proves that its send was accepted; a dry run needs none. Empty if the provider gives none.',
	},
	{
		displayName: 'Asset ID Field',
		name: 'assetIdField',
		type: 'string',
		default: '',
		placeholder: 'e.g. assetId',
		description: 'Name of the field with the ID of what was delivered; also found on earlier linked items',
	},
	{
		displayName: 'Sent At Field',
		name: 'sentAtField',
		type: 'string',
		default: 'SubmittedAt',
		placeholder: 'e.g. SubmittedAt',
		description: "Name of the field with the provider's time of acceptance; the ledger's clock if absent",
	},
]);

/** The items whose send is proven: a message id, where the provider gives one; a dry run sends nothing. */
const accepted = (
	out: ItemOutputs,
	own: readonly OwnDelivery[],
	messageIdField: string,
): readonly OwnDelivery[] =>
	own.filter(({ index, envelope }) => {
		if (messageIdField === '' || envelope.mode === 'dry-run') return true;
		if (textOf(out.items[index]?.json ?? {}, messageIdField) !== undefined) return true;
		const missing = { item: index, field: messageIdField, parameter: 'Message ID Field' };
		out.refuse(index, gateError('field-missing', missing), { delivery: envelope });
		return false;
	});

/** The contact's properties as Due Deliveries froze them. */
const frozenProperties = (json: IDataObject): IDataObject | undefined => {
	const properties = fieldOf(json, 'contact.properties');
	return typeof properties === 'object' && properties !== null ? (properties as IDataObject) : undefined;
};

const foundValue = (lookup: Lookup<IDataObject> | undefined): IDataObject | undefined =>
	lookup?.status === 'found' ? lookup.value : undefined;

const place = (out: ItemOutputs, { index, envelope }: OwnDelivery, { result, writes }: Committed): void => {
	if (result.status === 'refused') {
		const { reason, explanation: message } = result;
		out.refuse(index, { status: 'refused', reason, message }, { delivery: envelope });
		return;
	}
	const sentAt = new Date(result.sentAt).toISOString();
	const wouldWrite = envelope.mode === 'dry-run' ? { wouldWrite: writes } : {};
	const releaseGate = { status: result.status, sentAt, ...wouldWrite };
	out.put(DONE, index, { delivery: envelope, releaseGate });
};

/** Commits each delivery and tries its HubSpot writes once. Outputs: refused (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const messageIdField = parameters.text('messageIdField');
		const sentAtField = parameters.text('sentAtField');
		const provider = parameters.text('provider') || 'unknown';
		const own = accepted(out, ownDeliveries(ctx, out, { claimed: true }), messageIdField);
		if (own.length === 0) return;
		const ledger = await withLedger(ctx);
		const assets = findTexts(ctx, out.items, parameters.text('assetIdField'));
		const frozen = new Ancestry(ctx).find(out.items, frozenProperties);
		const committed = await commitDeliveries(
			ledger,
			own.map(({ index, envelope }) => {
				const json = out.items[index]?.json ?? {};
				return {
					envelope,
					provider,
					messageId: textOf(json, messageIdField) ?? null,
					sentAt: instantOf(fieldOf(json, sentAtField)),
					assetId: assets[index],
					frozen: foundValue(frozen[index]),
				};
			}),
		);
		own.forEach((delivery, at) => {
			const became = committed[at];
			if (became) place(out, delivery, became);
		});
		await flushAtOnce(
			ctx,
			ledger,
			committed.flatMap(({ result }) => (result.status === 'committed' ? result.outboxIds : [])),
		);
	});
}
