import { excursionsOf } from './excursion';
import type { SequentialPlan } from './sequential';

/** Of so many tried, so many went wrong. */
export interface Tally {
	readonly bad: number;
	readonly total: number;
}

/** What a look leaves to the next: a few numbers, however long the release runs. */
export interface RateMemory {
	/** CUSUM: the weight of evidence since it last spoke for the acceptable rate, at least 0. */
	readonly score: number;
	/** All sends under the release that were counted so far. */
	readonly seen: Tally;
	/** Chance of a false alarm by a rise between slots that was spent on these sends; absent in a memory of before. */
	readonly spent?: number;
	/** The least rate of false alarms a send that was allowed so far: the bound of the CUSUM never falls. */
	readonly rate?: number;
}

export interface Change {
	/** Whether the rate rose to the intolerable one, and since where: the slot's place among those given, or a look. */
	readonly rose: { readonly slot: number } | { readonly look: true } | null;
	/** Evidence for the intolerable rate since the slot or look that speaks loudest for it, at least 0. */
	readonly leaning: number;
	readonly memory: RateMemory;
}

/** Parts of alpha for a rise that begins with a slot, and for one that begins anywhere; of the latter, for the expected sends. */
const [WITH_SLOT, WITHIN, EXPECTED] = [0.4, 0.6, 0.95];

/** Share of the first part for a rise that begins with slot 0, 1, 2…: 0.3 for each of three, 0.1 for all others. */
const slotShare = (slot: number): number => (slot < 3 ? 0.3 : 0.1 / ((slot - 2) * (slot - 1)));

/** Sends of the first stage beyond what was expected; each later stage has ten times as many. */
const FIRST_STAGE = 1000;

/** False alarms a send beyond the expected ones: stages share what is left for them as 1/(k(k+1)), for their sends alike. */
function rateBeyond(left: number, sends: number): number {
	let [stage, most] = [1, FIRST_STAGE];
	for (; most < sends; most *= 10) stage += 1;
	return left / (most * stage * (stage + 1));
}

/**
 * Whether a failure rate rose from p0 to p1, wherever that began: a test that starts again at each slot of the
 * release, and a CUSUM (E. S. Page, Biometrika 41, 1954) over what came between looks. Unlike one test over all sends,
 * a long good time does not hide a bad one.
 *
 * False alarms at p0: the bounds share alpha among all beginnings. A test that starts with a slot ever reaches its bound with
 * no more than its share; the CUSUM is allowed so many false alarms a send that the expected sends use up their share, and
 * longer releases a small one that is kept for them (both computed exactly, {@link excursionsOf}). So a release is rolled
 * back falsely with a chance of at most alpha, however long it runs and however often one looks. `npm run oracles` plays it.
 *
 * @param slots tallies of the slots under the release, oldest first
 * @param memory of the look before; `null` at the first
 * @param expected sends of the release, as far as one can tell; a wrong figure costs time, never a false rollback
 */
export function changeOf(
	plan: SequentialPlan,
	slots: readonly Tally[],
	memory: RateMemory | null,
	expected: number,
): Change {
	const { weigh, everReaches, reachedPerSend, cycle } = excursionsOf(plan);
	const seen = slots.reduce<Tally>(
		(all, { bad, total }) => ({ bad: all.bad + bad, total: all.total + total }),
		{ bad: 0, total: 0 },
	);
	const last = memory ?? { score: 0, seen: { bad: 0, total: 0 } };
	const more = seen.total - last.seen.total;
	const score = Math.max(0, last.score + weigh(seen.bad - last.seen.bad, more));

	const within = plan.alpha * WITHIN;
	const share = within * EXPECTED;
	// Two ways up more than the sends hold in the long run, since the first begins at 0 and the last may be under way.
	const asked = Math.min(share / (Math.max(1, expected) + 2 * cycle), last.rate ?? 1);
	// Sends count when they are made: what they spend is never given back.
	const spent = (last.spent ?? 0) + Math.max(0, more) * asked;
	const rate = spent <= share ? asked : Math.min(asked, rateBeyond(within - share, seen.total));
	let rose: Change['rose'] = score >= reachedPerSend(rate) ? { look: true } : null;
	let [since, leaning] = [0, score];
	for (let slot = slots.length - 1; slot >= 0; slot -= 1) {
		since += weigh(slots[slot]?.bad ?? 0, slots[slot]?.total ?? 0);
		leaning = Math.max(leaning, since);
		if (since >= everReaches(plan.alpha * WITH_SLOT * slotShare(slot))) rose = { slot };
	}
	return { rose, leaning, memory: { score, seen, spent: Math.min(spent, share), rate } };
}
