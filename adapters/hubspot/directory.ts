import { gateError } from '../../core/errors';
import type { ContactDirectory } from '../../app/ports/contacts';
import { loadClient, type HubSpotClient } from './client';
import { createPropertyDirectory } from './definitions';
import { eligibleIds } from './eligible';
import { listContacts } from './list';
import { hubSpotBaseUrl, type HubSpotOptions } from './options';
import { readContacts } from './read';
import { updateContacts } from './write';

function usableUrl(given: string): string {
	const url = given.trim().replace(/\/+$/, '');
	if (!URL.canParse(url) || !/^https?:\/\//i.test(url)) throw gateError('hubspot-base-url');
	return url;
}

/**
 * Contacts and property definitions of a HubSpot account. Nothing is loaded or called before the first use. Throws
 * `hubspot-base-url` for a base URL that is none.
 */
export function createHubSpotDirectory(options: HubSpotOptions): ContactDirectory {
	const settled = { ...options, baseUrl: usableUrl(options.baseUrl ?? hubSpotBaseUrl) };
	let loading: Promise<HubSpotClient> | undefined;
	const client = (): Promise<HubSpotClient> => (loading ??= loadClient(settled));
	return {
		eligibleIds: (query) => eligibleIds(client, query),
		list: (properties) => listContacts(client, properties),
		read: (ids, properties, read) => readContacts(client, ids, properties, read),
		update: (writes) => updateContacts(client, writes),
		definitions: createPropertyDirectory(client),
	};
}
