import type { INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { bumps, nextVersion, type Bump } from '../../../core/release/tags';
import { shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { prefixParameter, tagsParameter, versionParameters } from './version-parameters';

export const option = {
	name: 'Find Next',
	value: 'next',
	action: 'Find the next version',
	description: 'Get the version after the highest tag, and the tag of what runs',
};

export const description: INodeProperties[] = shownFor({ resource: ['version'], operation: ['next'] }, [
	...versionParameters,
	{
		displayName: 'Raise',
		name: 'bump',
		type: 'options',
		options: [
			{ name: 'Major', value: 'major', description: 'Breaking changes' },
			{ name: 'Minor', value: 'minor', description: 'Features' },
			{ name: 'Patch', value: 'patch', description: 'Fixes' },
		],
		default: 'minor',
	},
]);

/** One record. Throws `parameter-unreadable`, `tags-unreadable`, `version-ambiguous`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const asked = context.parameters.text('bump');
	const bump: Bump | undefined = bumps.find((one) => one === asked);
	if (bump === undefined)
		throw gateError('parameter-unreadable', { parameter: 'Raise', reason: 'use major, minor or patch' });
	const running = context.parameters.text('running');
	const prefix = prefixParameter(context);
	const found = nextVersion(tagsParameter(context), { bump, running, ...(prefix && { prefix }) });
	return [
		{
			version: found.version,
			highest: found.highest,
			previousVersion: found.running?.name ?? null,
			previousCommit: found.running?.commit ?? null,
		},
	];
}
