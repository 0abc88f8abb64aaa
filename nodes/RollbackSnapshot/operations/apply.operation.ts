import type { INodeProperties } from 'n8n-workflow';
import { applyRelease } from '../../../app/snapshot/apply';
import { snapshotFor } from '../../../app/snapshot/store';
import { parseChanges } from '../../../core/snapshot/changes';
import { releaseParameter, shownFor, snapshotParameter } from '../../kit/descriptions';
import { DONE, type OperationContext, type OperationResult } from '../operation';
import { changesParameter } from '../parameters';

export const option = {
	name: 'Apply Release',
	value: 'apply',
	action: 'Apply a release',
	description: 'Perform what a release changes and write down each thing, so that a restore can tell it',
};

export const description: INodeProperties[] = shownFor({ operation: ['apply'] }, [
	releaseParameter,
	snapshotParameter({
		required: false,
		description: 'Snapshot captured for the release; its newest complete one if empty',
	}),
	changesParameter,
]);

/** What was done. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const release = context.parameters.chosen('release', 'Release');
	const snapshot = context.parameters.picked('snapshot') || (await snapshotFor(context.ports, release)).id;
	const changes = parseChanges(context.parameters.object('changes', 'Changes'));
	return [{ output: DONE, json: { applied: await applyRelease(context.ports, release, snapshot, changes) } }];
}
