import type { INodeProperties } from 'n8n-workflow';
import { promoteRelease } from '../../../app/release';
import type { Stage } from '../../../core/release/stages';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { releaseJson } from './release-record';

export const option = {
	name: 'Promote',
	value: 'promote',
	action: 'Promote a release',
	description: 'Move a release to its next stage; illegal moves are refused',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['promote'] }, [
	{
		displayName:
			'Only the gate approves. Deploying needs its word to ship, minutes old at most; monitoring and stable need the checks of their phase; nothing goes forward while a rollback is in progress.',
		name: 'promoteNotice',
		type: 'notice',
		default: '',
	},
	releaseParameter,
	{
		displayName: 'Stage',
		name: 'stage',
		type: 'options',
		options: [
			{ name: 'Deploying', value: 'deploying' },
			{ name: 'Draft', value: 'draft' },
			{ name: 'Dry Run', value: 'dry-run' },
			{ name: 'Monitoring', value: 'monitoring' },
			{ name: 'Prepared', value: 'prepared' },
			{ name: 'Rolled Back', value: 'rolled-back' },
			{ name: 'Stable', value: 'stable' },
		],
		default: 'prepared',
	},
]);

/** The release at its new stage. Throws `stage-move-illegal` and what the stage asks for. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ports } = context;
	const to = context.parameters.text('stage') as Stage;
	const release = await promoteRelease(ports, context.parameters.picked('release'), to, context.by);
	return [await releaseJson(ports, release)];
}
