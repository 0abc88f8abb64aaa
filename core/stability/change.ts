import { weigh, type SequentialPlan } from './sequential';

/** Of so many tried, so many went wrong. */
export interface Tally {
	readonly bad: number;
	readonly total: number;
}

/** What a look leaves to the next: three numbers, however long the release runs. */
export interface RateMemory {
	/** CUSUM: the weight of evidence since it last spoke for the acceptable rate, at least 0. */
	readonly score: number;
	/** All sends under the release that were counted so far. */
	readonly seen: Tally;
}

export interface Change {
	/** Whether the rate rose to the intolerable one, and since where: the slot's place among those given, or a look. */
	readonly rose: { readonly slot: number } | { readonly look: true } | null;
	/** Evidence for the intolerable rate since the slot or look that speaks loudest for it, at least 0. */
	readonly leaning: number;
	readonly memory: RateMemory;
}

/** Parts of alpha for a rise that begins with a slot, and for one that begins between two looks. */
const [WITH_SLOT, WITHIN] = [0.8, 0.2];

/** Share of the first part for a rise that begins with slot 0, 1, 2…: 0.3 for each of three, 0.1 for all others. */
const slotShare = (slot: number): number => (slot < 3 ? 0.3 : 0.1 / ((slot - 2) * (slot - 1)));

/** Bound on the evidence for a rise that began with a slot. */
const slotBound = ({ alpha }: SequentialPlan, slot: number): number =>
	Math.log(1 / (alpha * WITH_SLOT * slotShare(slot)));

/** Sends of the first stage of a release; each later stage has ten times as many. */
const FIRST_STAGE = 1000;

/**
 * Bound on the CUSUM after so many sends. Stages of the release share the alpha as 1/(k(k+1)); within one, at most
 * `sends · p0` rises can begin (each with a failure, which weighs p1/p0), so alpha is divided by `sends · p1`.
 */
function withinBound({ alpha, p1 }: SequentialPlan, sends: number): number {
	let [stage, most] = [1, FIRST_STAGE];
	for (; most < sends; most *= 10) stage += 1;
	return Math.log((most * p1 * stage * (stage + 1)) / (alpha * WITHIN));
}

/**
 * Whether a failure rate rose from p0 to p1, wherever that began: a test that starts again at each slot of the
 * release, and a CUSUM (E. S. Page, Biometrika 41, 1954) over what came between looks. Unlike one test over all sends,
 * a long good time does not hide a bad one.
 *
 * False alarms at p0: by Ville's inequality the evidence from one beginning ever exceeds h with a chance of at most
 * exp(-h); the bounds share alpha among all beginnings, so that together a release is rolled back falsely with a
 * chance of at most alpha, however long it runs and however often one looks. `npm run oracles` plays it.
 *
 * @param slots tallies of the slots under the release, oldest first
 * @param memory of the look before; `null` at the first
 */
export function changeOf(plan: SequentialPlan, slots: readonly Tally[], memory: RateMemory | null): Change {
	const seen = slots.reduce<Tally>(
		(all, { bad, total }) => ({ bad: all.bad + bad, total: all.total + total }),
		{ bad: 0, total: 0 },
	);
	const last = memory ?? { score: 0, seen: { bad: 0, total: 0 } };
	const more = weigh(plan, seen.bad - last.seen.bad, seen.total - last.seen.total);
	const score = Math.max(0, last.score + more);
	let rose: Change['rose'] = score >= withinBound(plan, seen.total) ? { look: true } : null;
	let [since, leaning] = [0, score];
	for (let slot = slots.length - 1; slot >= 0; slot -= 1) {
		since += weigh(plan, slots[slot]?.bad ?? 0, slots[slot]?.total ?? 0);
		leaning = Math.max(leaning, since);
		if (since >= slotBound(plan, slot)) rose = { slot };
	}
	return { rose, leaning, memory: { score, seen } };
}
