import type { INodeProperties } from 'n8n-workflow';
import { promoteRelease } from '../../../app/release';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { releaseJson } from './release-record';

export const option = {
	name: 'Close',
	value: 'close',
	action: 'Close a release',
	description: 'End a release that is stable, rolled back or was never deployed; it cannot be opened again',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['close'] }, [
	releaseParameter,
]);

/** The closed release. Throws `stage-move-illegal` while it is deploying or monitored. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ports } = context;
	const release = await promoteRelease(ports, context.parameters.picked('release'), 'closed', context.by);
	return [await releaseJson(ports, release)];
}
