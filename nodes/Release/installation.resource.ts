import * as examine from './operations/installation-examine.operation';
import type { Resource } from './resource';

export const installation: Resource = {
	option: {
		name: 'Installation',
		value: 'installation',
		description: 'This n8n, and everything in it that serves the spines',
	},
	operations: { examine },
	first: 'examine',
};
