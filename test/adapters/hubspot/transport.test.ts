import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHubSpotDirectory } from '../../../adapters/hubspot';
import { versionedUrl } from '../../../adapters/hubspot/transport';
import type { CallLimits } from '../../../core/desk/limits';
import { retryAfter } from '../../../app/ports/transient';
import { codeOf } from './faults/case';
import { gather, startHubSpotFixture, type HubSpotFixture } from './fixture';

describe('the transport', () => {
	let fixture: HubSpotFixture;
	beforeEach(async () => {
		fixture = await startHubSpotFixture();
		fixture.admin.seedContacts([{ email: 'ada@example.com' }]);
	});
	afterEach(() => fixture.close());

	it('names the package and keeps the token out of everything but the header', async () => {
		const directory = fixture.connect({ accessToken: 'pat-na1-very-secret', packageVersion: '1.2.3' });
		const { outcomes } = await directory.read(['187000001001'], ['email']);
		const [call] = fixture.admin.calls();
		expect(call?.headers['user-agent']).toBe('n8n-nodes-release-gate/1.2.3');
		const [outcome] = outcomes;
		expect(outcome?.status === 'failed' && outcome.error.code).toBe('hubspot-token-refused');
		expect(
			JSON.stringify(outcome) + String(outcome?.status === 'failed' && outcome.error.stack),
		).not.toContain('very-secret');
	});

	it('stays within the real limits of an account, on the real clock', async () => {
		fixture.admin.setLimits({ per10Seconds: 100, searchPerSecond: 5, perDay: 10_000 });
		fixture.admin.seedContacts(Array.from({ length: 1300 }, () => ({})));
		const directory = fixture.connect({
			// One below the limit: on a busy machine calls do not arrive as evenly as they leave.
			searchesPerSecond: 4,
			clock: undefined,
			sleep: undefined,
		});
		const ids = await gather(directory.eligibleIds({ anyOf: [] }));
		expect(ids).toHaveLength(1301);
		expect(fixture.admin.calls().filter((call) => call.status === 429)).toEqual([]);
		expect(fixture.admin.calls()).toHaveLength(7);
	});

	it('shares its pace with other directories of the same token', async () => {
		const both = [1, 2].map(() => fixture.connect({ searchesPerSecond: 2 }));
		await Promise.all(
			both.flatMap((directory) => [1, 2].map(() => gather(directory.eligibleIds({ anyOf: [] })))),
		);
		expect(fixture.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(1050);
	});

	it('calls date-versioned paths when told so', async () => {
		const directory = fixture.connect({ pathVersion: '2026-09' });
		expect(await gather(directory.eligibleIds({ anyOf: [] }))).toEqual(['187000001001']);
		await directory.definitions.groups();
		await directory.update([{ id: '187000001001', properties: { firstname: 'Ada' } }]);
		expect(fixture.paths()).toEqual([
			'/crm/objects/2026-09/contacts/search',
			'/crm/properties/2026-09/contacts/groups',
			'/crm/objects/2026-09/contacts/batch/update',
		]);
		expect(versionedUrl('https://api.hubapi.com/crm/v3/objects/contacts', 'v3')).toBe(
			'https://api.hubapi.com/crm/v3/objects/contacts',
		);
	});

	it('tells what each answer says of the limits, refusals too, and nothing where none is said', async () => {
		fixture.admin.setLimits({ per10Seconds: 100, searchPerSecond: 5, perDay: 1000 });
		const told: CallLimits[] = [];
		const directory = fixture.connect({ onLimits: (limits) => void told.push(limits) });
		await gather(directory.eligibleIds({ anyOf: [] }));
		expect(told).toEqual([]);
		await directory.read(['187000001001'], ['email']);
		expect(told).toEqual([
			{
				at: Date.parse('2026-11-21T08:00:00Z'),
				day: { left: 998, most: 1000 },
				burst: { left: 99, most: 100, windowMs: 10_000 },
			},
		]);
	});

	it('ends at once when the run is stopped, also while it waits', async () => {
		const stop = new AbortController();
		const directory = fixture.connect({ signal: stop.signal, clock: undefined, sleep: undefined });
		fixture.admin.fault('F03', { times: Infinity });
		fixture.admin.clearFaults();
		fixture.admin.fault('F10', { times: Infinity });
		const reading = directory.read(['187000001001'], []);
		setTimeout(() => stop.abort(), 50);
		const [outcome] = (await reading).outcomes;
		expect(outcome?.status === 'failed' && outcome.error.code).toBe('hubspot-cancelled');
		fixture.admin.clearFaults();
	});

	it('says what to do when nothing listens', async () => {
		await fixture.close();
		const directory = fixture.connect({ attempts: 2 });
		const walk = gather(directory.eligibleIds({ anyOf: [] }));
		expect(await codeOf(walk)).toBe('hubspot-unreachable');
		await walk.catch((error: unknown) => expect(retryAfter(error)).toBe(30_000));
		fixture = await startHubSpotFixture();
	});

	it.each([
		['', 'hubspot-base-url'],
		['ftp://api.hubapi.com', 'hubspot-base-url'],
		['api.hubapi.com', 'hubspot-base-url'],
	])('refuses the base URL "%s"', (baseUrl, code) => {
		const codes = [baseUrl].map((url) => {
			try {
				createHubSpotDirectory({ accessToken: 'x', baseUrl: url });
				return 'none';
			} catch (error) {
				return (error as { code?: string }).code;
			}
		});
		expect(codes).toEqual([code]);
	});

	it('takes a base URL with a trailing slash', async () => {
		const directory = fixture.connect({ baseUrl: `${fixture.url}/` });
		expect(await gather(directory.eligibleIds({ anyOf: [] }))).toEqual(['187000001001']);
	});
});

describe('what stands between us and HubSpot', () => {
	let server: Server;
	let answer: (end: (status: number, headers: Record<string, string>, body: string) => void) => void;
	let calls: number;
	let url: string;
	beforeEach(async () => {
		calls = 0;
		server = createServer((_request, response) => {
			calls += 1;
			answer((status, headers, body) => response.writeHead(status, headers).end(body));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterEach(() => new Promise((resolve) => server.close(resolve)));

	const walk = (): Promise<string> =>
		codeOf(
			gather(
				createHubSpotDirectory({
					accessToken: 'x',
					baseUrl: url,
					attempts: 2,
					sleep: () => Promise.resolve(),
				}).eligibleIds({ anyOf: [] }),
			),
		);

	it('a login page with status 200 is no answer', async () => {
		answer = (end) => end(200, { 'content-type': 'text/html' }, '<html>Please sign in</html>');
		expect(await walk()).toBe('hubspot-unreadable-answer');
		expect(calls).toBe(2);
	});

	it('a redirect is not followed, so the token goes nowhere else', async () => {
		answer = (end) => end(302, { location: `${url}/elsewhere` }, '');
		expect(await walk()).toBe('hubspot-unreadable-answer');
		expect(calls).toBe(2);
	});

	it('a search that repeats an id or mixes their order goes on, each id once', async () => {
		const row = (id: string) => ({
			id,
			properties: {},
			createdAt: '2026-01-01T00:00:00Z',
			updatedAt: '2026-01-01T00:00:00Z',
		});
		const pages = [
			['8', '7', '8'],
			['8', '9'],
		];
		answer = (end) => {
			const results = (pages.shift() ?? []).map(row);
			const more = pages.length > 0 ? { paging: { next: { after: '1' } } } : {};
			end(200, { 'content-type': 'application/json' }, JSON.stringify({ total: 3, results, ...more }));
		};
		const directory = createHubSpotDirectory({ accessToken: 'x', baseUrl: url });
		expect(await gather(directory.eligibleIds({ anyOf: [] }))).toEqual(['7', '8', '9']);
	});

	it('a search that does not move on is stopped', async () => {
		const body = JSON.stringify({
			total: 1000,
			results: [
				{ id: '7', properties: {}, createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' },
			],
			paging: { next: { after: '1' } },
		});
		answer = (end) => end(200, { 'content-type': 'application/json' }, body);
		expect(await walk()).toBe('hubspot-search-stuck');
		expect(calls).toBe(2);
	});
});
