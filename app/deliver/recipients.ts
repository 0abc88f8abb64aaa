import { propertiesToRead } from '../../core/delivery/eligibility';
import type { Instant } from '../../core/delivery/types';
import type { ReleaseGateError } from '../../core/errors';
import type { PropertyMapping } from '../../core/delivery/spine-settings';
import type { ContactDirectory } from '../ports/contacts';
import type { ContactQuery, ReadOutcome } from '../../core/delivery/contacts';

/** One recipient as read, with the properties of the spine's mapping. */
export interface Recipient {
	/** Id under which deliveries are keyed, e.g. the HubSpot contact id. */
	readonly id: string;
	readonly properties: Readonly<Record<string, string | null>>;
	/** Ids of recipients that became part of this one. */
	readonly formerIds?: readonly string[];
	/** Index of the input item it came from; 0 when it was read from a directory. */
	readonly item: number;
}

/** A part of the recipients: those that could be read, and what could not. */
export interface RecipientPage {
	readonly recipients: readonly Recipient[];
	/** Archived, deleted or merged away since the search index saw them: no longer recipients. */
	readonly gone: number;
	/** Ids or items nobody could read, with the reason. */
	readonly unread: readonly ReleaseGateError[];
	/** Id of the last one of the list that this page comes from; absent where there is no such list. */
	readonly readTo?: string;
}

/**
 * Contacts worth reading: active ones whose next eligible time has come, or was never set. A pre-filter over a
 * search index that lags; what counts is the read that follows.
 */
export const dueQuery = (mapping: PropertyMapping, now: Instant): ContactQuery => {
	const active = { property: mapping.status, operator: 'EQ', value: 'active' } as const;
	return {
		anyOf: [
			[active, { property: mapping.nextEligibleAt, operator: 'LTE', value: String(now) }],
			[active, { property: mapping.nextEligibleAt, operator: 'NOT_HAS_PROPERTY' }],
		],
	};
};

/** By contact: the ids it was known by before, as far as the directory tells or a search still shows. */
function formerIds(outcomes: readonly ReadOutcome[]): ReadonlyMap<string, readonly string[]> {
	const byId = new Map<string, Set<string>>();
	for (const outcome of outcomes) {
		if (outcome.status !== 'found' && outcome.status !== 'merged') continue;
		const { contact, requestedId } = outcome;
		const known = byId.get(contact.id) ?? new Set();
		for (const id of [...contact.mergedIds, requestedId]) if (id !== contact.id) known.add(id);
		if (known.size > 0) byId.set(contact.id, known);
	}
	return new Map([...byId].map(([id, known]) => [id, [...known]]));
}

/** What became of recipients since they were frozen. */
export interface Merges {
	/** Ids by which they are known now, by the ids they were frozen under; only those that differ. */
	readonly into: ReadonlyMap<string, string>;
	/** Those of whom nobody can say it now, each with the reason. */
	readonly unknown: ReadonlyMap<string, ReleaseGateError>;
}

/**
 * Which of these contacts were merged into another one since they were frozen. Throws what the read throws; what it
 * cannot say of one contact is `unknown`.
 */
export async function mergesOf(directory: ContactDirectory, ids: readonly string[]): Promise<Merges> {
	const { outcomes } = await directory.read(ids, []);
	const into = new Map<string, string>();
	const unknown = new Map<string, ReleaseGateError>();
	for (const outcome of outcomes) {
		if (outcome.status === 'merged') into.set(outcome.requestedId, outcome.contact.id);
		if (outcome.status === 'failed') unknown.set(outcome.requestedId, outcome.error);
	}
	return { into, unknown };
}

/**
 * Reads the contacts that may be due, page by page, each at most once even if the index repeats it or two ids were
 * merged into one; those after `after`, where it is given. Throws what the search throws; ids whose read failed are
 * `unread`.
 */
export async function* recipientsFromDirectory(
	directory: ContactDirectory,
	mapping: PropertyMapping,
	now: Instant,
	after: string | null = null,
): AsyncGenerator<RecipientPage> {
	const properties = propertiesToRead(mapping);
	const seen = new Set<string>();
	const query = { ...dueQuery(mapping, now), ...(after === null ? {} : { afterId: after }) };
	for await (const ids of directory.eligibleIds(query)) {
		const { outcomes } = await directory.read(ids, properties);
		const recipients: Recipient[] = [];
		const unread: ReleaseGateError[] = [];
		const formerOf = formerIds(outcomes);
		let gone = 0;
		for (const outcome of outcomes) {
			if (outcome.status === 'failed') {
				unread.push(outcome.error);
			} else if (outcome.status === 'missing' || outcome.status === 'archived') {
				gone += 1;
			} else {
				const { contact } = outcome;
				if (outcome.status === 'merged') gone += 1;
				if (contact.archived) gone += 1;
				else if (!seen.has(contact.id)) {
					seen.add(contact.id);
					const former = formerOf.get(contact.id);
					recipients.push({
						id: contact.id,
						properties: contact.properties,
						...(former ? { formerIds: former } : {}),
						item: 0,
					});
				}
			}
		}
		const readTo = ids.at(-1);
		yield { recipients, gone, unread, ...(readTo === undefined ? {} : { readTo }) };
	}
}
