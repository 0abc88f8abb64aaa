import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { providers } from '../../adapters/providers/registry';

/** The providers whose answers are known, for a picker. */
export const providerOptions: INodePropertyOptions[] = providers.map(({ id: value, name }) => ({
	name,
	value,
}));

/** Value of *Provider* that leaves name and fields to the user. */
export const CUSTOM = 'custom';

/** The last option of such a picker. `description`: what the user names then. */
export const customOption = (description: string): INodePropertyOptions => ({
	name: 'Custom',
	value: CUSTOM,
	description,
});

/** The name of a provider of the user's own. */
export const customProvider = (description: string): INodeProperties => ({
	displayName: 'Provider Name',
	name: 'customProvider',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. acme-mail',
	description,
});
