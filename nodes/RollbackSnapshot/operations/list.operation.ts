import type { INodeProperties } from 'n8n-workflow';
import { snapshotOf } from '../../../app/snapshot/store';
import { limitParameter, shownFor, spineParameter } from '../../kit/descriptions';
import { DONE, type OperationContext, type OperationResult } from '../operation';

export const option = {
	name: 'List',
	value: 'list',
	action: 'List snapshots',
	description: 'List snapshots, newest first',
};

/** It works on the ledger alone. */
export const local = true as const;

export const description: INodeProperties[] = shownFor({ operation: ['list'] }, [
	spineParameter({ required: false, description: 'Only snapshots of this spine; all if empty' }),
	limitParameter,
]);

/** One record per snapshot. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const spine = context.parameters.picked('spine');
	const limit = context.parameters.number('limit', 'Limit', { fallback: 50 });
	const query = { kind: 'snapshot' as const, limit, ...(spine === '' ? {} : { spine }) };
	const found = await context.ports.ledger.records.list(query);
	return found.map((record) => {
		const { revision: _revision, ...snapshot } = snapshotOf(record);
		return { output: DONE, json: { snapshot } };
	});
}
