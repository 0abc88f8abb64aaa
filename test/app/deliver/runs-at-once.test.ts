import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { handOutMs, markLeaseMs, restMs } from '../../../core/delivery/reading';
import { createWorld, type Process, type RunsWorld } from './runs-world';

let world: RunsWorld;
beforeAll(async () => {
	world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => world.forget());

test('four runs at once ask HubSpot for each contact once: at most 1.2 times the least number of searches', async () => {
	const contacts = 4_000;
	const least = Math.ceil(contacts / 200);
	await world.begin({ parallelRuns: 4, active: contacts, later: 0, indexLagMs: 2_000 });
	const chain: Process = async (step) => {
		while ((await world.run(step, 250)) > 0);
	};
	await world.interleave(
		11,
		Array.from({ length: 4 }, () => chain),
	);
	expect(world.searches()).toBeGreaterThanOrEqual(least);
	expect(world.searches() / least).toBeLessThanOrEqual(1.2);
	expect(world.handedOut()).toEqual(new Map(world.ids().map((id) => [id, 1])));
	expect(world.sent()).toEqual(new Map(world.ids().map((id) => [id, 1])));
});

test('runs of a spine without parallel runs go on from where the last one ended, too', async () => {
	await world.begin({ parallelRuns: 1, active: 1_000, later: 0, indexLagMs: 0 });
	for (let run = 0; run < 5; run += 1) await world.run(async () => undefined, 200);
	expect(world.sent().size).toBe(1_000);
	expect(world.searches()).toBeLessThanOrEqual(6);
});

/** One run: after how many calls it dies, if it does; and how many runs its chain is long. */
const chains = fc.array(
	fc.record({
		dies: fc.option(fc.integer({ min: 1, max: 40 })),
		runs: fc.integer({ min: 1, max: 4 }),
		limit: fc.integer({ min: 1, max: 60 }),
	}),
	{ minLength: 1, maxLength: 6 },
);

test('in any interleaving, with runs that die at any call and an index that lags, nobody is forgotten or served twice', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer(),
			chains,
			fc.constantFrom(1, 2, 4),
			fc.integer({ min: 0, max: 250 }),
			fc.integer({ min: 0, max: 30 }),
			async (seed, plan, parallelRuns, active, later) => {
				await world.begin({ parallelRuns, active, later, indexLagMs: 5_000 });
				const processes = plan.map(({ dies, runs, limit }): Process => async (step, die) => {
					let left = dies ?? Infinity;
					const mortal = async (): Promise<void> => {
						await step();
						left -= 1;
						if (left <= 0) await die();
					};
					for (let run = 0; run < runs; run += 1) await world.run(mortal, limit);
				});
				await world.interleave(seed, [...processes, (step) => world.activateLater(step)]);
				// What the dead held is free again, and the index shows everything.
				for (let quiet = 0; quiet < 2;) {
					world.clock.at += Math.max(markLeaseMs, handOutMs, restMs, world.claimLeaseMs) + 5_000;
					quiet = (await world.run(async () => undefined, 1_000)) === 0 ? quiet + 1 : 0;
				}
				const all = world.ids();
				expect([...world.handedOut().keys()].sort()).toEqual([...all].sort());
				expect(world.sent()).toEqual(new Map(all.map((id) => [id, 1])));
			},
		),
		{ numRuns: 25 },
	);
}, 120_000);
