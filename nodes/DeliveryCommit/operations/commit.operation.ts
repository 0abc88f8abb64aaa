import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Accepted, acceptanceRule, type Sorted, type SortedBatch } from '../acceptance';
import { outcomeSentence } from '../../../core/delivery/outcome-words';
import { commitDeliveries } from '../../../app/deliver/commit';
import { shownFor } from '../../kit/descriptions';
import { type OwnBatch, ownDeliveries } from '../../kit/envelope';
import { noteExecution } from '../../kit/execution-note';
import { findFrozen, findTexts } from '../../kit/fields';
import { type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { flushAtOnce } from '../flush-at-once';
import { place, type Placed, placeRefused } from '../place';
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

/** A send that was accepted, with what else its commit writes down. */
interface Taken extends Placed, Accepted {
	readonly assetId?: string;
	readonly frozen?: unknown;
}

/** What the commit of single deliveries writes down stands on their items or earlier ones; a batch holds its own. */
function taken(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	single: Sorted['own'],
	shared: SortedBatch['own'],
	assetIdField: string,
): readonly Taken[] {
	const assets = single.length === 0 ? [] : findTexts(ctx, out.items, assetIdField);
	const frozen = single.length === 0 ? [] : findFrozen(ctx, out.items);
	return [
		...single.map((one): Taken => ({
			...one,
			assetId: assets[one.index],
			frozen: frozen[one.index],
			shared: false,
		})),
		...shared.map(({ member: { assetId, frozen: kept }, ...one }): Taken => ({
			...one,
			assetId,
			frozen: kept,
			shared: true,
		})),
	];
}

/** Commits each delivery and tries its HubSpot writes once. Outputs: refused (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const { provider, sort, sortBatch } = acceptanceRule(ctx.getNode().typeVersion, parameters);
		const batches: OwnBatch[] = [];
		const single = sort(out, ownDeliveries(ctx, out, { claimed: true, batch: (one) => batches.push(one) }));
		const called = batches.map((batch) => sortBatch(batch, out.items[batch.index]?.json ?? {}));
		const refused = [
			...single.refused.map((one) => ({ ...one, shared: false })),
			...called.flatMap((batch) => batch.refused).map((one) => ({ ...one, shared: true })),
		];
		const ofCalls = called.flatMap((batch) => batch.own);
		const own = taken(ctx, out, single.own, ofCalls, parameters.text('assetIdField'));
		const [first] = [...own, ...refused];
		if (first === undefined) return;
		const ledger = await withLedger(ctx);
		await placeRefused(ctx, out, ledger, refused);
		const committed =
			own.length === 0
				? []
				: await commitDeliveries(
						ledger,
						own.map(({ envelope, messageId, sentAt, assetId, frozen }) => ({
							envelope,
							provider,
							messageId,
							sentAt,
							assetId,
							frozen,
						})),
					);
		own.forEach((delivery, at) => {
			const became = committed[at];
			if (became) place(out, delivery, became);
		});
		const sent = committed.filter(({ status }) => status !== 'refused').length;
		const kept = committed.flatMap((result) => (result.status === 'refused' ? [result.reason] : []));
		const rehearsed =
			first.envelope.mode === 'dry-run' && own.every(({ envelope }) => envelope.mode === 'dry-run');
		const outcomes = [
			{ word: rehearsed ? 'rehearsed' : 'sent', count: sent },
			{ word: 'refused', count: kept.length, reasons: kept },
			{
				word: 'not accepted',
				count: refused.length,
				reasons: refused.map(() => 'the provider did not take it'),
			},
		];
		const { spine, slot, release = '' } = first.envelope;
		noteExecution(ctx, { spine, slot, release, outcomes });
		const said = outcomeSentence(outcomes);
		if (said !== '') ctx.addExecutionHints({ message: said, type: 'info', location: 'outputPane' });
		await flushAtOnce(
			ctx,
			ledger,
			committed.flatMap((result) => (result.status === 'committed' ? result.outboxIds : [])),
		);
	});
}
