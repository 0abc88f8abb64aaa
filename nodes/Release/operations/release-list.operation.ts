import type { INodeProperties } from 'n8n-workflow';
import { releasesOf } from '../../../app/release';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { type OperationContext, textParameter } from '../resource';
import { portsOf, releaseJson } from './release-record';

export const option = {
	name: 'List',
	value: 'list',
	action: 'List releases',
	description: 'Get the releases of one spine or product, newest first',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['list'] }, [
	spineParameter({ description: 'Name of the spine or product the releases belong to' }),
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
	},
]);

/** One record per release. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, index } = context;
	const ports = portsOf(context);
	const releases = await releasesOf(ports, textParameter(context, 'spine'));
	const limit = Math.max(1, Number(ctx.getNodeParameter('limit', index, 50)));
	return await Promise.all(releases.slice(0, limit).map((release) => releaseJson(ports, release)));
}
