import type { INodeProperties } from 'n8n-workflow';
import { readTags, type Tag } from '../../../core/release/tags';
import type { OperationContext } from '../resource';

/** The repository's tags, what runs, and which part of a monorepo is meant. */
export const versionParameters: readonly INodeProperties[] = [
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'json',
		default: '[]',
		required: true,
		description:
			'All tags of the repository, all pages in one list: names, or objects with name and commit.sha as GitHub lists them',
	},
	{
		displayName: 'Running Version',
		name: 'running',
		type: 'string',
		default: '',
		placeholder: 'e.g. v1.4.0',
		description: 'What answers in production, with or without v. Empty: nothing answers.',
	},
	{
		displayName: 'Tag Prefix',
		name: 'prefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. api-',
		description: 'What stands before the version in the tags of one part of a monorepo',
	},
];

/** Throws `parameter-unreadable`, `tags-unreadable`. */
export const tagsParameter = (context: OperationContext): readonly Tag[] =>
	readTags(context.parameters.json('tags', 'Tags') ?? {});

/** The prefix, or `undefined` where none is given. */
export function prefixParameter(context: OperationContext): string | undefined {
	const prefix = context.parameters.text('prefix');
	return prefix === '' ? undefined : prefix;
}
