import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeOf, type RateMemory } from '../../../core/stability/change';
import { excursionsOf } from '../../../core/stability/excursion';
import { sequentialTest } from '../../../core/stability/sequential';
import { percentile95, rangeOf95 } from '../../../core/stability/timing';
import { bestMedian, longestRelease, mostPower, playLeaks, uniform } from '../../../testbed/oracles/leaks';

const plan = { p0: 0.01, p1: 0.05, alpha: 0.01, beta: 0.05 };

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

describe('a rate that rises under a release', () => {
	const rates = { good: plan.p0, bad: plan.p1, look: 10 };

	it.each([
		['in short slots', 100, 1000],
		['in one long slot', 5000, 5000],
	])('is rolled back falsely in at most 1 %% of the releases %s', (_what, slot, sends) => {
		const { early } = playLeaks(plan, { ...rates, slot, sends, begins: sends }, 600, 20_261_130);
		expect(early).toBeLessThanOrEqual(plan.alpha);
	});

	it.each([
		['with the release', 2000, 0],
		['with its second slot', 500, 500],
		['after 10,000 good sends (D14)', 10_000, 10_000],
	])('is found within 150 sends in the median when it begins %s', (_what, slot, begins) => {
		const leak = { ...rates, slot, begins, sends: begins + 2000 };
		expect(playLeaks(plan, leak, 400, 20_261_130).median).toBeLessThanOrEqual(150);
	});

	it('is found in the middle of a slot too, sooner than a test over all sends would', () => {
		const leak = { ...rates, slot: 20_000, begins: 2000, sends: 5000 };
		expect(playLeaks(plan, leak, 200, 20_261_130).median).toBeLessThanOrEqual(210);
	});

	it('is found in the middle of a slot within a fifth of what the optimal test of one release size takes', () => {
		// CUSUM is optimal (Moustakides 1986): alone, with all of alpha, and a look at every send.
		const leak = { ...rates, look: 1, slot: 20_000, begins: 5000, sends: 8000, expected: 10_000 };
		const { median } = playLeaks(plan, leak, 200, 20_261_130);
		expect(median).toBeLessThanOrEqual(1.2 * bestMedian(plan, 10_000, 200, 20_261_130));
	});

	it.each([
		['far fewer sends than there are', 100],
		['far more', 1_000_000],
	])('is rolled back falsely in at most 1 %% of the releases that expected %s', (_what, expected) => {
		const good = { ...rates, slot: 2500, sends: 10_000, begins: 10_000, expected };
		expect(playLeaks(plan, good, 300, 20_261_130).early).toBeLessThanOrEqual(plan.alpha);
	});

	it.each([
		[0.01, 0.02],
		[0.025, 0.05],
		[0.3, 0.6],
	])(
		'is rolled back falsely in at most 1 %% of the releases that bounce at %d, twice of which is too much',
		(p0, p1) => {
			const twice = { ...plan, p0, p1 };
			const good = { good: p0, bad: p1, look: 10, slot: 2500, sends: 5000, begins: 5000 };
			expect(playLeaks(twice, good, 400, 20_261_130).early).toBeLessThanOrEqual(plan.alpha);
		},
	);

	it('spends no more of alpha than there is when the expected size grows with every look', () => {
		let memory: RateMemory | null = null;
		for (let look = 1; look <= 500; look += 1) {
			const change = changeOf(plan, [{ bad: 0, total: look * 10 }], memory, look * 10);
			expect(change.memory.rate).toBeLessThanOrEqual(memory?.rate ?? 1);
			memory = change.memory;
		}
		expect(memory?.spent).toBeLessThanOrEqual(plan.alpha);
	});

	it('remembers five numbers, however long the release runs', () => {
		let memory = null;
		for (let look = 1; look <= 500; look += 1)
			memory = changeOf(plan, [{ bad: 0, total: look * 100 }], memory, 10_000).memory;
		expect(memory).toEqual({
			score: 0,
			seen: { bad: 0, total: 50_000 },
			spent: expect.any(Number) as unknown,
			rate: expect.any(Number) as unknown,
		});
	});

	it('knows what no rule can reach', () => {
		// The most powerful test of 60 sends, as the simulation's record has it.
		expect(mostPower(plan, 60, 0.01)).toBeCloseTo(0.435, 2);
		expect(longestRelease(plan, 150, plan.alpha)).toBeLessThan(10_000);
	});
});

describe('how high evidence rises by chance', () => {
	const { weigh, everReaches, reachedPerSend, cycle } = excursionsOf(plan);

	/** The chance that a walk from `from` reaches `bound` before it falls to `floor`: by repeated averaging, no formula. */
	const reaches = (bound: number, floor: number, from: number): number => {
		const [up, step] = [weigh(1, 1), -weigh(0, 1)];
		const places = Math.round((bound - floor) / step);
		const jump = Math.round(up / step);
		const chance = new Float64Array(places + jump + 1).map((_, at) => (at >= places ? 1 : 0));
		for (let round = 0; round < 2000; round += 1)
			for (let at = places - 1; at > 0; at -= 1)
				chance[at] = plan.p0 * (chance[at + jump] ?? 1) + (1 - plan.p0) * (chance[at - 1] ?? 0);
		return chance[Math.round((from - floor) / step)] ?? NaN;
	};

	it('is what one finds by averaging over every next send', () => {
		for (const level of [0.05, 0.01]) {
			const bound = everReaches(level);
			expect(reaches(bound, -6, 0)).toBeLessThanOrEqual(level);
			expect(reaches(bound, -6, 0)).toBeGreaterThan(0.8 * level);
		}
		const rate = 1e-4;
		const bound = reachedPerSend(rate);
		expect(reaches(bound, 0, weigh(1, 1)) / cycle).toBeLessThanOrEqual(rate);
		expect(reaches(bound, 0, weigh(1, 1)) / cycle).toBeGreaterThan(0.8 * rate);
	});

	it('is bounded by Ville’s inequality where it would take too long, or a bad send counts too few steps', () => {
		for (const [p0, p1] of [
			[0.3, 0.6],
			[1e-7, 2e-7],
		] as const)
			expect(excursionsOf({ ...plan, p0, p1 }).everReaches(0.01)).toBeCloseTo(Math.log(100), 12);
	});
});

describe('quantiles', () => {
	it('are of type 7 (D11)', () => {
		expect(percentile95([1, 2, 3, 4])).toBeCloseTo(3.85, 12);
		expect(percentile95([])).toBeNull();
	});

	it('say how sure they are: a small sample is not bounded from above', () => {
		const ordered = (n: number) => Array.from({ length: n }, (_, at) => at + 1);
		expect(rangeOf95([])).toEqual({ low: null, high: null });
		expect(rangeOf95(ordered(10)).high).toBeNull();
		expect(rangeOf95(ordered(58)).high).toBeNull();
		expect(rangeOf95(ordered(59)).high).toBe(59);
		expect(rangeOf95(ordered(1000))).toEqual({ low: 938, high: 962 });
	});

	it('hold the true 95th percentile in at least nine of ten samples', () => {
		const random = uniform(7);
		for (const n of [60, 100, 400]) {
			let held = 0;
			for (let run = 0; run < 1000; run += 1) {
				const { low, high } = rangeOf95(Array.from({ length: n }, random));
				if ((low === null || low <= 0.95) && (high === null || high >= 0.95)) held += 1;
			}
			expect(held / 1000).toBeGreaterThan(0.89);
		}
	});
});
