import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seedContentDelivery } from '../../../testbed/standins/hubspot/seed';
import { gather, startHubSpotFixture, type HubSpotFixture } from './fixture';

const active = { property: 'cc_delivery_status', operator: 'EQ', value: 'active' } as const;
const dueBy = (at: number) =>
	({ property: 'cc_next_eligible_send_at', operator: 'LTE', value: String(at) }) as const;

describe('the directory of contacts', () => {
	let fixture: HubSpotFixture;
	beforeEach(async () => {
		fixture = await startHubSpotFixture();
	});
	afterEach(() => fixture.close());

	it('finds, reads and writes with the least number of calls', async () => {
		const contacts = 1234;
		const now = Date.now();
		const story = seedContentDelivery(fixture.admin, { contacts, now, allEligible: true });
		const ids = await gather(fixture.directory.eligibleIds({ anyOf: [[active, dueBy(now)]] }));
		expect(ids).toEqual(story.eligible);
		const { outcomes } = await fixture.directory.read(ids, ['email', 'firstname']);
		expect(outcomes.map((outcome) => outcome.status)).toEqual(ids.map(() => 'found'));
		const results = await fixture.directory.update(
			ids.map((id) => ({ id, properties: { cc_last_asset_id: `asset-${id}` } })),
		);
		expect(results).toEqual(ids.map((id) => ({ status: 'written', id, recordId: id })));
		const paths = fixture.paths();
		const count = (end: string): number => paths.filter((path) => path.endsWith(end)).length;
		expect(count('/search')).toBe(Math.ceil(contacts / 200));
		expect(count('/batch/read')).toBe(Math.ceil(contacts / 100));
		expect(count('/batch/update')).toBe(Math.ceil(contacts / 100));
		expect(paths).toHaveLength(Math.ceil(contacts / 200) + 2 * Math.ceil(contacts / 100));
		expect(ids.every((id) => fixture.admin.values(id)?.['cc_last_asset_id'] === `asset-${id}`)).toBe(true);
	});

	it('asks for no more than it needs: no call for nothing', async () => {
		expect((await fixture.directory.read([], ['email'])).outcomes).toEqual([]);
		expect(await fixture.directory.update([])).toEqual([]);
		expect(fixture.paths()).toEqual([]);
	});

	it('tells bad ids apart and goes on with the others', async () => {
		const [id = ''] = fixture.admin.seedContacts([{ email: 'ada@example.com' }]);
		const bad = ['', 'abc', '12; drop', '1e3', '0', '-5', `${id} `, '__proto__', '9'.repeat(30)];
		const { outcomes } = await fixture.directory.read([...bad, id, '999999'], ['email']);
		expect(outcomes.map((outcome) => outcome.status)).toEqual([
			...bad.map(() => 'failed'),
			'found',
			'missing',
		]);
		const results = await fixture.directory.update(
			[...bad, id, '999999'].map((contact) => ({ id: contact, properties: { firstname: 'Ada' } })),
		);
		expect(results.map((result) => result.status)).toEqual([
			...bad.map(() => 'refused'),
			'written',
			'refused',
		]);
	});

	it('lists all contacts without the search, also with more properties than a URL holds', async () => {
		const ids = fixture.admin.seedContacts(
			Array.from({ length: 230 }, (_none, index) => ({ firstname: `n${index}` })),
		);
		const few = await gather(fixture.directory.list(['firstname']));
		expect(few.map((contact) => contact.id)).toEqual(ids);
		const many = Array.from({ length: 400 }, (_none, index) => `a_property_with_a_long_name_${index}`);
		const all = await gather(fixture.directory.list(['firstname', ...many]));
		expect(all.map((contact) => contact.properties['firstname'])).toEqual(
			ids.map((_id, index) => `n${index}`),
		);
		expect(fixture.paths().some((path) => path.endsWith('/batch/read'))).toBe(true);
	});

	it('goes on after the last id of an earlier walk, and joins alternatives', async () => {
		const ids = fixture.admin.seedContacts([
			{ cc_delivery_status: 'active' },
			{ cc_delivery_status: 'paused' },
			{ cc_delivery_status: 'error' },
			{ cc_delivery_status: 'active' },
		]);
		const paused = { property: 'cc_delivery_status', operator: 'IN', values: ['paused', 'error'] } as const;
		const find = (afterId?: string): Promise<string[]> =>
			gather(fixture.directory.eligibleIds({ anyOf: [[active], [paused]], afterId }));
		expect(await find()).toEqual(ids);
		expect(await find(ids[1])).toEqual(ids.slice(2));
	});

	it('keeps hostile property names and values as they are', async () => {
		const [id = ''] = fixture.admin.seedContacts([{ email: 'ada@example.com' }]);
		const value = `'; DROP TABLE contacts; -- {"__proto__":{"x":1}} \u202e ${'🌊'.repeat(100)}`;
		expect((await fixture.directory.update([{ id, properties: { firstname: value } }]))[0]?.status).toBe(
			'written',
		);
		const { outcomes } = await fixture.directory.read([id], ['firstname', '__proto__', 'constructor']);
		const [outcome] = outcomes;
		expect(outcome?.status === 'found' && outcome.contact.properties['firstname']).toBe(value);
		expect(outcome?.status === 'found' && Object.keys(outcome.contact.properties)).toContain('constructor');
		expect(({} as Record<string, unknown>)['x']).toBeUndefined();
	});

	it('loads nothing of the client before the first call', async () => {
		const probe = `
			const { createHubSpotDirectory } = require('./adapters/hubspot');
			const directory = createHubSpotDirectory({ accessToken: 'x', baseUrl: 'http://127.0.0.1:9', attempts: 1 });
			const loaded = () => Object.keys(require.cache).filter((file) => file.includes('api-client')).length;
			const before = loaded();
			directory.read(['1'], []).then(() => console.log(JSON.stringify({ before, after: loaded() > 0 })));`;
		const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', '-e', probe], {
			cwd: join(__dirname, '../../..'),
		});
		expect(JSON.parse(stdout)).toEqual({ before: 0, after: true });
	});
});

