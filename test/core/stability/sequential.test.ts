import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sequentialTest } from '../../../core/stability/sequential';

const plan = { p0: 0.01, p1: 0.05, alpha: 0.01, beta: 0.05 };

/** A small seeded generator (Park and Miller, 1988), so that the simulation repeats. */
function uniform(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Walks sends one by one until the test decides or `most` sends have passed. */
function walk(rate: number, random: () => number, most: number): { verdict: string; sends: number } {
	let failures = 0;
	for (let sends = 1; sends <= most; sends += 1) {
		if (random() < rate) failures += 1;
		const { verdict } = sequentialTest(plan, failures, sends);
		if (verdict !== 'undecided') return { verdict, sends };
	}
	return { verdict: 'undecided', sends: most };
}

describe('the sequential test', () => {
	it('has Wald’s bounds and weights (field notes, release-safety.md 3)', () => {
		const { upper, lower, llr } = sequentialTest(plan, 1, 1);
		expect(upper).toBeCloseTo(4.554, 3);
		expect(lower).toBeCloseTo(-2.986, 3);
		expect(llr).toBeCloseTo(1.609, 3);
		expect(sequentialTest(plan, 0, 1).llr).toBeCloseTo(-0.0412, 4);
	});

	it('passes after 73 clean sends and not before, and rolls back on three failures within nine sends', () => {
		expect(sequentialTest(plan, 0, 72)).toMatchObject({ verdict: 'undecided', cleanSendsNeeded: 1 });
		expect(sequentialTest(plan, 0, 73)).toMatchObject({ verdict: 'acceptable', cleanSendsNeeded: 0 });
		expect(sequentialTest(plan, 3, 9).verdict).toBe('intolerable');
		expect(sequentialTest(plan, 3, 10).verdict).toBe('undecided');
	});

	it('keeps both error bounds in simulation: false rollback at p0 below α, detection at p1 above 1-β', () => {
		const random = uniform(20_261_121);
		const runs = 4_000;
		let falseRollbacks = 0;
		let detected = 0;
		for (let run = 0; run < runs; run += 1) {
			if (walk(plan.p0, random, 5_000).verdict === 'intolerable') falseRollbacks += 1;
			if (walk(plan.p1, random, 5_000).verdict === 'intolerable') detected += 1;
		}
		expect(falseRollbacks / runs).toBeLessThan(plan.alpha);
		expect(detected / runs).toBeGreaterThan(1 - plan.beta - 0.01);
	});

	it('is undecided, never acceptable, for plans and counts that make no sense', () => {
		fc.assert(
			fc.property(
				fc.double(),
				fc.double(),
				fc.double(),
				fc.double(),
				fc.integer(),
				fc.integer(),
				(p0, p1, alpha, beta, failures, total) => {
					const result = sequentialTest({ p0, p1, alpha, beta }, failures, total);
					const sane =
						0 < p0 &&
						p0 < p1 &&
						p1 < 1 &&
						0 < alpha &&
						0 < beta &&
						alpha + beta < 1 &&
						0 <= failures &&
						failures <= total;
					if (!sane) expect(result.verdict).toBe('undecided');
				},
			),
		);
	});

	it('moves only towards intolerable with failures and only towards acceptable with successes', () => {
		fc.assert(
			fc.property(fc.nat(1000), fc.nat(1000), (failures, successes) => {
				const now = sequentialTest(plan, failures, failures + successes).llr;
				expect(sequentialTest(plan, failures + 1, failures + successes + 1).llr).toBeGreaterThan(now);
				expect(sequentialTest(plan, failures, failures + successes + 1).llr).toBeLessThan(now);
			}),
		);
	});
});
