import { randomUUID } from 'node:crypto';
import type { Fault, FaultAnswer } from '../shared/faults';
import type { Call } from '../shared/calls';
import { historyVersions, type HubSpotAccount, type Source } from './account';
import { invalid, invalidValues, notFound, problem, throttled, type Problem } from './problems';

const json = { 'content-type': 'application/json;charset=utf-8' };
const html = { 'content-type': 'text/html' };
const foreign: Source = { sourceType: 'CRM_UI', sourceId: 'userId:7' };

const answer = (
	{ status, body, headers }: Problem,
	more: Readonly<Record<string, string>> = {},
): FaultAnswer => ({
	status,
	headers: { ...json, ...headers, ...more },
	body,
});

/** Ids a call names, in its path or in its inputs. */
function idsOf(call: Call): string[] {
	const inputs = (call.body as { inputs?: readonly { id?: unknown }[] } | undefined)?.inputs;
	if (Array.isArray(inputs)) return inputs.map((input: { id?: unknown }) => String(input.id));
	const last = call.path.split('/').pop() ?? '';
	return /^\d+$/.test(last) ? [last] : [];
}

const inputsOf = (call: Call): Record<string, unknown>[] =>
	((call.body as { inputs?: unknown } | undefined)?.inputs as Record<string, unknown>[] | undefined) ?? [];

const searchOnly = { path: '/search' };
const reads = { path: '/batch/read' };
const updates = { path: '/batch/update' };

