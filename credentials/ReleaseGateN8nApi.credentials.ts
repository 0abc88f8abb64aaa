import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** The public API of an n8n instance. Reading workflows needs the scopes `workflow:list` and `workflow:read`. */
export class ReleaseGateN8nApi implements ICredentialType {
	name = 'releaseGateN8nApi';

	displayName = 'Release Gate n8n API';

	icon: Icon = { light: 'file:../assets/icons/n8nKey.svg', dark: 'file:../assets/icons/n8nKey.dark.svg' };

	documentationUrl =
		'https://github.com/release-gate/n8n-nodes-release-gate/blob/main/docs/reference/nodes/workflow-audit.md#the-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://n8n.example.com/api/v1',
			description: 'Address of the public API of the instance',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Made under Settings, n8n API; needs the scopes workflow:list and workflow:read',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-N8N-API-KEY': '={{ $credentials.apiKey }}' } },
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{ $credentials.baseUrl }}', url: '/workflows', qs: { limit: 1 } },
	};
}
