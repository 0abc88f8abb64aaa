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

/** A parameter that names one spine. */
export const spineParameter = (parameter: Partial<INodeProperties> = {}): INodeProperties => ({
	displayName: 'Spine',
	name: 'spine',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. content-delivery',
	description: 'Name of the spine, as configured with the node Release',
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
