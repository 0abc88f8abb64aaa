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
 * nearest counts: people are used to each of them, and a slot in which an outage delayed the sends is not the rhythm. Median and 95th percentile by
 * simple-statistics (`quantile`, Hyndman and Fan's type 2 on sorted data). `null` when nothing was sent.
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

/** 95th percentile of raw observations, e.g. latencies an HTTP node returned; `null` without any. */
export function percentile95(values: readonly number[]): number | null {
	return values.length === 0 ? null : quantile([...values], 0.95);
}
