import { durationMs } from '../../release/checks';
import type { Policy, Threshold } from '../../release/policy/schema';
import type { ExternalMetric, Observation } from '../observation';
import { sequentialTest } from '../sequential';
import { SURE } from '../timing';
import { sum, type Finding } from './finding';
import { bounceRate } from './rates';

const newestOf = (metrics: readonly ExternalMetric[], name: string): ExternalMetric | undefined =>
	metrics
		.filter((metric) => metric.name === name)
		.reduce<ExternalMetric | undefined>(
			(newest, metric) => (newest && newest.at >= metric.at ? newest : metric),
			undefined,
		);

/** A share with its number of observations is a rate, and rates are judged by Wald's test between the two bounds. */
function countedShare(policy: Policy, threshold: Threshold, metric: ExternalMetric): Finding | null {
	const { metric: id, unit, healthy, rollback } = threshold;
	const { count = 0, value } = metric;
	if (unit !== 'share' || rollback === undefined || count < 1 || value < 0 || value > 1) return null;
	const { alpha, beta } = policy.monitoring.sequential;
	const bad = Math.round(value * count);
	const { verdict } = sequentialTest({ p0: healthy, p1: rollback, alpha, beta }, bad, Math.round(count));
	const figures = `${id} is ${value} (${bad} of ${Math.round(count)})`;
	if (verdict === 'acceptable')
		return { id, effect: 'fine', sentence: `${figures}: the rate is acceptable.` };
	if (verdict === 'undecided')
		return { id, effect: 'keeps-watching', sentence: `${figures}: too early to tell.` };
	return { id, effect: 'rolls-back', sentence: `${figures}: the rate is intolerable.` };
}

/** An average of 0.09 may come as 0.09000000000000001; people read six digits. The judgement is made on the value itself. */
const figure = (value: number): number => Number(value.toPrecision(6));

/** How sure a quantile is, in words; empty for a figure that is none. */
function sureness({ count = 0, range }: Pick<ExternalMetric, 'count' | 'range'>): string {
	if (range === undefined) return '';
	const { low, high } = range;
	const between =
		high === null
			? `${low === null ? 'too few to bound it' : `at least ${figure(low)}, too few to bound it from above`}`
			: `between ${low === null ? 'any figure' : figure(low)} and ${figure(high)}`;
	return ` (of ${count}; with ${100 * SURE} % ${between})`;
}

function gauge(
	{ metric: id, healthy, rollback }: Threshold,
	value: number,
	of: Pick<ExternalMetric, 'count' | 'range'> = {},
): Finding {
	const shown = `${id} is ${figure(value)}${sureness(of)}`;
	if (rollback !== undefined && value > rollback)
		return { id, effect: 'rolls-back', sentence: `${shown}, above ${rollback}.`, confirm: true };
	if (value > healthy)
		return { id, effect: 'keeps-watching', sentence: `${shown}, above the healthy ${healthy}.` };
	return { id, effect: 'fine', sentence: `${shown}, within ${healthy}.` };
}

/** Bounces the ledger counts itself. Hard ones are at most all of them, so that a low total answers for both. */
function ownBounces(
	policy: Policy,
	threshold: Threshold,
	seen: Observation,
	earlier: readonly Finding[],
): Finding | null {
	if (threshold.metric === 'all-bounces') return bounceRate(policy, threshold, seen, earlier);
	if (threshold.metric !== 'hard-bounces') return null;
	const sends = sum(seen.slots, (slot) => slot.committed);
	const most = seen.hardBounces ?? sum(seen.slots, (slot) => slot.bounced);
	if (sends === 0 || (seen.hardBounces === null && most / sends > threshold.healthy)) return null;
	return gauge(threshold, most / sends);
}

/** Metrics against the policy's thresholds. A metric the policy names and nobody delivers is unknown. */
export function thresholds(
	policy: Policy,
	seen: Observation,
	earlier: readonly Finding[],
): readonly Finding[] {
	const fresh = durationMs(policy.monitoring.checkEvery);
	return policy.monitoring.thresholds.map((threshold): Finding => {
		const id = threshold.metric;
		const external = newestOf(seen.metrics, id);
		if (external === undefined)
			return (
				ownBounces(policy, threshold, seen, earlier) ?? {
					id,
					effect: 'keeps-watching',
					sentence: `Nobody measured ${id}.`,
				}
			);
		if (!Number.isFinite(external.value))
			return { id, effect: 'keeps-watching', sentence: `${id} is not a number.` };
		if (external.at > seen.now || seen.now - external.at > fresh)
			return { id, effect: 'keeps-watching', sentence: `${id} is stale.` };
		return countedShare(policy, threshold, external) ?? gauge(threshold, external.value, external);
	});
}
