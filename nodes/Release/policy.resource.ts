import * as set from './operations/policy-set.operation';
import * as show from './operations/policy-show.operation';
import type { Resource } from './resource';

export const policy: Resource = {
	option: { name: 'Policy', value: 'policy', description: 'The rules a spine or product is released under' },
	operations: { set, show },
	first: 'show',
};
