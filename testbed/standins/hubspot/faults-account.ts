import { randomUUID } from 'node:crypto';
import type { Fault } from '../shared/faults';
import { historyVersions, type HubSpotAccount, type Source } from './account';
import { answer, effect, idsOf, inputsOf, json, reads, updates } from './fault-tools';
import { notFound } from './problems';

const foreign: Source = { sourceType: 'CRM_UI', sourceId: 'userId:7' };

/** What other people and HubSpot itself do to an account. */
export const accountFaults = (account: HubSpotAccount): readonly Fault[] => [
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
	{
		...effect('F21', 'stale search index', () => {
			account.index.lagMs = 10_000;
		}),
		on: {},
	},
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
