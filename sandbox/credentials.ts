import type { PlainCredential } from './n8n/command';
import { sandboxGeneratorKey, sandboxServerToken, sandboxToken } from './standins';

/** The credentials of the sandbox, by what they open. All of them open stand-ins only. */
export const sandboxCredentials = {
	hubspot: { id: 'rgSandboxHubSpot', name: 'HubSpot stand-in', type: 'releaseGateHubSpotApi' },
	postmark: { id: 'rgSandboxPostmrk', name: 'Postmark stand-in', type: 'httpHeaderAuth' },
	generator: { id: 'rgSandboxGenerat', name: 'Generator stand-in', type: 'httpHeaderAuth' },
} as const;

/** The same with their data, ready for n8n's import. The ledger has none: SQLite in the user folder is its default. */
export function plainCredentials(hubspotUrl: string): readonly PlainCredential[] {
	return [
		{ ...sandboxCredentials.hubspot, data: { accessToken: sandboxToken, baseUrl: hubspotUrl } },
		{
			...sandboxCredentials.postmark,
			data: { name: 'X-Postmark-Server-Token', value: sandboxServerToken },
		},
		{
			...sandboxCredentials.generator,
			data: { name: 'Authorization', value: `Bearer ${sandboxGeneratorKey}` },
		},
	];
}
