import type { INodeProperties } from 'n8n-workflow';
import { previousVersion } from '../../../app/release';
import { releaseParameter, shownFor, subjectParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { prefixParameter, tagsParameter, versionParameters } from './version-parameters';

export const option = {
	name: 'Find Previous',
	value: 'previous',
	action: 'Find the version to go back to',
	description: 'Get the tag that a rollback goes back to; what cannot be told is asked, never guessed',
};

export const description: INodeProperties[] = shownFor({ resource: ['version'], operation: ['previous'] }, [
	subjectParameter({
		displayName: 'Spine or Product',
		name: 'spine',
		description: 'The product whose releases were rolled back before',
	}),
	...versionParameters,
	{
		...releaseParameter,
		required: false,
		description: 'The release that is taken back. Empty: what runs is taken back.',
	},
	{
		displayName: 'Go Back To',
		name: 'to',
		type: 'string',
		default: '',
		placeholder: 'e.g. v1.3.0',
		description: 'A tag to go back to, when a person names one. Empty: the one before.',
	},
]);

/**
 * One record; `done` when the named release was rolled back already. Throws `release-unknown`, `tags-unreadable`,
 * `version-not-known`, `version-no-tag`, `version-ambiguous`, `version-nothing-before`.
 */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const running = context.parameters.text('running');
	const found = await previousVersion(context.ports, {
		subject: context.parameters.picked('spine'),
		release: context.parameters.picked('release'),
		running,
		to: context.parameters.text('to'),
		tags: tagsParameter(context),
		prefix: prefixParameter(context),
	});
	if (found.done) return [{ done: true, running }];
	const { from, previous, passedOver } = found;
	return [
		{
			done: false,
			running,
			from: from?.name ?? null,
			previous: previous.name,
			previousCommit: previous.commit,
			passedOver,
		},
	];
}
