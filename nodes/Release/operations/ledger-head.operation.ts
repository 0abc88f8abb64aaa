import type { INodeProperties } from 'n8n-workflow';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Sign Head',
	value: 'head',
	action: 'Sign the head of the chain',
	description:
		'Get the end of the event chain, signed where the credential has a signing key. Send it somewhere else: Verify finds by it whether the chain was rewritten.',
};

export const description: INodeProperties[] = [];

/** One record: position, hash, time and signature. */
export async function execute({ ports }: OperationContext): Promise<readonly object[]> {
	return [await ports.ledger.events.head()];
}
