import { presetPolicy } from '../../core/release/policy/override';
import { bestMedian, leastMedian, longestRelease, playLeaks } from '../../testbed/oracles/leaks';
import type { SequentialPlan } from '../../core/stability/sequential';

export interface LeakRow {
	readonly slot: number;
	readonly look: number;
	/** Sends before the leak begins; for a release without one, all its sends. */
	readonly good: number;
	/** Share rolled back although nothing leaked. */
	readonly early: number;
	/** Median of the sends from the beginning of the leak to the rollback; absent without a leak. */
	readonly median?: number;
	readonly within?: number;
}

/** What a release of so many sends could have at best, and has: medians of a leak that begins in its middle. */
export interface LeakBound {
	readonly sends: number;
	/** No rule whatever is below it. */
	readonly least: number;
	/** The optimal test for just this size, with a look at every send. */
	readonly best: number;
	/** The rule, with a look at every send. */
	readonly median: number;
}

export interface LeakRun {
	readonly seed: number;
	readonly runs: number;
	readonly p0: number;
	readonly p1: number;
	readonly alpha: number;
	/** Cycles the policy watches a release for. */
	readonly cycles: number;
	readonly rows: readonly LeakRow[];
	readonly bounds: readonly LeakBound[];
	/** The longest release over which any rule could find a leak within 150 sends in the median. */
	readonly longest: number;
	readonly bounces: readonly BounceRun[];
}

/** The same test on bounces: intolerable is twice what is acceptable. */
export interface BounceRun {
	readonly metric: string;
	readonly p0: number;
	readonly p1: number;
	readonly rows: readonly LeakRow[];
}

/** Most sends after a leak began that a play waits for its rollback. */
const PATIENCE = 2000;

/** Releases that are good throughout: sends of a slot, of a look, of the release. */
const good = [
	[100, 10, 200],
	[500, 10, 1000],
	[2500, 10, 10_000],
	[100, 10, 10_000],
	[10_000, 10, 10_000],
] as const;

/** Leaks: sends of a slot, of a look, and good ones before it begins. */
const leaks = [
	[10_000, 1, 0],
	[10_000, 10, 0],
	[100, 10, 100],
	[500, 10, 500],
	[2500, 10, 5000],
	[2500, 10, 7500],
	[10_000, 10, 10_000],
	[100, 10, 10_000],
	[10_000, 10, 100],
	[10_000, 10, 1000],
	[10_000, 10, 5000],
	[20_000, 10, 10_000],
] as const;

/** Releases that bounce as ever, and such that bounce twice as often from some send on. */
const bounceGood = [
	[500, 10, 1000],
	[2500, 10, 5000],
	[10_000, 10, 10_000],
] as const;
const bounceLeaks = [
	[10_000, 10, 0],
	[10_000, 10, 2500],
] as const;
/** Sends of the releases whose medians stand beside what is possible. */
const sizes = [500, 1000, 2000, 5000, 10_000, 20_000] as const;

/** Plays releases without a rise and with one; each expects the slots the policy watches, as the check does. */
function play(
	plan: SequentialPlan,
	cycles: number,
	[good, bad]: readonly (readonly (readonly [slot: number, look: number, sends: number])[])[],
	[runs, seed, patience]: readonly [number, number, number],
): readonly LeakRow[] {
	const rates = { good: plan.p0, bad: plan.p1 };
	const rows: LeakRow[] = [];
	for (const [slot, look, sends] of good ?? []) {
		const expected = (cycles + 1) * slot;
		const { early } = playLeaks(plan, { slot, look, sends, begins: sends, expected, ...rates }, runs, seed);
		rows.push({ slot, look, good: sends, early });
		console.log(`${sends} good sends in slots of ${slot}: ${early} rolled back`);
	}
	for (const [slot, look, begins] of bad ?? []) {
		const leak = { slot, look, begins, sends: begins + patience, expected: (cycles + 1) * slot, ...rates };
		const played = playLeaks(plan, leak, runs, seed);
		rows.push({ slot, look, good: begins, ...played });
		console.log(`leak after ${begins} in slots of ${slot}: median ${played.median}`);
	}
	return rows;
}

/** Medians beside what is possible, by the size of the release. */
function boundsOf(plan: SequentialPlan, runs: number, seed: number): readonly LeakBound[] {
	return sizes.map((sends) => {
		const begins = Math.floor(sends / 2);
		const leak = { slot: 2 * sends, look: 1, begins, sends: begins + PATIENCE, expected: sends };
		const { median } = playLeaks(plan, { ...leak, good: plan.p0, bad: plan.p1 }, runs, seed);
		const bound = {
			sends,
			least: leastMedian(plan, sends),
			best: bestMedian(plan, sends, runs, seed),
			median,
		};
		console.log(JSON.stringify(bound));
		return bound;
	});
}

/** Plays the tests of the strict preset: releases without a leak, and leaks that begin anywhere; of failures and bounces. */
export function runLeaks(runs: number, seed: number): LeakRun {
	const {
		sequential: plan,
		thresholds,
		fullCycles: cycles,
	} = presetPolicy('quiet-content-delivery').monitoring;
	const { p0, p1, alpha } = plan;
	const bounces = thresholds
		.filter(({ metric }) => metric.endsWith('bounces'))
		.map(({ metric, healthy }) => {
			const twice = { ...plan, p0: healthy, p1: 2 * healthy };
			const rows = play(twice, cycles, [bounceGood, bounceLeaks], [runs, seed, 4 * PATIENCE]);
			return { metric, p0: twice.p0, p1: twice.p1, rows };
		});
	return {
		...{ seed, runs, p0, p1, alpha, cycles, bounces },
		rows: play(plan, cycles, [good, leaks], [runs, seed, PATIENCE]),
		bounds: boundsOf(plan, Math.min(runs, 2000), seed),
		longest: longestRelease(plan, 150, alpha),
	};
}
