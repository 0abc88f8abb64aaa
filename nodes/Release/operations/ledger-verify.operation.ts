import type { INodeProperties } from 'n8n-workflow';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Verify',
	value: 'verify',
	action: 'Verify the event chain',
	description: 'Check every hash of the event chain and tell its head',
};

export const description: INodeProperties[] = [];

/** One record: `intact` with the head, or `broken` with the position. A broken chain is an answer, not an error. */
export async function execute({ ports }: OperationContext): Promise<readonly object[]> {
	return [await ports.ledger.events.verify()];
}
