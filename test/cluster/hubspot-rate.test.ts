import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type HubSpotLoad, openHubSpotLoad } from '../../testbed/hubspot-load';

let load: HubSpotLoad;
beforeAll(async () => {
	load = await openHubSpotLoad();
});
afterAll(() => load.close());

/**
 * The goals are 1 % and nine tenths of both limits; `npm run bench -- rate` measures them. On cores that other work keeps busy a
 * call arrives late, and each refusal costs a second of searches: the bounds here leave room for that.
 */
it('four processes share one HubSpot account: hardly a call is refused, and its limits are used', async () => {
	const shared = await load.play(4, 25, 'shared');
	expect(shared.throttled).toBeLessThan(0.02);
	expect(shared.calls).toBeGreaterThanOrEqual(0.9);
	expect(shared.searches).toBeGreaterThanOrEqual(0.75);
	// Each for itself they meet refusals all the time: the budget is what keeps them within.
	const apart = await load.play(4, 25, 'each its own');
	expect(apart.throttled).toBeGreaterThan(5 * shared.throttled);
	expect(apart.throttled).toBeGreaterThan(0.1);
}, 180_000);