describe('the definitions of properties', () => {
	let fixture: HubSpotFixture;
	beforeEach(async () => {
		fixture = await startHubSpotFixture();
	});
	afterEach(() => fixture.close());

	it('are created, changed, archived and listed', async () => {
		const { definitions } = fixture.directory;
		const option = (value: string) => ({
			value,
			label: value,
			description: '',
			displayOrder: 0,
			hidden: false,
		});
		const created = await definitions.create({
			name: 'cc_mood',
			label: 'Mood',
			groupName: 'cc_profile',
			type: 'enumeration',
			fieldType: 'select',
			options: [option('calm'), option('loud')],
		});
		expect(created.options.map(({ value }) => value)).toEqual(['calm', 'loud']);
		const renamed = await definitions.change('cc_mood', { label: 'Temper' });
		expect([renamed.label, renamed.options.length]).toEqual(['Temper', 2]);
		const narrowed = await definitions.change('cc_mood', { options: [option('calm')] });
		expect(narrowed.options.map(({ value }) => value)).toEqual(['calm']);
		await definitions.archive('cc_mood');
		expect((await definitions.list()).some(({ name }) => name === 'cc_mood')).toBe(false);
		expect((await definitions.list({ archived: true })).map(({ name }) => name)).toEqual(['cc_mood']);
		await expect(definitions.change('cc_mood', { label: 'x' })).rejects.toMatchObject({
			code: 'hubspot-definition-missing',
		});
	});

	it('have groups, which cannot go while they are used', async () => {
		const { definitions } = fixture.directory;
		await definitions.createGroup({ name: 'cc_extra', label: 'Extra' });
		expect((await definitions.changeGroup('cc_extra', { label: 'More' })).label).toBe('More');
		await definitions.archiveGroup('cc_extra');
		expect((await definitions.groups()).some(({ name }) => name === 'cc_extra')).toBe(false);
		await expect(definitions.archiveGroup('cc_profile')).rejects.toMatchObject({ code: 'hubspot-refused' });
	});
});
