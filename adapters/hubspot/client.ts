import type { BasicApi, BatchApi, SearchApi } from '@hubspot/api-client/lib/codegen/crm/contacts';
import type { CoreApi, GroupsApi } from '@hubspot/api-client/lib/codegen/crm/properties';
import { CallFailed, failure } from './failure';
import { hubSpotBaseUrl, type HubSpotOptions } from './options';
import { type BuildResponse, Transport } from './transport';

/** The classes of @hubspot/api-client that are used, each with our own transport below. */
export interface HubSpotClient {
	readonly basic: BasicApi;
	readonly batch: BatchApi;
	readonly search: SearchApi;
	readonly properties: CoreApi;
	readonly groups: GroupsApi;
}

/**
 * Loads the client and builds its classes. Deep imports: the package's `Client` shares one limiter and one retry
 * setting in the whole process, has no timeout, and repeats creates. Nothing of it is loaded before the first call.
 */
export async function loadClient(options: HubSpotOptions): Promise<HubSpotClient> {
	const [contacts, properties] = await Promise.all([
		import('@hubspot/api-client/lib/codegen/crm/contacts/index.js'),
		import('@hubspot/api-client/lib/codegen/crm/properties/index.js'),
	]);
	const transport = new Transport(options);
	const url = options.baseUrl ?? hubSpotBaseUrl;
	const oauth2 = { accessToken: options.accessToken };
	const answered: BuildResponse = ({ status, headers, text }) =>
		new contacts.ResponseContext(
			status,
			{ ...headers },
			{ text: () => Promise.resolve(text), binary: () => Promise.resolve(Buffer.from(text)) },
		);
	const forContacts = contacts.createConfiguration({
		baseServer: new contacts.ServerConfiguration(url, {}),
		authMethods: { oauth2 },
		httpApi: transport.library((send) => contacts.wrapHttpLibrary({ send }), answered),
	});
	// Each half of the client declares its own, structurally equal, types.
	const forProperties = properties.createConfiguration({
		baseServer: new properties.ServerConfiguration(url, {}),
		authMethods: { oauth2 },
		httpApi: transport.library(
			(send) => properties.wrapHttpLibrary({ send: send as never }) as never,
			answered,
		) as never,
	});
	return {
		basic: new contacts.BasicApi(forContacts),
		batch: new contacts.BatchApi(forContacts),
		search: new contacts.SearchApi(forContacts),
		properties: new properties.CoreApi(forProperties),
		groups: new properties.GroupsApi(forProperties),
	};
}

/**
 * Runs one call of the client, so that only {@link CallFailed} leaves it. The client's own exception is thrown for
 * successes it does not know (a 202); its message holds headers and bodies and goes no further.
 */
export async function call<Result>(run: () => Promise<Result>): Promise<Result> {
	try {
		return await run();
	} catch (error) {
		if (error instanceof CallFailed) throw error;
		const { code } = error as { code?: unknown };
		throw new CallFailed(
			typeof code === 'number' ? failure('unexpected', { status: code }) : failure('unreadable'),
		);
	}
}
