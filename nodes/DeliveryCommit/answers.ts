import type { DisplayCondition, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { foundIn, type Found, knowsAbsence, lookupOf } from '../../adapters/providers/lookups';
import type { Answerer } from '../../app/deliver/settle-by-answers';
import type { ItemJson } from '../../core/delivery/fields';
import { shownFor } from '../kit/descriptions';
import { Parameters } from '../kit/parameters';
import { CUSTOM, customOption, customProvider, providerOptions } from '../kit/providers';

/** Where a parameter is shown. */
type Shown = Readonly<Record<string, readonly (string | number | DisplayCondition)[]>>;

/** Fields of an answer whose names only the user knows. */
const answerFields = (show: Shown): INodeProperties[] =>
	shownFor(show, [
		{
			displayName: 'Answer Field',
			name: 'answerField',
			type: 'string',
			default: 'TotalCount',
			required: true,
			description:
				'Name of the field that says whether the message was found: a number of messages, true or false, or the words found and not found. Anything else leaves the delivery in doubt.',
		},
		{
			displayName: 'Message ID Field',
			name: 'answerMessageIdField',
			type: 'string',
			default: 'Messages.0.MessageID',
			description: 'Name of the field with the ID of the message that was found',
		},
		{
			displayName: 'Asset ID Field',
			name: 'answerAssetIdField',
			type: 'string',
			default: 'Messages.0.Metadata.asset_id',
			description:
				'Name of the field with the ID of what was delivered, if the send put it into the metadata; HubSpot then gets it as from a commit',
		},
		{
			displayName: 'Sent At Field',
			name: 'answerSentAtField',
			type: 'string',
			default: 'Messages.0.ReceivedAt',
			description: "Name of the field with the provider's time of acceptance; when the send began if absent",
		},
	]);

/** Parameters that say who answered, and how an answer is read. */
export const answerParameters: INodeProperties[] = [
	{
		displayName: 'Provider',
		name: 'settleProvider',
		type: 'options',
		options: [...providerOptions, customOption('You name the fields of the answer')],
		default: 'postmark',
		description:
			'Who was asked. What the answer means follows from it; finding nothing counts only if the spine sends through this provider, and if its search is complete.',
		displayOptions: { show: { '@version': [{ _cnd: { gte: 2 } }], settleBy: ['answers'] } },
	},
	...shownFor({ '@version': [{ _cnd: { gte: 2 } }], settleBy: ['answers'], settleProvider: [CUSTOM] }, [
		customProvider('Name of the provider that was asked, as in the operation Commit'),
	]),
	...answerFields({ settleBy: ['person'] }),
	...answerFields({ '@version': [1], settleBy: ['answers'] }),
	...answerFields({ '@version': [{ _cnd: { gte: 2 } }], settleBy: ['answers'], settleProvider: [CUSTOM] }),
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
		displayOptions: { show: { '@version': [1], settleBy: ['answers'] } },
	},
];

/** Who answers, and how an answer is read. */
interface AnswerRule {
	readonly answerer: Answerer;
	readonly read: (json: ItemJson, key: string) => Found;
}

/**
 * The rule of a node. Version 1 names the provider and the fields; from version 2 on the provider is picked and its
 * answer is read as its search gives it. One that cannot be asked says nothing, whatever the item holds.
 *
 * @throws `parameter-unreadable` for a provider of the user's own without a name
 */
export function answerRule(ctx: IExecuteFunctions, person: boolean): AnswerRule {
	const parameters = new Parameters(ctx);
	const picked = parameters.text('settleProvider');
	const listed = ctx.getNode().typeVersion >= 2 && picked !== CUSTOM;
	const named = (): AnswerRule['read'] => {
		const fields = {
			said: parameters.text('answerField'),
			messageId: parameters.text('answerMessageIdField'),
			assetId: parameters.text('answerAssetIdField'),
			sentAt: parameters.text('answerSentAtField'),
		};
		return (json) => foundIn(json, fields);
	};
	if (person) return { answerer: 'person', read: named() };
	const custom = ctx.getNode().typeVersion >= 2 && picked === CUSTOM;
	const provider = custom ? parameters.needed('customProvider', 'Provider Name') : picked || 'unknown';
	const answerer = { provider, knowsAbsence: knowsAbsence(provider) };
	if (!listed) return { answerer, read: named() };
	return { answerer, read: lookupOf(provider)?.read ?? (() => ({ said: undefined, messageId: null })) };
}
