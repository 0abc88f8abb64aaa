import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { shownFor } from '../../kit/descriptions';
import { directoryOf, hasDirectory, keepLimitsRead } from '../../kit/directory';
import { HARMLESS, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { Parameters } from '../../kit/parameters';
import { flushOutbox } from '../../../app/deliver/outbox';
import { CONTACTS_TARGET } from '../../../app/ledger/context';
import { DONE } from '../outputs';

export const option = {
	name: 'Flush Outbox',
	value: 'flush',
	action: 'Flush the outbox',
	description: 'Write to HubSpot what waits in the outbox',
};

export const description: INodeProperties[] = shownFor({ operation: ['flush'] }, [
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10000,
		description: 'Max number of results to return',
	},
]);

/** Runs once, whatever the number of items. Done: one summary; refused: one record per entry HubSpot will not take. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		if (!hasDirectory(ctx)) throw gateError('hubspot-credential-missing');
		const limit = new Parameters(ctx).number('limit', 'Limit', { fallback: 10_000, least: 1 });
		const ledger = await withLedger(ctx);
		const { left, ...counts } = await flushOutbox(ledger, await directoryOf(ctx, ledger), { limit });
		await keepLimitsRead(ctx, ledger);
		const { waiting, refused } = await ledger.outbox.backlog(CONTACTS_TARGET);
		for (const { objectId, status, reason } of left) {
			if (status === 'refused')
				out.record(HARMLESS, 0, { contact: objectId, releaseGate: { status, reason } });
		}
		out.record(DONE, 0, { ...counts, backlog: { waiting, refused } });
	});
}
