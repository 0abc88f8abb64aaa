import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { acceptanceRule, type Refused } from '../acceptance';
import { outcomeSentence } from '../../../core/delivery/outcome-words';
import type { CommitResult } from '../../../core/delivery/sends';
import { commitDeliveries } from '../../../app/deliver/commit';
import { failDeliveries } from '../../../app/deliver/fail';
import { Ancestry, type Lookup } from '../../kit/ancestry';
import { shownFor } from '../../kit/descriptions';
import { type OwnDelivery, ownDeliveries } from '../../kit/envelope';
import { fieldOf } from '../../../core/delivery/fields';
import type { Ledger } from '../../../app/ledger/api';
import { noteExecution } from '../../kit/execution-note';
import { findTexts } from '../../kit/fields';
import { type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { flushAtOnce } from '../flush-at-once';
import { DONE } from '../outputs';
import { writeBack } from '../write-back';
import { Parameters } from '../../kit/parameters';
import { CUSTOM, customOption, customProvider, providerOptions } from '../../kit/providers';

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
		displayOptions: { show: { '@version': [1] } },
	},
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'options',
		options: [...providerOptions, customOption('You name the fields of the answer')],
		default: 'postmark',
		description:
			'Who accepted the send. What counts as accepted, message ID and time follow from it: an answer that says no fails the delivery, one that says nothing known leaves it in doubt.',
		displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }] } },
	},
	...shownFor({ '@version': [{ _cnd: { gte: 2 } }], provider: [CUSTOM] }, [
		customProvider('Name under which deliveries and later events are kept'),
	]),
	{
		displayName: 'Accepted Only If Field',
		name: 'acceptedField',
		type: 'string',
		default: '',
		placeholder: 'e.g. status',
		description:
			'Name of a field that says whether the send was accepted; the message ID alone says it if empty',
		displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }], provider: [CUSTOM] } },
	},
	{
		displayName: 'Accepted Values',
		name: 'acceptedValues',
		type: 'string',
		default: '',
		placeholder: 'e.g. queued, sent',
		description: 'Values of that field that mean accepted, separated by commas; any value if empty',
		displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }], provider: [CUSTOM] } },
	},
	{
		displayName: 'Message ID Field',
		name: 'messageIdField',
		type: 'string',
		default: 'MessageID',
		placeholder: 'e.g. MessageID',
		description:
			'Name of the field with the message ID the provider gave. An item without it is refused, since nothing proves that its send was accepted; a dry run needs none. Empty if the provider gives none.',
		displayOptions: { show: { '@version': [1] } },
	},
	{
		displayName: 'Message ID Field',
		name: 'messageIdField',
		type: 'string',
		default: 'MessageID',
		placeholder: 'e.g. MessageID',
		description:
			'Name of the field with the message ID the provider gave. An item without it is refused, since nothing proves that its send was accepted; a dry run needs none. Empty if the provider gives none.',
		displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }], provider: [CUSTOM] } },
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
		displayOptions: { show: { '@version': [1] } },
	},
	{
		displayName: 'Sent At Field',
		name: 'sentAtField',
		type: 'string',
		default: 'SubmittedAt',
		placeholder: 'e.g. SubmittedAt',
		description: "Name of the field with the provider's time of acceptance; the ledger's clock if absent",
		displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }], provider: [CUSTOM] } },
	},
]);

/** The contact's properties as Due Deliveries froze them. */
const frozenProperties = (json: IDataObject): IDataObject | undefined => {
	const properties = fieldOf(json, 'contact.properties');
	return typeof properties === 'object' && properties !== null ? (properties as IDataObject) : undefined;
};

const foundValue = (lookup: Lookup<IDataObject> | undefined): IDataObject | undefined =>
	lookup?.status === 'found' ? lookup.value : undefined;

const place = (out: ItemOutputs, { index, envelope }: OwnDelivery, result: CommitResult): void => {
	if (result.status === 'refused') {
		const { reason, explanation: message } = result;
		out.refuse(index, { status: 'refused', reason, message }, { delivery: envelope });
		return;
	}
	const sentAt = new Date(result.sentAt).toISOString();
	const writes = result.status === 'committed' ? result.writes : [];
	const rehearsal = envelope.mode === 'dry-run';
	const releaseGate = { status: result.status, sentAt, ...(rehearsal ? { wouldWrite: writes } : {}) };
	out.put(DONE, index, { delivery: envelope, releaseGate, ...(rehearsal ? {} : writeBack(writes)) });
};

/** Records sends that the provider did not take, or of which nobody knows; they leave on the harmless output. */
async function placeRefused(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	ledger: Ledger,
	refused: readonly (OwnDelivery & Refused)[],
): Promise<void> {
	if (refused.length === 0) return;
	const words = new Map(refused.map(({ index, word }) => [out.items[index]?.json, word]));
	const results = await failDeliveries(
		ledger,
		refused.map(({ index, envelope }) => ({ envelope, json: out.items[index]?.json })),
		{
			stage: 'send',
			replay: 'auto',
			reason: '',
			vendor: (json) => words.get(json as IDataObject) ?? null,
			by: `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`,
		},
	);
	refused.forEach(({ index, envelope }, at) => {
		const became = results[at];
		if (!became) return;
		const { request, result, everybody } = became;
		const { reason, explanation: message } =
			result.status === 'refused' ? result : { reason: everybody?.code, explanation: request.reason };
		const remedy = everybody ? { remedy: everybody.remedy } : {};
		out.refuse(
			index,
			{ status: result.status, reason: reason ?? 'not-accepted', message, ...remedy },
			{
				delivery: envelope,
			},
		);
	});
}

/** Commits each delivery and tries its HubSpot writes once. Outputs: refused (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const { provider, sort } = acceptanceRule(ctx.getNode().typeVersion, parameters);
		const { own, refused } = sort(out, ownDeliveries(ctx, out, { claimed: true }));
		if (own.length === 0 && refused.length === 0) return;
		const ledger = await withLedger(ctx);
		await placeRefused(ctx, out, ledger, refused);
		if (own.length === 0) return;
		const assets = findTexts(ctx, out.items, parameters.text('assetIdField'));
		const frozen = new Ancestry(ctx).find(out.items, frozenProperties);
		const committed = await commitDeliveries(
			ledger,
			own.map(({ index, envelope, messageId, sentAt }) => ({
				envelope,
				provider,
				messageId,
				sentAt,
				assetId: assets[index],
				frozen: foundValue(frozen[index]),
			})),
		);
		own.forEach((delivery, at) => {
			const became = committed[at];
			if (became) place(out, delivery, became);
		});
		const sent = committed.filter(({ status }) => status !== 'refused').length;
		const kept = committed.flatMap((result) => (result.status === 'refused' ? [result.reason] : []));
		const rehearsed = own.every(({ envelope }) => envelope.mode === 'dry-run');
		const [{ envelope: first } = { envelope: null }] = own;
		const outcomes = [
			{ word: rehearsed ? 'rehearsed' : 'sent', count: sent },
			{ word: 'refused', count: kept.length, reasons: kept },
			{
				word: 'not accepted',
				count: refused.length,
				reasons: refused.map(() => 'the provider did not take it'),
			},
		];
		noteExecution(ctx, {
			...(first && { spine: first.spine, slot: first.slot, release: first.release ?? '' }),
			outcomes,
		});
		const said = outcomeSentence(outcomes);
		if (said !== '') ctx.addExecutionHints({ message: said, type: 'info', location: 'outputPane' });
		await flushAtOnce(
			ctx,
			ledger,
			committed.flatMap((result) => (result.status === 'committed' ? result.outboxIds : [])),
		);
	});
}
