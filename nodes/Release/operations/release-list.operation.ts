import type { INodeProperties } from 'n8n-workflow';
import { debtsIn, releasesOf } from '../../../app/release';
import { limitParameter, shownFor, subjectParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { releaseJson } from './release-record';

export const option = {
	name: 'List',
	value: 'list',
	action: 'List releases',
	description: 'Get the releases of one spine or product, newest first',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['list'] }, [
	subjectParameter({
		displayName: 'Spine or Product',
		name: 'spine',
		description: 'The spine, or the product, that the releases belong to',
	}),
	limitParameter,
]);

/** One record per release. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { parameters, ports } = context;
	const subject = parameters.picked('spine');
	const releases = await releasesOf(ports, subject);
	const debts = debtsIn(releases);
	const limit = parameters.number('limit', 'Limit', { fallback: 50, least: 1 });
	return await Promise.all(releases.slice(0, limit).map((release) => releaseJson(ports, release, debts)));
}
