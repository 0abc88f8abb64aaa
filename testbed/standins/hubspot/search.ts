import type { HubSpotAccount } from './account';
import { contactAnswer, listOf, objectOf, textOf } from './answers';
import type { DefinitionRow } from './definitions';
import { invalid, Refusal } from './problems';
import { instantOf } from './validation';

type Values = ReadonlyMap<string, string>;
type Test = (values: Values) => boolean;

const limits = { page: 200, results: 10_000, characters: 3000, groups: 5, perGroup: 6, filters: 18 };

/** Answers a search. `text` is the body as sent: its length counts. Throws a {@link Refusal}. */
export function search(account: HubSpotAccount, body: unknown, text: string): Record<string, unknown> {
	if (text.length > limits.characters) {
		throw new Refusal(invalid(`Search request must be under ${limits.characters} characters.`));
	}
	const request = objectOf(body ?? {}, 'request');
	const limit = Number(request['limit'] ?? 10);
	const after = Number(request['after'] ?? 0);
	if (!(limit >= 1 && limit <= limits.page))
		throw new Refusal(invalid(`limit must be at most ${limits.page}`));
	if (Number.isNaN(after)) throw new Refusal(invalid('after is not a cursor'));
	if (after + limit > limits.results) {
		throw new Refusal(invalid(`Paging beyond ${limits.results} results is not supported.`));
	}
	const test = groupsTest(account, request['filterGroups']);
	const matching: string[] = [];
	for (const [id, values] of account.index.rows()) if (test(values)) matching.push(id);
	sortIds(account, matching, request['sorts']);
	const properties = listOf(request['properties'], 'properties').map(String);
	const results = matching.slice(after, after + limit).map((id) => {
		const contact = account.contacts.get(id);
		return contact === undefined ? goneAnswer(id) : contactAnswer(account, contact, properties);
	});
	const next = after + limit;
	return {
		total: matching.length,
		results,
		...(next < matching.length ? { paging: { next: { after: String(next) } } } : {}),
	};
}

/** What the index still shows of a contact that was merged away. */
const goneAnswer = (id: string): Record<string, unknown> => ({
	id,
	properties: { hs_object_id: id },
	createdAt: new Date(0).toISOString(),
	updatedAt: new Date(0).toISOString(),
	archived: false,
});

function groupsTest(account: HubSpotAccount, given: unknown): Test {
	const groups = listOf(given, 'filterGroups').map((group) =>
		listOf(objectOf(group, 'filterGroup')['filters'], 'filters').map((filter) => objectOf(filter, 'filter')),
	);
	const total = groups.reduce((sum, group) => sum + group.length, 0);
	if (groups.length > limits.groups || groups.some((group) => group.length > limits.perGroup)) {
		throw new Refusal(invalid('At most 5 filter groups of 6 filters are allowed.'));
	}
	if (total > limits.filters) throw new Refusal(invalid('At most 18 filters are allowed.'));
	const tests = groups.map((group) => group.map((filter) => filterTest(account, filter)));
	return (values) => tests.length === 0 || tests.some((group) => group.every((test) => test(values)));
}

function filterTest(account: HubSpotAccount, filter: Readonly<Record<string, unknown>>): Test {
	const name = String(filter['propertyName']);
	const definition = account.definitions.get(name);
	if (definition === undefined || definition.archived) {
		throw new Refusal(invalid(`There was a problem with the request. Property "${name}" does not exist.`));
	}
	const value = filter['value'] === undefined ? undefined : textOf(filter['value']);
	const values = listOf(filter['values'], 'values').map(String);
	const key = sortKey(definition);
	const compare = (test: (has: number | string, wanted: number | string) => boolean): Test => {
		if (value === undefined) throw new Refusal(invalid(`The filter on "${name}" needs a value.`));
		const wanted = key(value);
		return (row) => {
			const has = row.get(name);
			return has !== undefined && test(key(has), wanted);
		};
	};
	const lowered = new Set(values);
	switch (String(filter['operator'])) {
		case 'EQ':
			return compare((has, wanted) => has === wanted);
		case 'NEQ':
			return compare((has, wanted) => has !== wanted);
		case 'GT':
			return compare((has, wanted) => has > wanted);
		case 'GTE':
			return compare((has, wanted) => has >= wanted);
		case 'LT':
			return compare((has, wanted) => has < wanted);
		case 'LTE':
			return compare((has, wanted) => has <= wanted);
		case 'HAS_PROPERTY':
			return (row) => row.has(name);
		case 'NOT_HAS_PROPERTY':
			return (row) => !row.has(name);
		case 'IN':
			return (row) => lowered.has(listKey(definition, row.get(name)));
		case 'NOT_IN':
			return (row) => row.has(name) && !lowered.has(listKey(definition, row.get(name)));
		case 'CONTAINS_TOKEN':
			return containsToken(name, value ?? '');
		default:
			throw new Refusal(invalid(`Unknown operator ${String(filter['operator'])}`));
	}
}

/** IN and NOT_IN meet strings in lower case. */
const listKey = (definition: DefinitionRow, value: string | undefined): string =>
	definition.type === 'string' ? (value ?? '').toLowerCase() : (value ?? '');

function containsToken(name: string, value: string): Test {
	const wanted = value.toLowerCase();
	const starts = wanted.endsWith('*') ? wanted.slice(0, -1) : null;
	return (row) =>
		(row.get(name) ?? '')
			.toLowerCase()
			.split(/[^\p{L}\p{N}]+/u)
			.some((token) => (starts === null ? token === wanted : token.startsWith(starts)));
}

function sortKey(definition: DefinitionRow): (value: string) => number | string {
	if (definition.type === 'number') return Number;
	if (definition.type === 'date' || definition.type === 'datetime') return instantOf;
	if (definition.type === 'string') return (value) => value.toLowerCase();
	return (value) => value;
}

function sortIds(account: HubSpotAccount, ids: string[], given: unknown): void {
	const sorts = listOf(given, 'sorts');
	if (sorts.length > 1) throw new Refusal(invalid('Only one sort is allowed.'));
	const [sort] = sorts;
	if (sort === undefined) return;
	const text = typeof sort === 'string' ? sort : '';
	const row = typeof sort === 'string' ? {} : objectOf(sort, 'sort');
	const name = text === '' ? String(row['propertyName']) : text.replace(/^-/, '');
	const definition = account.definitions.get(name);
	if (definition === undefined) throw new Refusal(invalid(`Cannot sort by "${name}".`));
	const down = text.startsWith('-') || row['direction'] === 'DESCENDING';
	if (name === 'hs_object_id') {
		if (down) ids.reverse();
		return;
	}
	const key = sortKey(definition);
	const keys = new Map(
		ids.map((id) => {
			const contact = account.contacts.get(id);
			return [id, key((contact && account.value(contact, name)) ?? '')] as const;
		}),
	);
	ids.sort((a, b) => {
		const [left, right] = [keys.get(a) ?? '', keys.get(b) ?? ''];
		return (left < right ? -1 : left > right ? 1 : 0) * (down ? -1 : 1);
	});
}
