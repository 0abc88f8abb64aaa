import type { INodeProperties } from 'n8n-workflow';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Seal Again',
	value: 'reseal',
	action: 'Seal the ledger again',
	description:
		'Encrypt every frozen input and kept result under the current key of the credential: after a key was set, or changed. Safe to repeat.',
};

export const description: INodeProperties[] = [];

/** One record: how many were sealed, and whether any could not be opened. Throws `ledger-reseal-no-key`. */
export async function execute({ ports, by }: OperationContext): Promise<readonly object[]> {
	const report = await ports.ledger.reseal(by);
	const sentence = report.complete
		? 'Everything is sealed under the current key. Nothing in the clear is accepted from now on. Keep former keys while snapshots from before are kept.'
		: `${report.unreadable} could not be opened: their key is neither the Encryption Key nor among the Former Encryption Keys, or they were changed.`;
	return [{ status: report.complete ? 'complete' : 'incomplete', ...report, sentence }];
}
