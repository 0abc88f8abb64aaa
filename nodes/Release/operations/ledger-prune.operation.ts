import type { INodeProperties } from 'n8n-workflow';
import { shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Prune',
	value: 'prune',
	action: 'Prune the ledger',
	description: 'Remove what is older than the retention; open deliveries are never touched',
};

export const description: INodeProperties[] = shownFor({ resource: ['ledger'], operation: ['prune'] }, [
	{
		displayName: 'Keep Frozen Inputs (Days)',
		name: 'inputsDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 30,
		description:
			'Age after which the frozen inputs of finished deliveries are erased; they hold personal data',
	},
	{
		displayName: 'Keep Deliveries (Days)',
		name: 'deliveriesDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 400,
		description: 'Age after which finished deliveries are deleted; the last send to each recipient stays',
	},
	{
		displayName: 'Keep Events (Days)',
		name: 'eventsDays',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 730,
		description: 'Age after which chained events are deleted; the chain keeps a verified prune point',
	},
]);

/** One record: how many rows were removed of each kind. */
export async function execute({ parameters, ports }: OperationContext): Promise<readonly object[]> {
	const report = await ports.ledger.prune({
		inputsMs: parameters.days('inputsDays', 'Keep Frozen Inputs (Days)', { least: 1 }),
		deliveriesMs: parameters.days('deliveriesDays', 'Keep Deliveries (Days)', { least: 1 }),
		eventsMs: parameters.days('eventsDays', 'Keep Events (Days)', { least: 1 }),
	});
	return [report];
}
