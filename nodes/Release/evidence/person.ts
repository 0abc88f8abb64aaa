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
			required: true,
			placeholder: 'e.g. Eve Engineer',
			description: 'Who answers',
		},
		{
			displayName: 'Role',
			name: 'role',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. engineering',
			description: 'A role that may answer the check under the policy',
		},
		...answerParameters,
	],
	answer: (context, release) =>
		answerBy(context, release, {
			person: context.parameters.text('person'),
			role: context.parameters.text('role'),
		}),
};
