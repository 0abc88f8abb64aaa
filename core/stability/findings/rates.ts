import type { Policy, Threshold } from '../../release/policy/schema';
import type { Observation, SlotCounts } from '../observation';
import { changeOf, type RateMemory, type Tally } from '../change';
import { isSane, sequentialTest, weigh, type SequentialPlan } from '../sequential';
import { percent, type Finding } from './finding';

/** Slots that opened under the release: rates are not judged by what was sent before it shipped. */
const under = ({ slots, shippedAt }: Observation): readonly SlotCounts[] =>
	slots.filter((slot) => slot.opensAt >= shippedAt);

const failed = (slot: SlotCounts): Tally => ({
	bad: slot.failedForGood,
	total: slot.failedForGood + slot.committed,
});

const bounced = (slot: SlotCounts): Tally => ({ bad: slot.bounced, total: slot.committed });

const all = (tallies: readonly Tally[]): Tally => ({
	bad: tallies.reduce((count, { bad }) => count + bad, 0),
	total: tallies.reduce((count, { total }) => count + total, 0),
});

interface Judged {
	readonly id: string;
	readonly plan: SequentialPlan;
	readonly seen: Observation;
	readonly tally: (slot: SlotCounts) => Tally;
	/** The look before, of this release. */
	readonly memory: RateMemory | null;
	/** Slots the release is watched for at least. */
	readonly cycles: number;
	/** e.g. `deliveries failed`. */
	readonly what: string;
	/** Up to this share the rate is fine before the test has an answer; without it, too early to tell is not fine. */
	readonly healthy?: number;
}

/** The same time in the control arm, from a slot on; `null` where there is no concurrent control. */
function controlSince({ seen, tally }: Judged, from: SlotCounts | undefined): Tally | null {
	if (seen.control.length === 0) return null;
	return all(seen.control.filter((slot) => !from || slot.opensAt >= from.opensAt).map(tally));
}

/**
 * Judges a rate: rolls back when it rose, wherever that began ({@link changeOf}); fine when Wald's test over all sends
 * calls it acceptable and nothing of late leans the other way. Where the evidence of a concurrent control leans the
 * same way, it is not the release: a vendor outage hits both arms, and going back would not help.
 */
function judgeRate(judged: Judged): Finding {
	const { id, plan, seen, tally, what, healthy } = judged;
	const slots = under(seen);
	const arm = all(slots.map(tally));
	const shown = (part: Tally): string =>
		`${part.bad} of ${part.total} ${what} (${percent(part.bad, part.total)})`;
	const rate = shown(arm);
	const test = sequentialTest(plan, arm.bad, arm.total);
	if (!isSane(plan))
		return { id, effect: 'keeps-watching', sentence: `${rate}: the policy’s rates cannot be tested.` };
	// The largest slot so far, for each slot of the watch and the one in which it ends.
	const expected = (judged.cycles + 1) * Math.max(0, ...slots.map(({ registered }) => registered));
	const { rose, leaning, memory } = changeOf(plan, slots.map(tally), judged.memory, expected);
	if (rose !== null) {
		const from = 'slot' in rose ? slots[rose.slot] : slots.at(-1);
		const late = 'slot' in rose ? all(slots.slice(rose.slot).map(tally)) : arm;
		const said =
			'look' in rose
				? `${rate}, and since a look ago far more of them`
				: rose.slot === 0
					? rate
					: `${shown(late)} since slot ${from?.slot}`;
		const control = controlSince(judged, from);
		if (control !== null && weigh(plan, control.bad, control.total) > 0)
			return {
				id,
				effect: 'keeps-watching',
				memory,
				sentence: `${said}, but so do ${control.bad} of ${control.total} in the control arm: it is not the release.`,
			};
		return { id, effect: 'rolls-back', memory, sentence: `${said}: the rate is intolerable.` };
	}
	if (leaning >= -test.lower)
		return {
			id,
			effect: 'keeps-watching',
			memory,
			sentence: `${rate}: of late there are more; too early to tell.`,
		};
	if (test.verdict === 'acceptable')
		return { id, effect: 'fine', memory, sentence: `${rate}: the rate is acceptable.` };
	if (healthy !== undefined && arm.total > 0 && arm.bad <= healthy * arm.total)
		return { id, effect: 'fine', memory, sentence: `${rate}, within ${percent(healthy, 1)}.` };
	const need = Math.ceil((test.lower - test.llr) / weigh(plan, 0, 1));
	return {
		id,
		effect: 'keeps-watching',
		memory,
		sentence: `${rate}: too early to tell; ${need} clean ones would settle it.`,
	};
}

/** What the look before left of a rate, where it looked at the same release. */
const memoryOf = (earlier: readonly Finding[], id: string): RateMemory | null =>
	earlier.find((finding) => finding.id === id)?.memory ?? null;

/**
 * Deliveries that were tried and failed for good, against the policy's two rates. In doubt counts with neither side.
 *
 * @param earlier findings of the look before at this release
 */
export function failureRate(policy: Policy, seen: Observation, earlier: readonly Finding[]): Finding {
	return judgeRate({
		id: 'failure-rate',
		plan: policy.monitoring.sequential,
		seen,
		tally: failed,
		memory: memoryOf(earlier, 'failure-rate'),
		cycles: policy.monitoring.fullCycles,
		what: 'deliveries failed',
	});
}

/**
 * A spike of bounces over the baseline. Acceptable is the policy's healthy share or what the spine had before the
 * release, whichever is greater (a list that always bounced is not this release's fault); intolerable is twice that.
 */
export function bounceRate(
	policy: Policy,
	threshold: Threshold,
	seen: Observation,
	earlier: readonly Finding[],
): Finding {
	const { committed, bounced: bad } = seen.before;
	const before = committed > 0 ? bad / committed : 0;
	const p0 = Math.max(threshold.healthy, before);
	const { alpha, beta } = policy.monitoring.sequential;
	return judgeRate({
		id: threshold.metric,
		plan: { p0, p1: Math.min(2 * p0, 0.99), alpha, beta },
		seen,
		tally: bounced,
		memory: memoryOf(earlier, threshold.metric),
		cycles: policy.monitoring.fullCycles,
		what: 'sends bounced',
		healthy: p0,
	});
}
