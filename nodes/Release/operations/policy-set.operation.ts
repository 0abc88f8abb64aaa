import type { INodeProperties } from 'n8n-workflow';
import { setPolicyBy } from '../../../app/release';
import { giverOf } from '../../kit/giver';
import { shownFor, subjectParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { policyJson } from './policy-record';

export const option = {
	name: 'Set',
	value: 'set',
	action: 'Set a policy',
	description: 'Store the policy of a spine or product as a new version: a preset and what differs from it',
};

export const description: INodeProperties[] = shownFor({ resource: ['policy'], operation: ['set'] }, [
	subjectParameter({
		displayName: 'Spine or Product',
		name: 'spine',
		description: 'The spine, or the product, that is released under the policy',
	}),
	{
		displayName: 'Preset',
		name: 'preset',
		type: 'options',
		options: [
			{
				name: 'Quiet Content Delivery',
				value: 'quiet-content-delivery',
				description: 'No announcements, no missed delivery, unknown means hold',
			},
			{
				name: 'Weekly Software Release',
				value: 'weekly-software-release',
				description: 'Fridays from 14:00 to 16:00 Pacific, 5 to 10 changes, announced',
			},
		],
		default: 'quiet-content-delivery',
	},
	{
		displayName: 'Overrides',
		name: 'overrides',
		type: 'json',
		default: '{}',
		description:
			'What differs from the preset, as a JSON object. Entries of lists are matched by their ID, name or metric; everything else is replaced.',
	},
]);

/** The policy in force with its differences. Throws `policy-unreadable` with every problem at once, `spine-loosened`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const overrides = context.parameters.json('overrides', 'Overrides') ?? {};
	const spine = context.parameters.picked('spine');
	const preset = context.parameters.text('preset');
	const giver = giverOf(context.ctx, context.item, context.index, '');
	return [policyJson(await setPolicyBy(context.ports, spine, [preset, overrides], giver, context.by))];
}
