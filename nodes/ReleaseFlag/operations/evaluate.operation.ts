import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Envelope } from '../../../core/delivery/types';
import type { FlagDecision, FlagSubject } from '../../../core/rollout';
import { evaluateBatch, targetedAttributes } from '../../../app/rollout/evaluate';
import { storedFlag } from '../../../app/rollout/flags';
import { shownFor } from '../../kit/descriptions';
import { findEnvelopes } from '../../kit/envelope';
import { fieldOf } from '../../../core/delivery/fields';
import { findTexts } from '../../kit/fields';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { Parameters } from '../../kit/parameters';

export const option = {
	name: 'Evaluate',
	value: 'evaluate',
	action: 'Evaluate flag',
	description: 'Lead each item to off or on, always the same way for the same subject',
};

export const description: INodeProperties[] = shownFor({ operation: ['evaluate'] }, [
	{
		displayName: 'Subject Field',
		name: 'subjectField',
		type: 'string',
		default: '',
		placeholder: 'e.g. id',
		description:
			'Name of the field that says for whom the flag is evaluated. Empty: the recipient of the item’s delivery. Write the name itself: an expression would be evaluated once per item.',
	},
	{
		displayName: 'Attributes In',
		name: 'attributesField',
		type: 'string',
		default: '',
		placeholder: 'e.g. contact',
		description: 'Field whose fields the flag’s targeting looks at. Empty: the item itself.',
	},
	{
		displayName: 'Share',
		name: 'share',
		type: 'options',
		options: [
			{
				name: 'By Bucket',
				value: 'bucket',
				description: 'Sticky: depends on the flag and the subject only',
			},
			{
				name: 'Exact Share of These Items',
				value: 'exact',
				description: 'For small lists in which a bucket may miss everybody',
			},
		],
		default: 'bucket',
	},
	{
		displayName:
			'Items with a delivery carry the arm on: delivery.variant is the flag’s name, or control. Place this node before the claim, which records the arm, so that the stabilization check can compare both.',
		name: 'exposureNotice',
		type: 'notice',
		default: '',
	},
]);

const ON = 1;

interface Subject {
	readonly index: number;
	readonly subject: FlagSubject;
	readonly envelope: Envelope | null;
}

/** Only what targeting names is read, from the item or from the field that holds the attributes. */
function attributesOf(json: IDataObject, field: string, names: readonly string[]): FlagSubject['attributes'] {
	const source = field === '' ? json : fieldOf(json, field);
	if (typeof source !== 'object' || source === null) return {};
	return Object.fromEntries(
		names.flatMap((name) => {
			const value = fieldOf(source as IDataObject, name);
			return ['string', 'number', 'boolean'].includes(typeof value) ? [[name, value as string]] : [];
		}),
	);
}

function subjectsOf(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	names: readonly string[],
): readonly Subject[] {
	const parameters = new Parameters(ctx);
	const field = parameters.text('subjectField');
	const attributesField = parameters.text('attributesField');
	const envelopes = findEnvelopes(ctx, items, { claimed: true });
	const texts = field === '' ? [] : findTexts(ctx, items, field);
	return items.map((item, index) => {
		const found = envelopes[index];
		const envelope = found?.status === 'found' ? found.envelope : null;
		const id = field === '' ? envelope?.recipient : texts[index];
		return {
			index,
			envelope,
			subject: { id: id ?? '', attributes: attributesOf(item.json, attributesField, names) },
		};
	});
}

/** Evaluates the flag for each item. Outputs: off (0), on (1). What cannot be decided is off. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const key = parameters.picked('flag');
		const exact = parameters.text('share') === 'exact';
		const ledger = await withLedger(ctx);
		const flag = await storedFlag(ledger, key);
		const subjects = subjectsOf(ctx, out.items, targetedAttributes(flag));
		const { decisions, arms } = await evaluateBatch(
			ledger,
			key,
			flag,
			subjects.map(({ subject }) => subject),
			exact,
		);
		subjects.forEach(({ index, envelope }, at) => {
			const decision: FlagDecision = decisions[at] ?? { on: false, reason: 'no-subject', bucket: null };
			const { on, reason, bucket, variant } = decision;
			const releaseGate = {
				status: on ? 'on' : 'off',
				flag: key,
				reason,
				...(bucket === null ? {} : { bucket }),
				...(variant === undefined
					? {}
					: { variant: variant.name, ...(variant.payload ? { payload: variant.payload } : {}) }),
			};
			const arm = on ? arms.on : arms.off;
			const delivery = envelope === null ? {} : { delivery: { ...envelope, ...arm } };
			out.put(on ? ON : 0, index, { ...delivery, releaseGate });
		});
	});
}
