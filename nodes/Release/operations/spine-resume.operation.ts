import type { OperationContext } from '../resource';
import { halt, haltParameters } from './spine-halt';

export const option = {
	name: 'Resume',
	value: 'resume',
	action: 'Resume a spine',
	description: 'Let claims and confirms through again',
};

export const description = haltParameters('resume', 'e.g. the template was corrected');

/** The spine's record afterwards. Throws `ledger-spine-unknown`. */
export const execute = (context: OperationContext): Promise<readonly object[]> => halt(context, 'resume');
