import { median, quantile } from 'simple-statistics';
import type { Milliseconds } from '../delivery/types';
import type { SlotTiming } from './observation';

/**
 * How far sends may move within their window before the cadence counts as shifted, as a share of the interval between
 * slots: an eighth, which is six hours of two days. Ours: the doctrines name no figure.
 */
export const SHIFT_TOLERANCE = 1 / 8;

/** Least sends on either side for a median to be worth comparing. */
const LEAST = 3;

/**
 * Delay from a slot's opening to the send, after the release and before it. Of the slots before, the one that comes
 * nearest counts: people are used to each of them, and a slot in which an outage delayed the sends is not the rhythm.
 * Median, and 95th percentile as {@link percentile95}. `null` when nothing was sent.
 *
 * @param after delays under the release, in milliseconds
 * @param before delays before it, slot by slot
 * @param intervalMs time between two slots of the cadence
 */
export function timingOf(
	after: readonly Milliseconds[],
	before: readonly (readonly Milliseconds[])[],
	intervalMs: Milliseconds,
): SlotTiming | null {
	if (after.length === 0) return null;
	const medianMs = Math.round(median([...after]));
	const comparable = after.length < LEAST ? [] : before.filter((slot) => slot.length >= LEAST);
	const [nearest = null] = comparable
		.map((slot) => Math.round(median([...slot])))
		.sort((left, right) => Math.abs(left - medianMs) - Math.abs(right - medianMs));
	return {
		sampled: after.length,
		medianMs,
		p95Ms: Math.round(quantile([...after], 0.95)),
		beforeMedianMs: nearest,
		toleranceMs: Math.round(intervalMs * SHIFT_TOLERANCE),
	};
}

/**
 * 95th percentile of raw observations, e.g. latencies an HTTP node returned; `null` without any. Type 7 of Hyndman and
 * Fan ("Sample Quantiles in Statistical Packages", The American Statistician 50(4), 1996): linear between the values
 * around (n - 1)·0.95, as simple-statistics 7.11, NumPy, R and spreadsheets compute it by default.
 */
export function percentile95(values: readonly number[]): number | null {
	return values.length === 0 ? null : quantile([...values], 0.95);
}

/** Between which values the true quantile lies; `null` where the sample is too small to bound that side. */
export interface QuantileRange {
	readonly low: number | null;
	readonly high: number | null;
}

/** How sure {@link rangeOf95} is. */
export const SURE = 0.9;

/**
 * Between which two observations the true 95th percentile lies with at least 90 %, whatever the distribution: of n
 * observations the number below it is binomial (n, 0.95), 5 % are left on either side. Fewer than 59 never bound it
 * from above (0.95^58 > 0.05), fewer than 1 not from below.
 *
 * Source: H. A. David and H. N. Nagaraja, "Order Statistics", 3rd edition, section 7.1.
 */
export function rangeOf95(values: readonly number[]): QuantileRange {
	const sorted = [...values].sort((a, b) => a - b);
	const n = sorted.length;
	const side = (1 - SURE) / 2;
	let [below, low, high]: [number, number | null, number | null] = [0, null, null];
	// In logarithms: 0.05^n is no number from n = 249 on.
	let logMass = n * Math.log(0.05);
	for (let k = 0; k < n; k += 1) {
		below += Math.exp(logMass);
		// `below` is the chance that at most k of them lie below the quantile.
		if (below <= side) low = sorted[k] ?? null;
		if (high === null && below >= 1 - side) high = sorted[k] ?? null;
		logMass += Math.log((n - k) / (k + 1)) + Math.log(0.95 / 0.05);
	}
	return { low, high };
}
