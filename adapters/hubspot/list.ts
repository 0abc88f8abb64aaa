import type { Contact } from '../../core/delivery/contacts';
import { batchSize } from './batches';
import { call, type HubSpotClient } from './client';
import { contactOf, mergedIdsProperty } from './contact';
import { CallFailed, hubSpotError } from './failure';
import { readContacts } from './read';

/** Longer lists of properties go into the body of a batch read: the list endpoint takes them in its URL. */
const urlCharacters = 4000;

/** See `ContactDirectory.list`. */
export async function* listContacts(
	client: () => Promise<HubSpotClient>,
	properties: readonly string[],
): AsyncGenerator<readonly Contact[]> {
	const names = [...new Set([...properties, mergedIdsProperty])];
	const fits = names.join('&properties=').length <= urlCharacters;
	let after: string | undefined;
	do {
		const { basic } = await client();
		const asked = fits ? names : ['hs_object_id'];
		const page = await call(() => basic.getPage(batchSize.plain, after, asked)).catch((error: unknown) => {
			if (error instanceof CallFailed) throw hubSpotError(error.failure, 'the list of contacts');
			throw error;
		});
		if (fits) {
			yield page.results.map((row) => contactOf(row, properties, false));
		} else {
			const ids = page.results.map((row) => row.id);
			const { outcomes } = await readContacts(client, ids, properties);
			yield outcomes.flatMap((outcome) => {
				if (outcome.status === 'failed') throw outcome.error;
				return outcome.status === 'missing' ? [] : [outcome.contact];
			});
		}
		after = page.paging?.next?.after;
	} while (after !== undefined);
}
