import type { Milliseconds } from '../delivery/types';

/** What a piece of work costs, before it begins. */
export interface Estimate {
	readonly contacts: number;
	/** Calls to the systems that are read. */
	readonly calls: number;
	/** Least time the calls take at the pace given. */
	readonly atLeastMs: Milliseconds;
	/** Bytes stored, at most about this. */
	readonly bytes: number;
}

/** What capturing one kind of thing costs. */
export interface CaptureCost {
	/** Calls that are held to the pace. */
	readonly paced: number;
	/** Further calls. */
	readonly others: number;
	/** Bytes stored, at most about this. */
	readonly bytes: number;
}

/** Nothing is read for it. */
export const noCost: CaptureCost = { paced: 0, others: 0, bytes: 0 };

/** The least time `calls` take at `per10Seconds` calls per 10 seconds, the first 10 seconds' worth going at once. */
export const paceMs = (calls: number, per10Seconds: number): Milliseconds =>
	Math.floor(Math.max(0, calls - 1) / per10Seconds) * 10_000;

/** What a capture costs: the costs of all kinds, at `callsPer10Seconds`. */
export function estimateOf(
	costs: readonly CaptureCost[],
	contacts: number,
	callsPer10Seconds: number,
): Estimate {
	const sum = (of: (cost: CaptureCost) => number): number =>
		costs.reduce((total, cost) => total + of(cost), 0);
	const paced = sum((cost) => cost.paced);
	return {
		contacts,
		calls: paced + sum((cost) => cost.others),
		atLeastMs: paceMs(paced, callsPer10Seconds),
		bytes: sum((cost) => cost.bytes),
	};
}
