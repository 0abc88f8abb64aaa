import type { Policy, Threshold } from '../../release/policy/schema';
import type { Observation, SlotCounts } from '../observation';
import { sequentialTest, type SequentialPlan } from '../sequential';
import { percent, sum, type Finding } from './finding';

/** Of so many tried, so many went wrong. */
interface Tally {
	readonly bad: number;
	readonly total: number;
}

/** Slots that opened under the release: rates are not judged by what was sent before it shipped. */
const under = ({ slots, shippedAt }: Observation): readonly SlotCounts[] =>
	slots.filter((slot) => slot.opensAt >= shippedAt);

const failed = (slots: readonly SlotCounts[]): Tally => {
	const bad = sum(slots, (slot) => slot.failedForGood);
	return { bad, total: bad + sum(slots, (slot) => slot.committed) };
};

const bounced = (slots: readonly SlotCounts[]): Tally => ({
	bad: sum(slots, (slot) => slot.bounced),
	total: sum(slots, (slot) => slot.committed),
});

interface Judged {
	readonly id: string;
	readonly plan: SequentialPlan;
	readonly arm: Tally;
	/** `null` where there is no concurrent control. */
	readonly control: Tally | null;
	/** e.g. `deliveries failed`. */
	readonly what: string;
	/** Up to this share the rate is fine before the test has an answer; without it, too early to tell is not fine. */
	readonly healthy?: number;
}

/**
 * Judges a rate by Wald's test. Where the evidence of a concurrent control leans the same way, it is not the release:
 * a vendor outage hits both arms, and going back would not help.
 */
function judgeRate({ id, plan, arm, control, what, healthy }: Judged): Finding {
	const test = sequentialTest(plan, arm.bad, arm.total);
	const rate = `${arm.bad} of ${arm.total} ${what} (${percent(arm.bad, arm.total)})`;
	if (test.verdict === 'acceptable')
		return { id, effect: 'fine', sentence: `${rate}: the rate is acceptable.` };
	if (test.verdict === 'undecided') {
		if (healthy !== undefined && arm.total > 0 && arm.bad <= healthy * arm.total)
			return { id, effect: 'fine', sentence: `${rate}, within ${percent(healthy, 1)}.` };
		const need = Number.isFinite(test.cleanSendsNeeded)
			? `${test.cleanSendsNeeded} clean ones would settle it`
			: 'the policy’s rates cannot be tested';
		return { id, effect: 'keeps-watching', sentence: `${rate}: too early to tell; ${need}.` };
	}
	if (control !== null && sequentialTest(plan, control.bad, control.total).llr > 0)
		return {
			id,
			effect: 'keeps-watching',
			sentence: `${rate}, but so do ${control.bad} of ${control.total} in the control arm: it is not the release.`,
		};
	return { id, effect: 'rolls-back', sentence: `${rate}: the rate is intolerable.` };
}

/** Deliveries that were tried and failed for good, against the policy's two rates. In doubt counts with neither side. */
export function failureRate(policy: Policy, seen: Observation): Finding {
	return judgeRate({
		id: 'failure-rate',
		plan: policy.monitoring.sequential,
		arm: failed(under(seen)),
		control: seen.control.length > 0 ? failed(seen.control) : null,
		what: 'deliveries failed',
	});
}

/**
 * A spike of bounces over the baseline. Acceptable is the policy's healthy share or what the spine had before the
 * release, whichever is greater (a list that always bounced is not this release's fault); intolerable is twice that.
 */
export function bounceRate(policy: Policy, threshold: Threshold, seen: Observation): Finding {
	const { committed, bounced: bad } = seen.before;
	const before = committed > 0 ? bad / committed : 0;
	const p0 = Math.max(threshold.healthy, before);
	const { alpha, beta } = policy.monitoring.sequential;
	return judgeRate({
		id: threshold.metric,
		plan: { p0, p1: Math.min(2 * p0, 0.99), alpha, beta },
		arm: bounced(under(seen)),
		control: seen.control.length > 0 ? bounced(seen.control) : null,
		what: 'sends bounced',
		healthy: p0,
	});
}
