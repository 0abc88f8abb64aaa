import type { OperationContext } from '../resource';
import { halt, haltParameters } from './spine-halt';

export const option = {
	name: 'Pause',
	value: 'pause',
	action: 'Pause a spine',
	description: 'Stop new claims and confirms at once; sends under way may finish',
};

export const description = haltParameters('pause', 'e.g. the template looks wrong');

/** The spine's record afterwards. Throws `ledger-spine-unknown`. */
export const execute = (context: OperationContext): Promise<readonly object[]> => halt(context, 'pause');
