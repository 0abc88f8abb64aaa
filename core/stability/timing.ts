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
 * Delay from a slot's opening to the send, after the release and before it. Median and 95th percentile by
 * simple-statistics (`quantile`, Hyndman and Fan's type 2 on sorted data). `null` when nothing was sent.
 *
 * @param after delays under the release, in milliseconds
 * @param before delays before it
 * @param intervalMs time between two slots of the cadence
 */
export function timingOf(
	after: readonly Milliseconds[],
	before: readonly Milliseconds[],
	intervalMs: Milliseconds,
): SlotTiming | null {
	if (after.length === 0) return null;
	const comparable = after.length >= LEAST && before.length >= LEAST;
	return {
		sampled: after.length,
		medianMs: Math.round(median([...after])),
		p95Ms: Math.round(quantile([...after], 0.95)),
		beforeMedianMs: comparable ? Math.round(median([...before])) : null,
		toleranceMs: Math.round(intervalMs * SHIFT_TOLERANCE),
	};
}

/** 95th percentile of raw observations, e.g. latencies an HTTP node returned; `null` without any. */
export function percentile95(values: readonly number[]): number | null {
	return values.length === 0 ? null : quantile([...values], 0.95);
}
