import type { INodeProperties } from 'n8n-workflow';
import { iso } from '../../../core/delivery/transitions';
import { gateError } from '../../../core/errors';
import { shownFor } from '../../kit/descriptions';
import { giverOf, notForAgents, refuseAgents } from '../../kit/giver';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Accept Records',
	value: 'accept',
	action: 'Accept records that disagree with the history',
	description:
		'Take records that were changed past the ledger as they stand now, so that the gate decides again. Who did it, why, and each record are kept for good.',
	...notForAgents,
};

export const description: INodeProperties[] = shownFor({ resource: ['ledger'], operation: ['accept'] }, [
	{
		displayName:
			'Find out first who changed the records, and how: Verify names the first one. Nothing is put back. Every report from now on tells what was accepted, by whom and why. Only who is signed in to the form that starts this workflow can do it.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Restored from the backup of 6:00, deliveries compared with the provider’s log',
		description: 'What was looked at, and why the records may stand as they are',
	},
]);

/**
 * One record: what was accepted, or that nothing disagrees. Throws `ledger-accept-by-agent`, `ledger-accept-unsigned-in`,
 * `ledger-accept-no-reason`, `ledger-accept-chain`, `ledger-accept-input`.
 */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, item, index, parameters, ports } = context;
	refuseAgents(ctx, 'ledger-accept-by-agent');
	const { person, account } = giverOf(ctx, item, index, '');
	if (account === undefined) throw gateError('ledger-accept-unsigned-in');
	const accepted = await ports.ledger.events.accept({
		by: { person, account },
		reason: parameters.text('reason').trim(),
	});
	if (accepted === null)
		return [{ status: 'nothing to accept', sentence: 'Every record agrees with the history.' }];
	return [{ status: 'accepted', ...accepted, at: iso(accepted.at) }];
}
