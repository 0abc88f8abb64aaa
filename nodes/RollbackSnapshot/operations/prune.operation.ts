import type { INodeProperties } from 'n8n-workflow';
import { pruneSnapshots, removeSnapshot } from '../../../app/snapshot/prune';
import { shownFor, snapshotParameter, spineParameter } from '../../kit/descriptions';
import { DONE, type OperationContext, type OperationResult } from '../operation';

const DAY = 86_400_000;

export const option = {
	name: 'Prune',
	value: 'prune',
	action: 'Prune snapshots',
	description: 'Remove old snapshots; those whose release may still be rolled back stay',
};

/** It works on the ledger alone. */
export const local = true as const;

export const description: INodeProperties[] = shownFor({ operation: ['prune'] }, [
	snapshotParameter({ required: false, description: 'Removes this one only; by age if empty' }),
	spineParameter({ required: false, description: 'Only snapshots of this spine; all if empty' }),
	{
		displayName: 'Older Than (Days)',
		name: 'days',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 90,
		description: 'Age from which a snapshot may go',
	},
	{
		displayName: 'Keep Newest',
		name: 'keep',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 5,
		description: 'How many complete snapshots of each spine stay, however old',
	},
]);

/** What was removed, and what was kept and why. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const { ports: ports } = context;
	const id = context.parameters.picked('snapshot');
	if (id !== '') return [{ output: DONE, json: await removeSnapshot(ports, id) }];
	const json = await pruneSnapshots(ports, {
		spine: context.parameters.picked('spine') || null,
		before: ports.clock() - context.parameters.number('days', 'Older Than (Days)', { fallback: 90 }) * DAY,
		keep: context.parameters.number('keep', 'Keep Newest', { fallback: 5 }),
	});
	return [{ output: DONE, json }];
}
