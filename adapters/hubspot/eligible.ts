import type {
	FilterOperatorEnum,
	PublicObjectSearchRequest,
} from '@hubspot/api-client/lib/codegen/crm/contacts';
import { gateError } from '../../core/errors';
import type { ContactFilter, ContactQuery } from '../../core/delivery/contacts';
import { isContactId } from './batches';
import { call, type HubSpotClient } from './client';
import { CallFailed, hubSpotError } from './failure';

/** Limits of a search (HubSpot, CRM search); one condition per group is ours, for the keyset. */
const limits = { page: 200, groups: 5, perGroup: 6, filters: 18, characters: 3000 } as const;

const condition = ({ property, operator, value, values }: ContactFilter) => ({
	propertyName: property,
	operator: operator as FilterOperatorEnum,
	...(value === undefined ? {} : { value }),
	...(values === undefined ? {} : { values: [...values] }),
});

/**
 * The search for the page after `afterId`. A walk by ascending id, not by offset: HubSpot ends at 10,000 results per
 * query, and pages by offset shift when contacts stop matching. Ids only, because the list of properties counts
 * towards the 3,000 characters. Throws `hubspot-query-too-large`.
 */
export function searchRequest(query: ContactQuery, afterId: string): PublicObjectSearchRequest {
	const groups = query.anyOf.length === 0 ? [[]] : query.anyOf;
	const unsorted: PublicObjectSearchRequest = {
		limit: limits.page,
		properties: ['hs_object_id'],
		filterGroups: groups.map((group) => ({
			filters: [
				...group.map(condition),
				condition({ property: 'hs_object_id', operator: 'GT', value: afterId }),
			],
		})),
	};
	// HubSpot's specification says strings, its documentation and its servers say objects.
	const sorts = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }];
	const request = Object.assign(unsorted, { sorts });
	const sizes = groups.map((group) => group.length + 1);
	const total = sizes.reduce((sum, size) => sum + size, 0);
	if (
		groups.length > limits.groups ||
		sizes.some((size) => size > limits.perGroup) ||
		total > limits.filters
	) {
		throw gateError('hubspot-query-too-large', {
			what: `${groups.length} groups with ${total} conditions, one of each group ours`,
		});
	}
	const characters = JSON.stringify(request).length;
	if (characters > limits.characters) {
		throw gateError('hubspot-query-too-large', { what: `${characters} characters` });
	}
	return request;
}

/**
 * Ids beyond `afterId`, ascending, each once: an index that changes while it is walked may repeat one or mix their
 * order. What a mixed page left out is found by the next walk, as what the index does not show yet is.
 */
const newIds = (ids: readonly string[], afterId: string): readonly string[] =>
	[...new Set(ids)]
		.filter((id) => isContactId(id) && BigInt(id) > BigInt(afterId))
		.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));

/** See `ContactDirectory.eligibleIds`. */
export async function* eligibleIds(
	client: () => Promise<HubSpotClient>,
	query: ContactQuery,
): AsyncGenerator<readonly string[]> {
	let afterId = query.afterId ?? '0';
	for (;;) {
		const request = searchRequest(query, afterId);
		const { search } = await client();
		const page = await call(() => search.doSearch(request)).catch((error: unknown) => {
			if (error instanceof CallFailed) throw hubSpotError(error.failure, 'the search for contacts');
			throw error;
		});
		const ids = newIds(
			page.results.map((row) => row.id),
			afterId,
		);
		if (ids.length === 0 && page.results.length > 0) {
			throw gateError('hubspot-search-stuck', { after: afterId });
		}
		afterId = ids.at(-1) ?? afterId;
		if (ids.length > 0) yield ids;
		if (page.paging?.next === undefined || ids.length === 0) return;
	}
}
