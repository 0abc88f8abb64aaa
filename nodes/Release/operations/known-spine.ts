import { gateError } from '../../../core/errors';
import type { SpineRecord } from '../../../core/delivery/spine-settings';
import type { OperationContext } from '../resource';

/** The spine that the parameter 'Spine' names. Throws `ledger-spine-unknown`. */
export async function knownSpine(context: OperationContext): Promise<SpineRecord> {
	const spine = context.parameters.picked('spine');
	const record = spine === '' ? null : await context.ports.ledger.spines.get(spine);
	if (record === null) throw gateError('ledger-spine-unknown', { spine });
	return record;
}
