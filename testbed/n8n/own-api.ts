import { record, type Session } from './session';

/** Everything that the package asks of n8n's public API. */
const scopes = ['read', 'list', 'update', 'create', 'delete', 'activate', 'deactivate'].map(
	(verb) => `workflow:${verb}`,
);

/** A key for n8n's public API, and the credential that holds it. */
export interface OwnApi {
	readonly apiKey: string;
	readonly credential: { readonly id: string; readonly name: string };
}

/** Makes a key for n8n's own API, as somebody does in the settings, and the credential for our nodes. */
export async function connectOwnApi(session: Session, label: string): Promise<OwnApi> {
	const apiKey = await session.createApiKey(label, scopes);
	const name = 'n8n itself';
	const made = await session.call('POST', '/rest/credentials', {
		name,
		type: 'releaseGateN8nApi',
		data: { baseUrl: `${session.baseUrl}/api/v1`, apiKey },
	});
	return { apiKey, credential: { id: String(record(made.data).id), name } };
}
