import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seedContentDelivery } from '../../../sandbox/standins/hubspot/seed';
import { gather, startWorld, type World } from './world';

const active = { property: 'cc_delivery_status', operator: 'EQ', value: 'active' } as const;
const dueBy = (at: number) =>
	({ property: 'cc_next_eligible_send_at', operator: 'LTE', value: String(at) }) as const;

describe('the directory of contacts', () => {
	let world: World;
	beforeEach(async () => {
		world = await startWorld();
	});
	afterEach(() => world.close());

	it('finds, reads and writes with the least number of calls', async () => {
		const contacts = 1234;
		const now = Date.now();
		const story = seedContentDelivery(world.admin, { contacts, now, allEligible: true });
		const ids = await gather(world.directory.eligibleIds({ anyOf: [[active, dueBy(now)]] }));
		expect(ids).toEqual(story.eligible);
		const { outcomes } = await world.directory.read(ids, ['email', 'firstname']);
		expect(outcomes.map((outcome) => outcome.status)).toEqual(ids.map(() => 'found'));
		const results = await world.directory.update(
			ids.map((id) => ({ id, properties: { cc_last_asset_id: `asset-${id}` } })),
		);
		expect(results).toEqual(ids.map((id) => ({ status: 'written', id, recordId: id })));
		const paths = world.paths();
		const count = (end: string): number => paths.filter((path) => path.endsWith(end)).length;
		expect(count('/search')).toBe(Math.ceil(contacts / 200));
		expect(count('/batch/read')).toBe(Math.ceil(contacts / 100));
		expect(count('/batch/update')).toBe(Math.ceil(contacts / 100));
		expect(paths).toHaveLength(Math.ceil(contacts / 200) + 2 * Math.ceil(contacts / 100));
		expect(ids.every((id) => world.admin.values(id)?.['cc_last_asset_id'] === `asset-${id}`)).toBe(true);
	});
});
