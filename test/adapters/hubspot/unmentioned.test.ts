import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHubSpotDirectory } from '../../../adapters/hubspot';
import type { ContactDirectory } from '../../../app/ports/contacts';
import { startHubSpotFixture } from './fixture';

const at = '2026-11-21T08:00:00.000Z';
const row = (id: string, properties: Record<string, string>) => ({
	id,
	properties,
	createdAt: at,
	updatedAt: at,
	archived: false,
});
const batch = (results: readonly unknown[]) => ({
	status: 'COMPLETE',
	results,
	startedAt: at,
	completedAt: at,
});

describe('what HubSpot does not mention in its answer', () => {
	let server: Server;
	let directory: ContactDirectory;
	let answers: Record<string, unknown>;
	let paths: string[];
	beforeEach(async () => {
		paths = [];
		server = createServer((request, response) => {
			const path = (request.url ?? '').split('?')[0] ?? '';
			paths.push(path);
			const end = Object.keys(answers).find((known) => path.endsWith(known));
			response.writeHead(end === undefined ? 404 : 200, { 'content-type': 'application/json' });
			response.end(JSON.stringify(end === undefined ? { category: 'OBJECT_NOT_FOUND' } : answers[end]));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		directory = createHubSpotDirectory({
			accessToken: 'x',
			baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		});
	});
	afterEach(() => new Promise((resolve) => server.close(resolve)));

	it('is asked for one by one when it was to be read', async () => {
		answers = { '/batch/read': batch([row('1', {})]), '/contacts/2': row('7', {}) };
		const { outcomes } = await directory.read(['1', '2', '3'], []);
		expect(outcomes.map((outcome) => outcome.status)).toEqual(['found', 'merged', 'missing']);
		expect(paths).toHaveLength(3);
	});

	it('is read back when it was to be written, and only what is there counts as written', async () => {
		answers = {
			'/batch/update': batch([row('9', {}), row('8', {})]),
			'/batch/read': batch([
				row('8', { cc_last_asset_id: 'new', hs_merged_object_ids: '1;5' }),
				row('2', { cc_last_asset_id: 'old' }),
			]),
		};
		const results = await directory.update(
			['1', '2', '3'].map((id) => ({ id, properties: { cc_last_asset_id: 'new' } })),
		);
		expect(
			results.map((result) => (result.status === 'written' ? result.recordId : result.error.code)),
		).toEqual(['8', 'hubspot-write-unproven', 'hubspot-contact-missing']);
	});
});

describe('an account that refuses', () => {
	it('is not asked again for each batch of a read', async () => {
		const fixture = await startHubSpotFixture();
		const ids = fixture.admin.seedContacts(Array.from({ length: 900 }, () => ({})));
		fixture.admin.fault('F25', { times: Infinity });
		const { outcomes } = await fixture.directory.read(ids, []);
		expect(outcomes.every((outcome) => outcome.status === 'failed')).toBe(true);
		expect(fixture.paths().length).toBeLessThan(9);
		await fixture.close();
	});
});
