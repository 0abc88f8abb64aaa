import { roleParameter } from '../../kit/descriptions';
import { giverOf } from '../../kit/giver';
import { answerBy, answerParameters } from './answer-parameters';
import type { EvidenceSource } from './source';

/** A person in a role answers one check. */
export const person: EvidenceSource = {
	option: { name: 'A Person', value: 'person', description: 'What only people know' },
	description: [
		{
			displayName: 'Person',
			name: 'person',
			type: 'string',
			default: '',
			placeholder: 'e.g. Eve Engineer',
			description:
				'Name of who answers where nobody is signed in: recorded as typed by this workflow, and counted only where the policy says so. Leave it empty after a form with n8n user authentication.',
		},
		roleParameter('A role that may answer the check under the policy'),
		...answerParameters,
		{
			displayName: 'Said Before For',
			name: 'repeats',
			type: 'string',
			default: '',
			placeholder: 'e.g. warmer-opening-line-1c9e4f02',
			description:
				'ID of an earlier release for which somebody said yes to the same check: the answer is counted as one of before',
		},
	],
	answer: (context, release) =>
		answerBy(
			context,
			release,
			{
				...giverOf(context.ctx, context.item, context.index, context.parameters.text('person')),
				role: context.parameters.picked('role'),
			},
			{ repeats: context.parameters.text('repeats') },
		),
};
