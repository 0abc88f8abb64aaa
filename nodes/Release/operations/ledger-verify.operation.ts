import type { INodeProperties } from 'n8n-workflow';
import { shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Verify',
	value: 'verify',
	action: 'Verify the event chain',
	description: 'Check every hash of the event chain, hold every record against it, and tell its head',
};

export const description: INodeProperties[] = shownFor({ resource: ['ledger'], operation: ['verify'] }, [
	{
		displayName: 'Against Head',
		name: 'against',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. {"position":5120,"hash":"9f2c…","at":1764547200000,"signature":null}',
		description:
			'A head of the chain that was kept elsewhere, as Sign Head or a report gave it. A chain that was rewritten since does not run through it. Empty for none.',
	},
]);

/** One record: `intact` with the head, or `broken` with the position and the record. A broken chain is an answer, no error. */
export async function execute({ parameters, ports }: OperationContext): Promise<readonly object[]> {
	const head = parameters.json('against', 'Against Head');
	const { events } = ports.ledger;
	return [head === undefined ? await events.verify() : await events.verifyAgainst(head)];
}
