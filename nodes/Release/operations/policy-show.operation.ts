import type { INodeProperties } from 'n8n-workflow';
import { policyOf } from '../../../app/release';
import { shownFor, subjectParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { policyJson } from './policy-record';

export const option = {
	name: 'Show',
	value: 'show',
	action: 'Show a policy',
	description: 'Get the policy of a spine or product, and what differs from its preset',
};

export const description: INodeProperties[] = shownFor({ resource: ['policy'], operation: ['show'] }, [
	subjectParameter({
		displayName: 'Spine or Product',
		name: 'spine',
		description: 'The spine, or the product, that is released under the policy',
	}),
	{
		displayName: 'Version',
		name: 'version',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'An earlier version; 0 for the one in force',
	},
]);

/** One record. Throws `policy-not-set`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const version = context.parameters.number('version', 'Version', { fallback: 0 });
	const spine = context.parameters.picked('spine');
	return [policyJson(await policyOf(context.ports, spine, version > 0 ? version : undefined))];
}
