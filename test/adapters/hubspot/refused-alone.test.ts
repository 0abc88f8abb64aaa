import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openScene, type Scene } from './faults/case';

let scene: Scene;
beforeEach(async () => {
	scene = await openScene();
});
afterEach(async () => await scene.close());

describe.each(['v3', '2026-09'] as const)('a write that HubSpot refuses alone, paths %s', (pathVersion) => {
	const write = async () => {
		const [first, second, third] = scene.ids;
		return await scene
			.connect({ pathVersion })
			.update([first, second, third].map((id) => ({ id, properties: { cc_last_asset_id: 'asset-9' } })));
	};
	const told = (results: Awaited<ReturnType<typeof write>>) =>
		results.map((result) =>
			result.status === 'written' ? 'written' : `${result.status} ${result.error.code}`,
		);

	it.each([
		['CONFLICT', 'later hubspot-conflict'],
		['RATE_LIMITS', 'later hubspot-throttled'],
		['INTERNAL_ERROR', 'later hubspot-outage'],
		['OBJECT_LOCKED', 'later hubspot-locked'],
		['MISSING_SCOPES', 'later hubspot-scope-missing'],
		['SOMETHING_NEW', 'later hubspot-unexpected-answer'],
		['VALIDATION_ERROR', 'refused hubspot-refused'],
		['OBJECT_NOT_FOUND', 'refused hubspot-contact-missing'],
	])('%s: %s, and the others are written', async (category, expected) => {
		scene.admin.batches.troubles.set(scene.ids[1], category);
		expect(told(await write())).toEqual(['written', expected, 'written']);
		scene.admin.batches.troubles.clear();
		expect(told(await write())).toEqual(['written', 'written', 'written']);
	});

	it('is a bad value: refused for good, with the property, and nothing is asked twice', async () => {
		const [first, second] = scene.ids;
		const results = await scene.connect({ pathVersion }).update([
			{ id: first, properties: { cc_delivery_count: 'many' } },
			{ id: second, properties: { cc_delivery_count: '2' } },
		]);
		expect(told(results)).toEqual(['refused hubspot-value-refused', 'written']);
		expect(scene.paths().filter((path) => path.includes('/batch/'))).toHaveLength(1);
	});
});

it('a 409 to a whole write is of the moment: later, since nothing we write belongs to one contact only', async () => {
	scene.admin.fault('F27', { path: '/batch/update', times: Infinity });
	const results = await scene.write();
	expect(results.map(({ status }) => status)).toEqual(['later', 'later', 'later']);
	scene.admin.clearFaults();
	expect((await scene.write()).map(({ status }) => status)).toEqual(['written', 'written', 'written']);
});

describe('a read that is refused', () => {
	const hundred = (): readonly string[] => [
		...scene.ids,
		...scene.admin.seedContacts(Array.from({ length: 97 }, (_none, at) => ({ email: `h${at}@example.com` }))),
	];
	const reads = (): number => scene.count('/batch/read');

	it('as such costs a handful of calls, not one for each contact and each half', async () => {
		const ids = hundred();
		scene.admin.fault('F15', { path: '/batch/read', times: Infinity });
		const { outcomes } = await scene.read(ids);
		expect(outcomes.every(({ status }) => status === 'failed')).toBe(true);
		expect(reads()).toBeLessThanOrEqual(4);
	});

	it('for one id costs that id alone', async () => {
		const ids = hundred();
		scene.admin.batches.unreadable.add(ids[41] ?? '');
		const { outcomes } = await scene.read(ids);
		expect(outcomes.flatMap(({ status }, at) => (status === 'found' ? [] : [at]))).toEqual([41]);
		expect(reads()).toBeLessThanOrEqual(20);
	});
});
