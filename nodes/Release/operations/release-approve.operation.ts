import type { INodeProperties } from 'n8n-workflow';
import { knownRelease, recordApproval } from '../../../app/release';
import { releaseParameter, roleParameter, shownFor } from '../../kit/descriptions';
import { giverOf, notForAgents, refuseAgents } from '../../kit/giver';
import type { OperationContext } from '../resource';
import { releaseJson } from './release-record';

export const option = {
	name: 'Approve',
	value: 'approve',
	action: 'Approve or reject a release',
	description: 'Record one person’s word for or against a release, bound to its present state',
	...notForAgents,
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['approve'] }, [
	releaseParameter,
	{
		displayName: 'Person',
		name: 'person',
		type: 'string',
		default: '',
		placeholder: 'e.g. Lea Lead',
		description:
			'Name of who gives the word where nobody is signed in: it is recorded as typed by this workflow, and counts only where the policy says so. Leave it empty after a form with n8n user authentication: whoever is signed in to it gives the word.',
	},
	roleParameter('One of the roles the policy asks for'),
	{
		displayName: 'Verdict',
		name: 'verdict',
		type: 'options',
		options: [
			{ name: 'Approved', value: 'approved' },
			{
				name: 'Rejected',
				value: 'rejected',
				description: 'Holds until the same person approves or takes it back, whatever changes meanwhile',
			},
			{ name: 'Withdrawn', value: 'withdrawn', description: 'Takes back what the same person said' },
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

/** The release with the approval. Throws `person-not-an-agent`, `approval-by-author`, `approval-look-alike`, `approval-no-role`, `approval-role-unknown`, `approval-other-hash`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { parameters, ports, by } = context;
	refuseAgents(context.ctx);
	const id = context.parameters.picked('release');
	const { hash, note } = parameters.collection('options') as { hash?: string; note?: string };
	const word = {
		...giverOf(context.ctx, context.item, context.index, context.parameters.text('person')),
		role: context.parameters.picked('role'),
		verdict: context.parameters.text('verdict'),
		...(hash ? { hash: hash.trim() } : {}),
		...(note ? { note } : {}),
	};
	const approval = await recordApproval(ports, id, word, by);
	return [{ ...(await releaseJson(ports, await knownRelease(ports, id))), approval }];
}
