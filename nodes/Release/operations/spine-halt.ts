import type { INodeProperties } from 'n8n-workflow';
import { shownFor, spineParameter } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';
import { spineJson } from './spine-record';

/** What pausing a spine and letting it go on are asked with. */
export const haltParameters = (operation: 'pause' | 'resume', placeholder: string): INodeProperties[] =>
	shownFor({ resource: ['spine'], operation: [operation] }, [
		spineParameter(),
		{
			displayName: 'Reason',
			name: 'reason',
			type: 'string',
			default: '',
			required: true,
			placeholder,
			description: 'Kept with the event; one sentence, no contact data',
		},
	]);

/** Pauses a spine or lets it go on, and gives its record afterwards. Throws `ledger-spine-unknown`. */
export async function halt(
	context: OperationContext,
	operation: 'pause' | 'resume',
): Promise<readonly object[]> {
	const { settings } = await knownSpine(context);
	const { spines } = context.ports.ledger;
	const reason = context.parameters.text('reason');
	return [spineJson(await spines[operation](settings.spine, reason, context.by))];
}
