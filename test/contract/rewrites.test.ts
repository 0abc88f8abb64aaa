import { describe, expect, test } from '@jest/globals';
import { playRewrites, type StrangerStore } from '../../testbed/rewrites/rewrite';

/** `npm run rewrites` plays ten thousand on each store. */
const counts: readonly (readonly [StrangerStore, 'names' | 'hashes', number])[] = [
	['sqlite', 'names', 400],
	['postgres', 'names', 120],
	['sqlite', 'hashes', 200],
	['postgres', 'hashes', 60],
];

describe.each(counts)('random rewrites of any table on %s, recipients as %s', (store, as, count) => {
	test('each that changes what a decision or a delivery rests on is found, and no other is said', async () => {
		const tally = await playRewrites(store, { count, seed: 20261130, hashes: as === 'hashes' });
		expect(tally).toMatchObject({ missed: [], falseAlarms: [] });
		expect(tally.found).toBe(tally.weighty);
		expect(tally.weighty).toBeGreaterThan(count / 2);
	}, 600_000);
});
