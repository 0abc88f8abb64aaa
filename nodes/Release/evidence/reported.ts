import { answerBy, answerParameters } from './answer-parameters';
import type { EvidenceSource } from './source';

/** A machine outside this node reports its answer to one check. */
export const reported: EvidenceSource = {
	option: {
		name: 'A Machine That Reports',
		value: 'reported',
		description: 'Continuous integration, smoke tests, source control, announcements, a drill',
	},
	description: [
		{
			displayName: 'Machine',
			name: 'machine',
			type: 'options',
			options: [
				{ name: 'Announcements', value: 'announcements' },
				{ name: 'Continuous Integration', value: 'ci' },
				{ name: 'Drill', value: 'drill' },
				{ name: 'Smoke Tests', value: 'smoke-tests' },
				{ name: 'Source Control', value: 'source-control' },
			],
			default: 'ci',
		},
		...answerParameters,
		{
			displayName: 'Commit Looked At',
			name: 'commit',
			type: 'string',
			default: '',
			placeholder: 'e.g. 9fceb02d0ae598e95dc970b74767f19372d61af8',
			description:
				'Whole ID of the commit the machine looked at. Where the release ships a commit, a yes needs it, and one of another commit is refused.',
		},
	],
	answer: (context, release) =>
		answerBy(
			context,
			release,
			{ machine: context.parameters.text('machine') },
			{ commit: context.parameters.text('commit') },
		),
};
