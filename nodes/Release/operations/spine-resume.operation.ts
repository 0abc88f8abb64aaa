import type { INodeProperties } from 'n8n-workflow';
import { shownFor, spineParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';
import { spineJson } from './spine-record';

export const option = {
	name: 'Resume',
	value: 'resume',
	action: 'Resume a spine',
	description: 'Let claims and confirms through again',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['resume'] }, [
	spineParameter(),
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. the template was corrected',
		description: 'Kept with the event; one sentence, no contact data',
	},
]);

/** The spine's record afterwards. Throws `ledger-spine-unknown`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { settings } = await knownSpine(context);
	const reason = context.parameters.text('reason');
	return [spineJson(await context.ports.ledger.spines.resume(settings.spine, reason, context.by))];
}
