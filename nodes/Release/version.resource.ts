import * as next from './operations/version-next.operation';
import * as previous from './operations/version-previous.operation';
import type { Resource } from './resource';

export const version: Resource = {
	option: {
		name: 'Version',
		value: 'version',
		description: 'Tags of a software repository, read as versions',
	},
	operations: { next, previous },
	first: 'next',
};
