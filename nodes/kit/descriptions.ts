import type { DisplayCondition, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { LEDGER_CREDENTIAL } from './ledger';

/** The optional ledger credential of every node. Without it the ledger is a SQLite file in n8n's user folder. */
export const ledgerCredential: INodeCredentialDescription = {
	name: LEDGER_CREDENTIAL,
	displayName: 'Ledger (optional: a SQLite file without it)',
	required: false,
};

/** Type name of our HubSpot credential. */
export const HUBSPOT_CREDENTIAL = 'releaseGateHubSpotApi';

/** A picker of what the ledger knows: from its list, or by name. `searchListMethod`: see `kit/spine-search`. */
const picker = (
	searchListMethod: 'searchSpines' | 'searchSubjects',
	first: 'list' | 'name' = 'list',
): Pick<INodeProperties, 'type' | 'default' | 'modes'> => ({
	type: 'resourceLocator',
	default: { mode: first, value: '' },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod, searchable: true },
		},
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. content-delivery' },
	],
});

/** A parameter that names one spine. `typed`: a name is more likely typed than picked, since the spine may be new. */
export const spineParameter = (
	parameter: Partial<INodeProperties> = {},
	typed: 'typed' | 'picked' = 'picked',
): INodeProperties => ({
	displayName: 'Spine',
	name: 'spine',
	...picker('searchSpines', typed === 'typed' ? 'name' : 'list'),
	required: true,
	description: 'The spine, as configured with the node Release',
	...parameter,
});

/** A parameter that names a spine, or a product that is released without one. */
export const subjectParameter = (
	parameter: Pick<INodeProperties, 'name' | 'displayName'> & Partial<INodeProperties>,
): INodeProperties => ({
	...picker('searchSubjects'),
	required: true,
	description: 'The spine, or the product without one',
	...parameter,
});

/** The parameter that names one release. */
export const releaseParameter: INodeProperties = {
	displayName: 'Release ID',
	name: 'release',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. warmer-opening-line',
	description: 'ID of the release, as its manifest names it',
};

/** Stamps each parameter with the operation (and resource) it belongs to, keeping its own conditions. */
export function shownFor(
	show: Readonly<Record<string, readonly (string | number | DisplayCondition)[]>>,
	parameters: readonly INodeProperties[],
): INodeProperties[] {
	return parameters.map((parameter) => ({
		...parameter,
		displayOptions: {
			...parameter.displayOptions,
			show: {
				...parameter.displayOptions?.show,
				...(show as Record<string, (string | number | DisplayCondition)[]>),
			},
		},
	}));
}
