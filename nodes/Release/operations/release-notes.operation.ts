import type { INodeProperties } from 'n8n-workflow';
import { writeNotes, type NotesRequest } from '../../../app/release';
import { picker, releaseParameter, shownFor } from '../../kit/descriptions';
import { giverOf } from '../../kit/giver';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Write Notes',
	value: 'notes',
	action: 'Write release notes',
	description: 'Write the notes of a release from its manifest and evidence, as Markdown',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['notes'] }, [
	releaseParameter,
	{
		displayName: 'For',
		name: 'audience',
		type: 'options',
		options: [
			{ name: 'Inside', value: 'internal', description: 'The quiet account: changes, class, every check' },
			{ name: 'Users', value: 'public', description: 'Refused when the policy tells users nothing' },
			{ name: 'Whom the Policy Says', value: 'policy' },
		],
		default: 'policy',
	},
	{
		displayName: 'Time Zone',
		name: 'timeZone',
		...picker('searchTimeZones', {
			first: 'name',
			value: 'America/New_York',
			placeholder: 'e.g. America/New_York',
		}),
		description: 'IANA time zone of the date at the head of public notes; the list is searched by city, too',
	},
	{
		displayName: 'Account',
		name: 'account',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		description:
			'What happened, why, and what was done; at least 50 characters. It settles what a shipped hotfix owes after the fact. After a form with n8n user authentication, whoever is signed in to it gives it.',
	},
]);

/** The notes. Throws `announcement-refused` for public ones under a quiet policy. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const id = context.parameters.picked('release');
	const request: NotesRequest = {
		audience: context.parameters.text('audience') as NotesRequest['audience'],
		timeZone: context.parameters.picked('timeZone'),
		account: context.parameters.text('account'),
		giver: giverOf(context.ctx, context.item, context.index, ''),
	};
	return [{ release: id, ...(await writeNotes(context.ports, id, request, context.by)) }];
}
