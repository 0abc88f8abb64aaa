import type { INodeProperties } from 'n8n-workflow';
import { shownFor, spineParameter } from '../../shared/descriptions';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';

export const option = {
	name: 'Reconcile',
	value: 'reconcile',
	action: 'Reconcile the books of a spine',
	description: 'Record expired claims, sends in doubt and slots that closed without a send',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['reconcile'] }, [
	spineParameter(),
]);

/** One record: what the sweep changed. Throws `spine-not-configured`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { settings } = await knownSpine(context);
	return [{ spine: settings.spine, ...(await context.ledger.deliveries.sweep(settings.spine)) }];
}
