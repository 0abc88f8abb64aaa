import type { INodeProperties } from 'n8n-workflow';
import { shownFor, spineParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';
import { spineJson } from './spine-record';

export const option = {
	name: 'Pause',
	value: 'pause',
	action: 'Pause a spine',
	description: 'Stop new claims and confirms at once; sends under way may finish',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['pause'] }, [
	spineParameter(),
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. the template looks wrong',
		description: 'Kept with the event; one sentence, no contact data',
	},
]);

/** The spine's record afterwards. Throws `ledger-spine-unknown`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { settings } = await knownSpine(context);
	const reason = context.parameters.text('reason');
	return [spineJson(await context.ports.ledger.spines.pause(settings.spine, reason, context.by))];
}
