import type { INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
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

const DAY = 86_400_000;

const daysOf = ({ ctx, index }: OperationContext, name: string, parameter: string): number => {
	const days = Number(ctx.getNodeParameter(name, index));
	if (Number.isFinite(days) && days >= 1) return days * DAY;
	throw gateError('parameter-unreadable', { parameter, reason: 'it must be a number of days, at least 1' });
};

/** One record: how many rows were removed of each kind. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const report = await context.ledger.prune({
		inputsMs: daysOf(context, 'inputsDays', 'Keep Frozen Inputs (Days)'),
		deliveriesMs: daysOf(context, 'deliveriesDays', 'Keep Deliveries (Days)'),
		eventsMs: daysOf(context, 'eventsDays', 'Keep Events (Days)'),
	});
	return [report];
}
