import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { flushAtOnce } from '../flush-at-once';
import { settleByAnswers } from '../settle-by-answers';
import { settleByPolicy } from '../settle-by-policy';

export const option = {
	name: 'Settle In-Doubt',
	value: 'settle',
	action: 'Settle deliveries in doubt',
	description: 'Settle sends that nobody knows the end of, without ever sending again blindly',
};

export const description: INodeProperties[] = shownFor({ operation: ['settle'] }, [
	{
		displayName: 'Settle By',
		name: 'settleBy',
		type: 'options',
		options: [
			{
				name: "Provider's Answer",
				value: 'answers',
				description: 'Each item says whether the provider knows the message',
			},
			{
				name: "Person's Answer",
				value: 'person',
				description: 'Each item says whether a person found the message, for a spine that waits for one',
			},
			{
				name: "Spine's Policy",
				value: 'policy',
				description: 'As the spine is configured, for all in doubt',
			},
		],
		default: 'answers',
	},
	spineParameter({ displayOptions: { show: { settleBy: ['policy'] } } }),
	{
		displayName: 'Answer Field',
		name: 'answerField',
		type: 'string',
		default: 'TotalCount',
		required: true,
		description:
			'Name of the field that says whether the message was found: a number of messages, true or false, or the words found and not found. Anything else leaves the delivery in doubt.',
		displayOptions: { show: { settleBy: ['answers', 'person'] } },
	},
	{
		displayName: 'Message ID Field',
		name: 'answerMessageIdField',
		type: 'string',
		default: 'Messages.0.MessageID',
		description: 'Name of the field with the ID of the message that was found',
		displayOptions: { show: { settleBy: ['answers', 'person'] } },
	},
	{
		displayName: 'Asset ID Field',
		name: 'answerAssetIdField',
		type: 'string',
		default: 'Messages.0.Metadata.asset_id',
		description:
			'Name of the field with the ID of what was delivered, if the send put it into the metadata; HubSpot then gets it as from a commit',
		displayOptions: { show: { settleBy: ['answers', 'person'] } },
	},
	{
		displayName: 'Sent At Field',
		name: 'answerSentAtField',
		type: 'string',
		default: 'Messages.0.ReceivedAt',
		description: "Name of the field with the provider's time of acceptance; when the send began if absent",
		displayOptions: { show: { settleBy: ['answers', 'person'] } },
	},
	{
		displayName: 'Delivery Key Field',
		name: 'keyField',
		type: 'string',
		default: 'key',
		description:
			'Name of the field with the delivery key, on the item or on an earlier linked one; the envelope is used where there is none',
		displayOptions: { show: { settleBy: ['answers', 'person'] } },
	},
	{
		displayName: 'Provider',
		name: 'settleProvider',
		type: 'string',
		default: 'postmark',
		description: 'Name of the provider that was asked',
		displayOptions: { show: { settleBy: ['answers'] } },
	},
]);

/** Sweeps the spines concerned, then settles. Outputs: refused or still in doubt (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const ledger = await withLedger(ctx);
		const by = `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`;
		const settleBy = ctx.getNodeParameter('settleBy', 0, 'answers');
		const work = { ctx, ledger, out, by };
		const settled =
			settleBy === 'policy'
				? await settleByPolicy(work)
				: await settleByAnswers(work, settleBy === 'person' ? 'person' : 'provider');
		await flushAtOnce(ctx, ledger, settled);
	});
}
