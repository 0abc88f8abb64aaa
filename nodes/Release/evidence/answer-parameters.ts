import type { INodeProperties } from 'n8n-workflow';
import { recordAnswer } from '../../../app/release';
import { picker } from '../../kit/descriptions';
import type { OperationContext } from '../resource';

/** What an answer to one check consists of, besides who gives it. */
export const answerParameters: readonly INodeProperties[] = [
	{
		displayName: 'Check',
		name: 'check',
		...picker('searchChecks', { typed: 'By ID', placeholder: 'e.g. architecture-aligned' }),
		required: true,
		description: 'The check of the policy that is answered; the list is that of the release chosen above',
	},
	{
		displayName: 'Answer',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'No', value: 'fail' },
			{ name: 'Not Known', value: 'unknown', description: 'Holds, as no answer does' },
			{ name: 'Yes', value: 'pass' },
		],
		default: 'unknown',
	},
	{
		displayName: 'Grounds',
		name: 'grounds',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. read the diff beside the architecture page',
		description: 'What the answer rests on, in one sentence',
	},
	{
		displayName: 'Hash Looked At',
		name: 'hash',
		type: 'string',
		default: '',
		description: 'Hash of what was looked at. If it is not the present one, the answer is refused.',
	},
];

/** Records the answer of the parameters as given by `answerer`. */
export async function answerBy(
	context: OperationContext,
	release: string,
	answerer: object,
	{ commit = '', repeats = '' }: { readonly commit?: string; readonly repeats?: string } = {},
): Promise<object> {
	const hash = context.parameters.text('hash');
	const value = {
		check: context.parameters.picked('check'),
		status: context.parameters.text('status'),
		grounds: context.parameters.text('grounds'),
		by: answerer,
		...(hash === '' ? {} : { hash }),
		...(commit === '' ? {} : { commit }),
		...(repeats === '' ? {} : { repeats }),
	};
	return { evidence: [await recordAnswer(context.ports, release, value, context.by)] };
}
