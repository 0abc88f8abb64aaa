import { answerBy, answerParameters } from './answer-parameters';
import type { EvidenceSource } from './source';

/** A machine outside this node reports its answer to one check. */
export const reported: EvidenceSource = {
	option: {
		name: 'A Machine That Reports',
		value: 'reported',
		description: 'Continuous integration, smoke tests, source control, a drill',
	},
	description: [
		{
			displayName: 'Machine',
			name: 'machine',
			type: 'options',
			options: [
				{ name: 'Continuous Integration', value: 'ci' },
				{ name: 'Drill', value: 'drill' },
				{ name: 'Smoke Tests', value: 'smoke-tests' },
				{ name: 'Source Control', value: 'source-control' },
			],
			default: 'ci',
		},
		...answerParameters,
	],
	answer: (context, release) => answerBy(context, release, { machine: context.parameters.text('machine') }),
};