/** The playback list of `field/hubspot-faults.json`: answers as observed or documented, or changes to the account. */
export function hubSpotFaults(account: HubSpotAccount, onLag: (ms: number) => void): readonly Fault[] {
	const answers = (id: string, name: string, build: (call: Call) => FaultAnswer, on = {}): Fault => ({
		id,
		name,
		on,
		before: build,
	});
	const effect = (id: string, name: string, act: (call: Call) => void, on = {}): Fault => ({
		id,
		name,
		on,
		before: (call) => {
			act(call);
			return undefined;
		},
	});
	const list: readonly Fault[] = [
		{
			id: 'F01',
			name: 'burst 429',
			variants: ['no Retry-After', 'Retry-After: 1', 'Retry-After: 10'],
			before: (_call, variant) => {
				const seconds = variant.split(': ')[1];
				return answer(
					throttled('TEN_SECONDLY_ROLLING', 190),
					seconds === undefined ? {} : { 'retry-after': seconds },
				);
			},
		},
		{
			id: 'F02',
			name: 'search 429',
			variants: ['known text', 'other text'],
			on: searchOnly,
			before: (_call, variant) => {
				const { status, body } = throttled('SECONDLY', 5);
				return answer({ status, body: variant === 'known text' ? body : { ...body, message: 'Slow down.' } });
			},
		},
		answers('F03', 'daily 429', () => answer(throttled('DAILY', 250_000))),
		answers('F04', 'lock', () => answer(problem(423, 'LOCKED', 'The record is locked.'))),
		answers('F05', 'migration', () =>
			answer(problem(477, 'MIGRATION', 'The account is being moved.'), { 'retry-after': '3600' }),
		),
		answers('F06', '502 html', () => ({ status: 502, headers: html, raw: '<html>502 Bad Gateway</html>' })),
		answers('F07', '502 without content-type', () => ({ status: 502, headers: {}, raw: 'bad gateway' })),
		answers('F08', '504 json type, empty body', () => ({ status: 504, headers: json, raw: '' })),
		{
			id: 'F09',
			name: '524 slow',
			variants: ['100 ms', '100 s'],
			before: async (_call, variant) => {
				await new Promise((resolve) => setTimeout(resolve, variant === '100 s' ? 100_000 : 100).unref());
				return { status: 524, headers: html, raw: '<html>524</html>' };
			},
		},
		{ id: 'F10', name: 'never answers', before: () => 'silence' },
		{
			id: 'F11',
			name: 'socket reset before or after the write was applied',
			variants: ['before apply', 'after apply'],
			before: (_call, variant) => (variant === 'before apply' ? 'reset' : undefined),
			after: (_call, variant) => (variant === 'after apply' ? 'reset' : undefined),
		},
		{
			id: 'F12',
			name: 'write applied, answer lost as 5xx',
			after: () => ({ status: 504, headers: html, raw: '<html>504</html>' }),
		},
		effect(
			'F13',
			'207 batch read, missing ids',
			(call) => {
				const contact = account.find(idsOf(call)[0] ?? '');
				if (contact !== undefined) account.archive(contact);
			},
			reads,
		),
		effect(
			'F14',
			'207 batch write, objectWriteTraceId on every input',
			(call) => {
				const [first] = inputsOf(call);
				if (first !== undefined) first['properties'] = { ...(first['properties'] as object), missing: 'x' };
			},
			updates,
		),
		answers(
			'F15',
			'one bad input without trace ids',
			() =>
				answer(
					invalidValues([
						{
							isValid: false,
							message: 'Property "missing" does not exist',
							error: 'PROPERTY_DOESNT_EXIST',
							name: 'missing',
						},
					]),
				),
			updates,
		),
		answers(
			'F16',
			'duplicate ids in batch',
			(call) => {
				const [id = '123'] = idsOf(call);
				return answer(
					invalid(`Duplicate IDs found in batch input: [${id}]. IDs must be unique`, {
						context: { ids: [id] },
					}),
				);
			},
			{ path: '/batch/' },
		),
		answers(
			'F17',
			'more than 100 inputs / more than 50 with history',
			() =>
				answer(
					invalid('The maximum number of inputs supported in a batch request for property histories is 50'),
				),
			{ path: '/batch/' },
		),
		{
			id: 'F18',
			name: 'batch results in another order, emails lowercased',
			on: { path: '/batch/' },
			after: (_call, _variant, given) => {
				const body = given.body as { results?: { properties: Record<string, string | null> }[] } | undefined;
				const results = [...(body?.results ?? [])].reverse().map((row) => ({
					...row,
					properties: { ...row.properties, email: row.properties['email']?.toLowerCase() ?? null },
				}));
				return { status: given.status, headers: json, body: { ...body, results } };
			},
		},
		answers(
			'F19',
			'search past 10,000',
			() => answer(invalid('Paging beyond 10000 results is not supported.')),
			searchOnly,
		),
		answers(
			'F20',
			'search body over 3,000 characters',
			() => answer(invalid('Search request must be under 3000 characters.')),
			searchOnly,
		),
		{ ...effect('F21', 'stale search index', () => onLag(10_000)), on: {} },
		effect(
			'F22',
			'merged contact',
			(call) => {
				const [id] = idsOf(call);
				const contact = id === undefined ? undefined : account.find(id);
				if (contact === undefined) return;
				const other = account.create({ firstname: 'Merged', lastname: 'Away' }, foreign);
				account.merge(contact.id, other.id);
			},
			{ path: '/batch/' },
		),
		{
			id: 'F23',
			name: 'archived contact',
			variants: ['in the account', 'as an answer'],
			on: { path: '/contacts' },
			before: (call, variant) => {
				if (variant === 'as an answer') return answer(notFound());
				const contact = account.find(idsOf(call)[0] ?? '');
				if (contact !== undefined) account.archive(contact);
				return undefined;
			},
		},
		answers('F24', 'expired OAuth token', () =>
			answer(
				problem(
					401,
					'EXPIRED_AUTHENTICATION',
					'The OAuth token used to make this call expired 75 second(s) ago.',
					{ context: { 'expire time': ['2022-06-21T10:37:52.040Z'] } },
				),
			),
		),
		answers('F25', 'bad or revoked token', () =>
			answer(problem(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.')),
		),
		answers('F26', 'missing scope', () =>
			answer(
				problem(
					403,
					'MISSING_SCOPES',
					"This app hasn't been granted all required scopes to make this call.",
					{
						errors: [
							{
								message: 'One or more of the following scopes are required.',
								context: { requiredGranularScopes: ['crm.objects.contacts.write'] },
							},
						],
					},
				),
			),
		),
		answers('F27', 'create conflict', () =>
			answer(problem(409, 'CONFLICT', 'Contact already exists. Existing ID: 6001')),
		),
		answers('F28', 'date not midnight', () =>
			answer(
				invalidValues([
					{
						isValid: false,
						message: '1505779200 is at 10:16:19.200 UTC, not midnight!',
						error: 'INVALID_DATE',
						name: 'next_send_on',
					},
				]),
			),
		),
		{
			...answers('F29', 'property exists', () =>
				answer(
					problem(409, 'OBJECT_ALREADY_EXISTS', "A property named 'x' already exists.", {
						subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
					}),
				),
			),
			on: { method: 'POST', path: '/properties/' },
		},
		{
			...answers('F30', 'archive property in use', () =>
				answer(
					invalid('x is currently used in 1 places and cannot be deleted', {
						subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
					}),
				),
			),
			on: { method: 'DELETE', path: '/properties/' },
		},
		{
			id: 'F31',
			name: 'unexpected 2xx',
			after: (_call, _variant, given) => ({ ...given, status: 202, headers: json }),
		},
		effect(
			'F32',
			'foreign write between read and write',
			(call) => {
				for (const input of inputsOf(call)) {
					const contact = account.find(String(input['id']));
					const [name] = Object.keys((input['properties'] as object | undefined) ?? {});
					if (contact === undefined || name === undefined) continue;
					account.write(contact, new Map([[name, `foreign ${randomUUID().slice(0, 8)}`]]), foreign);
				}
			},
			updates,
		),
		effect(
			'F33',
			'history truncated',
			(call) => {
				const names = (call.body as { propertiesWithHistory?: readonly string[] } | undefined)
					?.propertiesWithHistory;
				for (const id of idsOf(call)) {
					const contact = account.find(id);
					if (contact === undefined) continue;
					for (const name of names ?? []) fillHistory(account, contact, name);
				}
			},
			reads,
		),
	];
	return list.map((fault) => ({ ...fault, on: fault.on ?? { path: '/crm/' } }));
}

/** Writes as many foreign versions as a contact keeps, and the present value last. */
function fillHistory(
	account: HubSpotAccount,
	contact: Parameters<HubSpotAccount['write']>[0],
	name: string,
): void {
	const now = account.value(contact, name) ?? '';
	for (let version = 1; version < historyVersions; version += 1) {
		account.write(contact, new Map([[name, `version ${version}`]]), foreign);
	}
	account.write(contact, new Map([[name, now]]), foreign);
}
