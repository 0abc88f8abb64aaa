import { describe, expect, test } from '@jest/globals';
import { checkHistories, findBug } from '../../../testbed/histories/check';
import { keyBugs } from '../../../testbed/histories/key-bugs';

const nightly = Number(process.env['RG_HISTORIES'] ?? 0);

describe('histories of keys against the promises', () => {
	test('SQLite breaks none', async () => {
		const tally = await checkHistories('sqlite', { count: nightly || 400 }, 'keys');
		expect(tally).toMatchObject({ violations: [], counterexample: null });
		expect(tally.deeds).toBeGreaterThan(100);
	}, 3_600_000);

	test('Postgres breaks none', async () => {
		const tally = await checkHistories('postgres', { count: nightly || 40 }, 'keys');
		expect(tally).toMatchObject({ violations: [], counterexample: null });
	}, 3_600_000);

	test.each(Object.entries(keyBugs))(
		'the checker catches: %s',
		async (_name, plant) => {
			expect((await findBug('keys', plant)).violations).toHaveLength(1);
		},
		120_000,
	);
});
