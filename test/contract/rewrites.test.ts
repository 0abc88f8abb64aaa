import { describe, expect, test } from '@jest/globals';
import { playRewrites, type StrangerStore } from '../../testbed/rewrites/rewrite';

/** `npm run rewrites` plays ten thousand on each store. */
const counts: readonly (readonly [StrangerStore, number])[] = [
	['sqlite', 400],
	['postgres', 120],
];

describe.each(counts)('random rewrites of any table on %s', (store, count) => {
	test('each that changes what a decision or a delivery rests on is found, and no other is said', async () => {
		const tally = await playRewrites(store, { count, seed: 20261130 });
		expect(tally).toMatchObject({ missed: [], falseAlarms: [] });
		expect(tally.found).toBe(tally.weighty);
		expect(tally.weighty).toBeGreaterThan(count / 2);
	}, 600_000);
});
