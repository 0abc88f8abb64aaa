import type { INodeProperties } from 'n8n-workflow';
import { shownFor, spineParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';

export const option = {
	name: 'Sweep',
	value: 'sweep',
	action: 'Sweep a spine',
	description: 'Record expired claims, sends in doubt and slots that were missed; safe at any time',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['sweep'] }, [
	spineParameter(),
]);

/** One record: how many claims expired, sends came in doubt and deliveries were missed. Throws `ledger-spine-unknown`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { settings } = await knownSpine(context);
	const report = await context.ports.ledger.deliveries.sweep(settings.spine);
	return [{ spine: settings.spine, ...report }];
}
