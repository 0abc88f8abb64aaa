import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** A HubSpot account, by Service Key or private app token. */
export class ReleaseGateHubSpotApi implements ICredentialType {
	name = 'releaseGateHubSpotApi';

	displayName = 'Release Gate HubSpot API';

	icon: Icon = {
		light: 'file:../assets/icons/hubspotKey.svg',
		dark: 'file:../assets/icons/hubspotKey.dark.svg',
	};

	documentationUrl =
		'https://github.com/release-gate/n8n-nodes-release-gate/blob/main/docs/guide/hubspot.md#the-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. pat-na1-...',
			description:
				'A Service Key, or the token of an older private app: HubSpot makes no new private apps of that kind. Scopes: crm.objects.contacts.read and .write; for snapshots also crm.schemas.contacts.read and .write.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.hubapi.com',
			required: true,
			description: 'Change it only to work against a stand-in',
		},
		{
			displayName: 'Calls Per 10 Seconds',
			name: 'callsPer10Seconds',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 1000 },
			default: 100,
			description:
				'What these nodes may use of the limit of the token: 100 on Free and Starter, 190 on Pro and Enterprise. With a ledger on Postgres all processes share it.',
		},
		{
			displayName: 'Searches Per Second',
			name: 'searchesPerSecond',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 20 },
			default: 5,
			description: 'What these nodes may use of the search limit, which all apps of the account share: 5',
		},
		{
			displayName: 'API Version',
			name: 'pathVersion',
			type: 'options',
			options: [
				{ name: 'V3', value: 'v3', description: 'Supported by HubSpot until September 2027' },
				{
					name: '2026-09',
					value: '2026-09',
					description: "Enforces the account's validation rules on writes",
				},
			],
			default: 'v3',
			description: "Which paths of HubSpot's API are called",
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{ $credentials.accessToken }}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl }}',
			url: '/crm/v3/objects/contacts',
			qs: { limit: 1, properties: 'hs_object_id' },
		},
	};
}
