import type { INodeProperties } from 'n8n-workflow';
import { withoutDrillCopies } from '../../../core/delivery/drill-copy';
import type { OperationContext } from '../resource';
import { spineJson } from './spine-record';

export const option = {
	name: 'List',
	value: 'list',
	action: 'List spines',
	description: 'Get every spine of the ledger, one item each, without the copies that drills made',
};

export const description: INodeProperties[] = [];

/** One record per spine. */
export async function execute({ ports }: OperationContext): Promise<readonly object[]> {
	return withoutDrillCopies(await ports.ledger.spines.list()).map(spineJson);
}
