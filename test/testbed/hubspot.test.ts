import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
	sandboxToken,
	startHubSpot,
	seedContentDelivery,
	contentDeliveryMapping,
} from '../../testbed/standins';
import type { HubSpotAdmin } from '../../testbed/standins';
import { scopes } from '../../testbed/standins/hubspot/tokens';

type Body = Record<string, unknown>;

describe('the HubSpot stand-in', () => {
	let hubspot: Awaited<ReturnType<typeof startHubSpot>>;
	let admin: HubSpotAdmin;
	let now: number;
	beforeEach(async () => {
		now = Date.parse('2026-11-21T08:00:00Z');
		hubspot = await startHubSpot({ clock: () => now, indexLagMs: 500 });
		admin = hubspot.admin;
		seedContentDelivery(admin, { contacts: 0, now });
	});
	afterEach(() => hubspot.close());

	async function ask(method: string, path: string, body?: unknown, token = sandboxToken) {
		const answer = await fetch(`${hubspot.url}${path}`, {
			method,
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await answer.text();
		return {
			status: answer.status,
			headers: answer.headers,
			body: (text === '' ? {} : JSON.parse(text)) as Body,
		};
	}
	const contacts = '/crm/v3/objects/contacts';
	const search = (filters: readonly Body[], more: Body = {}) =>
		ask('POST', `${contacts}/search`, { filterGroups: [{ filters }], ...more });

	it('answers with HubSpot’s own success codes', async () => {
		const created = await ask('POST', contacts, { properties: { email: 'Ada@Example.com' } });
		expect(created.status).toBe(201);
		expect((created.body['properties'] as Body)['email']).toBe('ada@example.com');
		const path = `${contacts}/${String(created.body['id'])}`;
		expect((await ask('GET', path)).status).toBe(200);
		expect((await ask('PATCH', path, { properties: { firstname: 'Ada' } })).status).toBe(200);
		expect((await ask('GET', `${contacts}/ada@example.com?idProperty=email`)).body['id']).toBe(
			created.body['id'],
		);
		expect((await ask('POST', contacts, { properties: { email: 'ada@example.com' } })).status).toBe(409);
		expect((await ask('DELETE', path)).status).toBe(204);
		expect((await ask('GET', path)).status).toBe(404);
		expect((await ask('GET', `${path}?archived=true`)).status).toBe(200);
	});

	it('wants a token that is known, in date and has the scope', async () => {
		admin.tokens.add('reader', [scopes.read]);
		admin.tokens.add('old', undefined, now - 1000);
		expect((await ask('GET', contacts, undefined, 'nobody')).body['category']).toBe('INVALID_AUTHENTICATION');
		expect((await ask('GET', contacts, undefined, 'old')).body['category']).toBe('EXPIRED_AUTHENTICATION');
		expect((await ask('GET', contacts, undefined, 'reader')).status).toBe(200);
		const refused = await ask('POST', contacts, { properties: {} }, 'reader');
		expect([refused.status, refused.body['category']]).toEqual([403, 'MISSING_SCOPES']);
	});

	it('refuses what a property does not take, and then writes nothing', async () => {
		const [id = ''] = admin.seedContacts([{ email: 'ada@example.com' }]);
		const wrong = {
			cc_delivery_status: 'Active',
			cc_delivery_count: 'many',
			cc_next_eligible_send_at: 'soon',
			cc_started_on: '1505779200123',
			hs_object_id: '7',
			cc_nowhere: 'x',
		};
		for (const [name, value] of Object.entries(wrong)) {
			const { status } = await ask('PATCH', `${contacts}/${id}`, {
				properties: { firstname: 'x', [name]: value },
			});
			expect([name, status]).toEqual([name, 400]);
		}
		expect(admin.values(id)?.['firstname']).toBeUndefined();
	});

	it('refuses batches of more than 100, or 50 with history, and duplicates', async () => {
		const inputs = (count: number) =>
			Array.from({ length: count }, (_none, index) => ({ id: String(index + 1) }));
		const read = (body: Body) => ask('POST', `${contacts}/batch/read`, { properties: [], ...body });
		expect((await read({ inputs: inputs(100) })).status).toBe(207);
		expect((await read({ inputs: inputs(101) })).status).toBe(400);
		expect((await read({ inputs: inputs(51), propertiesWithHistory: ['email'] })).status).toBe(400);
		expect((await read({ inputs: [{ id: '1' }, { id: '1' }] })).status).toBe(400);
	});

	it('limits searches: page, offset, characters, groups', async () => {
		expect((await search([], { limit: 201 })).status).toBe(400);
		expect((await search([], { limit: 200, after: '9800' })).status).toBe(200);
		expect((await search([], { limit: 200, after: '9801' })).status).toBe(400);
		const email = { propertyName: 'email', operator: 'EQ' };
		expect((await search([{ ...email, value: 'x'.repeat(3000) }])).status).toBe(400);
		expect((await search(Array.from({ length: 7 }, () => ({ ...email, value: 'x' })))).status).toBe(400);
		expect((await search([{ propertyName: 'cc_nowhere', operator: 'HAS_PROPERTY' }])).status).toBe(400);
	});

	it('shows writes in searches only after the lag', async () => {
		const filter = [{ propertyName: 'firstname', operator: 'EQ', value: 'ada' }];
		const created = await ask('POST', contacts, { properties: { firstname: 'Ada' } });
		expect((await search(filter)).body['total']).toBe(0);
		now += 500;
		expect((await search(filter)).body['total']).toBe(1);
		await ask('PATCH', `${contacts}/${String(created.body['id'])}`, { properties: { firstname: 'Bo' } });
		expect((await search(filter)).body['total']).toBe(1);
		now += 500;
		expect((await search(filter)).body['total']).toBe(0);
	});

	it.each([
		['EQ', { value: '5' }, ['five']],
		['NEQ', { value: '5' }, ['ten', 'seven']],
		['GT', { value: '5' }, ['ten', 'seven']],
		['GTE', { value: '7' }, ['ten', 'seven']],
		['LT', { value: '10' }, ['five', 'seven']],
		['LTE', { value: '5' }, ['five']],
		['HAS_PROPERTY', {}, ['five', 'ten', 'seven']],
		['NOT_HAS_PROPERTY', {}, ['none']],
		['IN', { values: ['5', '10'] }, ['five', 'ten']],
		['NOT_IN', { values: ['5', '10'] }, ['seven']],
	])('understands %s', async (operator, rest, names) => {
		admin.seedContacts([
			{ firstname: 'five', cc_delivery_count: '5' },
			{ firstname: 'ten', cc_delivery_count: '10' },
			{ firstname: 'seven', cc_delivery_count: '7' },
			{ firstname: 'none' },
		]);
		const { body } = await search([{ propertyName: 'cc_delivery_count', operator, ...rest }]);
		expect((body['results'] as { properties: Body }[]).map((row) => row.properties['firstname'])).toEqual(
			names,
		);
	});

	it('keeps 45 versions, newest first, with writer and time', async () => {
		const [id = ''] = admin.seedContacts([{ firstname: 'v0' }]);
		for (let version = 1; version <= 60; version += 1) {
			now += 1000;
			if (version === 60) admin.foreignWrite(id, { firstname: 'v60' });
			else await ask('PATCH', `${contacts}/${id}`, { properties: { firstname: `v${version}` } });
		}
		const { body } = await ask('GET', `${contacts}/${id}?propertiesWithHistory=firstname`);
		const versions = (body['propertiesWithHistory'] as { firstname: Body[] }).firstname;
		expect(versions).toHaveLength(45);
		expect(versions.slice(0, 2)).toEqual([
			{ value: 'v60', timestamp: new Date(now).toISOString(), sourceType: 'CRM_UI', sourceId: 'userId:7' },
			{
				value: 'v59',
				timestamp: new Date(now - 1000).toISOString(),
				sourceType: 'INTEGRATION',
				sourceId: '424242',
			},
		]);
	});

	it('merges into a record with a new id, to which the old ids lead', async () => {
		const [one = '', two = ''] = admin.seedContacts([{ email: 'a@example.com' }, { email: 'b@example.com' }]);
		const { body } = await ask('POST', `${contacts}/merge`, { primaryObjectId: one, objectIdToMerge: two });
		const id = String(body['id']);
		expect([one, two]).not.toContain(id);
		for (const old of [one, two]) expect((await ask('GET', `${contacts}/${old}`)).body['id']).toBe(id);
		expect(admin.values(id)?.['hs_merged_object_ids']).toBe(`${one};${two}`);
		expect(admin.values(id)?.['email']).toBe('a@example.com');
	});

	it('enforces rate limits in rolling windows, and tells them in headers except on searches', async () => {
		admin.setLimits({ per10Seconds: 3, searchPerSecond: 2, perDay: 8 });
		const first = await ask('GET', contacts);
		expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('2');
		await ask('GET', contacts);
		await ask('GET', contacts);
		expect((await ask('GET', contacts)).body['policyName']).toBe('TEN_SECONDLY_ROLLING');
		now += 10_000;
		expect((await ask('GET', contacts)).status).toBe(200);
		const found = await search([]);
		expect(found.headers.get('x-hubspot-ratelimit-remaining')).toBeNull();
		await search([]);
		expect((await search([])).body['policyName']).toBe('SECONDLY');
		now += 1000;
		expect([(await search([])).status, (await search([])).status]).toEqual([200, 200]);
		expect((await ask('GET', contacts)).body['policyName']).toBe('DAILY');
	});

	it('is played with over HTTP as well', async () => {
		const { body } = await ask('POST', '/__admin/contacts', [{ firstname: 'Ada' }]);
		const [id = ''] = body['ids'] as string[];
		await ask('POST', '/__admin/faults/F06', { path: '/contacts' });
		expect((await fetch(`${hubspot.url}${contacts}`)).status).toBe(502);
		expect((await ask('GET', `${contacts}/${id}`)).status).toBe(200);
		expect((await ask('GET', `/__admin/contacts?id=${id}`)).body).toMatchObject({
			[id]: { firstname: 'Ada' },
		});
		expect((await ask('POST', '/__admin/faults/F99')).status).toBe(500);
	});
});

describe('the content-delivery account', () => {
	it('is the same for the same seed, and tells who is served and who is not', async () => {
		const tell = async (seed: number) => {
			const { admin, close } = await startHubSpot();
			const story = seedContentDelivery(admin, {
				contacts: 400,
				seed,
				now: Date.parse('2026-11-21T08:00:00Z'),
			});
			const all = [...admin.account.contacts.keys()].map((id) => admin.values(id));
			await close();
			return { story, emails: all.map((values) => values?.['email']), all };
		};
		const [one, same, other] = await Promise.all([tell(1), tell(1), tell(2)]);
		expect(same.story).toEqual(one.story);
		expect(same.emails).toEqual(one.emails);
		expect(other.story).not.toEqual(one.story);
		const { eligible, held, notServed, merged, withDefaults } = one.story;
		expect(eligible.length + held.length + notServed.length).toBe(400);
		for (const part of [eligible, held, notServed, merged, withDefaults])
			expect(part.length).toBeGreaterThan(0);
		const emails = one.emails.filter((email) => email !== undefined);
		expect(emails.every((email) => /@example\.(com|org)$/.test(email))).toBe(true);
	});

	it('agrees with the definition of eligible', async () => {
		const now = Date.parse('2026-11-21T08:00:00Z');
		const { admin, close } = await startHubSpot();
		const { eligible, held } = seedContentDelivery(admin, { contacts: 300, now });
		const due = [...admin.account.contacts.values()].filter((contact) => {
			const values = admin.values(contact.id) ?? {};
			const next = values[contentDeliveryMapping.nextEligibleAt];
			return (
				!contact.archived &&
				values[contentDeliveryMapping.status] === 'active' &&
				next !== undefined &&
				Date.parse(next) <= now
			);
		});
		const complete = due.filter((contact) =>
			contentDeliveryMapping.critical.every((name) => admin.values(contact.id)?.[name] !== undefined),
		);
		const ids = (contacts: readonly { id: string }[]) => contacts.map(({ id }) => id).sort();
		expect(ids(complete)).toEqual([...eligible].sort());
		expect(ids(due.filter((contact) => !complete.includes(contact)))).toEqual(ids(held));
		await close();
	});
});
