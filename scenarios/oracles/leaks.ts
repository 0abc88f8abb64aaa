import { presetPolicy } from '../../core/release/policy/override';
import { longestRelease, playLeaks } from '../../testbed/oracles/leaks';

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

export interface LeakRun {
	readonly seed: number;
	readonly runs: number;
	readonly p0: number;
	readonly p1: number;
	readonly alpha: number;
	readonly rows: readonly LeakRow[];
	/** The longest release over which any rule could find a leak within 150 sends in the median. */
	readonly longest: number;
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

/** Plays the sequential test of the strict preset: releases without a leak, and leaks that begin anywhere. */
export function runLeaks(runs: number, seed: number): LeakRun {
	const plan = presetPolicy('quiet-content-delivery').monitoring.sequential;
	const rates = { good: plan.p0, bad: plan.p1 };
	const rows: LeakRow[] = [];
	for (const [slot, look, sends] of good) {
		const { early } = playLeaks(plan, { slot, look, sends, begins: sends, ...rates }, runs, seed);
		rows.push({ slot, look, good: sends, early });
		console.log(`${sends} good sends in slots of ${slot}: ${early} rolled back`);
	}
	for (const [slot, look, begins] of leaks) {
		const leak = { slot, look, begins, sends: begins + PATIENCE, ...rates };
		const played = playLeaks(plan, leak, runs, seed);
		rows.push({ slot, look, good: begins, ...played });
		console.log(`leak after ${begins} in slots of ${slot}: median ${played.median}`);
	}
	const { p0, p1, alpha } = plan;
	return { seed, runs, p0, p1, alpha, rows, longest: longestRelease(plan, 150, alpha) };
}
