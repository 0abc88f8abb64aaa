import type { INodeProperties } from 'n8n-workflow';
import { exportStatement } from '../../../app/release';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Export Statement',
	value: 'statement',
	action: 'Export a release as a statement',
	description:
		'Get the release as an in-toto statement: digests of what ships, materials, approvals, the decision, the signed head of the chain',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['statement'] }, [
	releaseParameter,
]);

/** One record: the statement, and the signed envelope around it where the ledger has a signing key. */
export async function execute({ parameters, ports }: OperationContext): Promise<readonly object[]> {
	return [await exportStatement(ports, parameters.picked('release'))];
}
