import type { Alarm, Desk } from '../../../core/desk/model';
import { sparseIn } from '../../kit/node-knowledge';
import { hostOf } from '../../RollbackSnapshot/ports';
import type { OperationContext } from '../resource';

/** The desk as this run sees it; n8n is asked where a credential for it is chosen. Throws what the ledger throws. */
export async function deskIn(
	{ ctx, ports }: OperationContext,
	search?: string,
	alarms?: readonly Alarm[],
): Promise<Desk> {
	// Loaded here and not before: it is more than the other operations need.
	const { gatherDesk } = await import('../../../app/desk');
	return await gatherDesk(
		{ ...ports, workflows: await hostOf(ctx), sparse: sparseIn(ctx) },
		{ ...(search === undefined ? {} : { search }), ...(alarms === undefined ? {} : { alarms }) },
	);
}
