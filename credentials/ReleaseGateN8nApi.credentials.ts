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
			placeholder: 'e.g. https://n8n.example.com',
			description: 'Address of the instance; /api/v1, where its public API stands, may be left out',
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
		request: {
			// As apiAddress in adapters/n8n says it; a test holds the two against each other.
			baseURL:
				"={{ $credentials.baseUrl.trim().replace(/\\/+$/, '').replace(/^(?!.*\\/v\\d+$)(.+?)(\\/api)?$/, '$1/api/v1') }}",
			url: '/workflows',
			qs: { limit: 1 },
		},
		rules: [
			{
				// n8n answers below a wrong path too, with the page of its editor. Its list of workflows has `data`.
				type: 'responseSuccessBody',
				properties: {
					key: 'data',
					value: undefined,
					message:
						'What answers there is not the public API of n8n. Give the address of the instance, e.g. https://n8n.example.com.',
				},
			},
		],
	};
}
