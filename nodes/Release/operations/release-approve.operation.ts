import type { INodeProperties } from 'n8n-workflow';
import { knownRelease, recordApproval } from '../../../app/release';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { releaseJson } from './release-record';

export const option = {
	name: 'Approve',
	value: 'approve',
	action: 'Approve or reject a release',
	description: 'Record one person’s word for or against a release, bound to its present state',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['approve'] }, [
	releaseParameter,
	{
		displayName: 'Person',
		name: 'person',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Lea Lead',
		description:
			'Who gives the word, as whoever asked them knows it: a signed-in user, not what somebody typed. Authors and the requester do not count.',
	},
	{
		displayName: 'Role',
		name: 'role',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. leadership',
		description: 'One of the roles the policy asks for',
	},
	{
		displayName: 'Verdict',
		name: 'verdict',
		type: 'options',
		options: [
			{ name: 'Approved', value: 'approved' },
			{ name: 'Rejected', value: 'rejected', description: 'Holds until the same person approves' },
		],
		default: 'rejected',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Hash Shown',
				name: 'hash',
				type: 'string',
				default: '',
				description:
					'The release hash the person was shown. If the release changed since, the word is refused.',
			},
			{
				displayName: 'Note',
				name: 'note',
				type: 'string',
				default: '',
				description: 'Kept with the approval',
			},
		],
	},
]);

/** The release with the approval. Throws `approval-by-author`, `approval-role-unknown`, `approval-other-hash`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { parameters, ports, by } = context;
	const id = context.parameters.text('release');
	const { hash, note } = parameters.collection('options') as { hash?: string; note?: string };
	const word = {
		person: context.parameters.text('person'),
		role: context.parameters.text('role'),
		verdict: context.parameters.text('verdict'),
		...(hash ? { hash: hash.trim() } : {}),
		...(note ? { note } : {}),
	};
	const approval = await recordApproval(ports, id, word, by);
	return [{ ...(await releaseJson(ports, await knownRelease(ports, id))), approval }];
}
