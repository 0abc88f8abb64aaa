import { weigh, type SequentialPlan } from './sequential';

/**
 * Evidence for p1 against p0 in whole steps, and how high it rises by chance while the rate is p0, computed exactly.
 *
 * Each good send lowers the evidence by one step d = ln((1-p0)/(1-p1)), each bad one raises it by ln(p1/p0), rounded to whole
 * steps. A walk that goes down one step at a time has a scale function W, with which the chance to fall by x steps before
 * rising by y is W(y)/W(x+y) (L. Takács, "Combinatorial Methods in the Theory of Stochastic Processes", 1967, chapter 2;
 * here by the recursion of one step).
 */
export interface Excursions {
	/** The evidence of so many bad ones among so many sends. */
	readonly weigh: (bad: number, total: number) => number;
	/** Evidence that one walk from 0 ever reaches with at most this chance. */
	readonly everReaches: (chance: number) => number;
	/** Evidence that a CUSUM at p0 reaches at most so often a send in the long run. */
	readonly reachedPerSend: (rate: number) => number;
	/** Sends of the longer way of a CUSUM at p0 from 0 up and back to 0, in the mean. */
	readonly cycle: number;
}

/** Steps that are computed at most; a plan that would take more is bounded by Ville's inequality. */
const MOST_STEPS = 200_000;
/** Steps that a bad send counts at least, so that rounding them is no matter. */
const LEAST_JUMP = 8;
/** Evidence up to which it is computed: a chance of about exp(-23). */
const HIGHEST = 23;

/** By Ville's inequality alone: a chance of at most exp(-h), and of p1·exp(-h) a send. */
const byVille = (plan: SequentialPlan): Excursions => ({
	weigh: (bad, total) => weigh(plan, bad, total),
	everReaches: (chance) => Math.log(1 / chance),
	reachedPerSend: (rate) => Math.log(plan.p1 / Math.min(rate, plan.p1)),
	cycle: 0,
});

/** The least place of a falling list whose value is at most `limit`. */
function firstBelow(length: number, value: (at: number) => number, limit: number): number {
	let [low, high] = [0, length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (value(middle) <= limit) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** A function that keeps its last answers: each look asks for the bound of each slot again. */
function remembered(answer: (given: number) => number): (given: number) => number {
	const answers = new Map<number, number>();
	return (given) => {
		const known = answers.get(given);
		if (known !== undefined) return known;
		if (answers.size >= 1000) answers.clear();
		const found = answer(given);
		answers.set(given, found);
		return found;
	};
}

function compute(plan: SequentialPlan): Excursions {
	const { p0, p1 } = plan;
	const step = Math.log((1 - p0) / (1 - p1));
	const jump = Math.round(Math.log(p1 / p0) / step);
	// Steps the evidence falls a send at p0, in the mean.
	const drift = 1 - p0 - p0 * jump;
	const steps = Math.ceil(HIGHEST / step) + jump;
	if (!(drift > 0) || jump < LEAST_JUMP || steps > MOST_STEPS) return byVille(plan);
	const scale = new Float64Array(steps + 2);
	scale[1] = 1;
	for (let at = 1; at <= steps; at += 1)
		scale[at + 1] = ((scale[at] ?? 0) - p0 * (scale[at - jump] ?? 0)) / (1 - p0);
	const limit = (1 - p0) / drift;
	const ever = (at: number): number => 1 - (scale[at] ?? limit) / limit;
	// From 0 a bad send begins a way up, after 1/p0 sends in the mean; it comes back after jump/drift ones.
	const cycle = 1 / p0 + jump / drift;
	const often = (at: number): number =>
		(at <= jump ? 1 : 1 - (scale[at - jump] ?? limit) / (scale[at] ?? limit)) / cycle;
	return {
		weigh: (bad, total) => (jump * bad - (total - bad)) * step,
		everReaches: remembered((chance) => firstBelow(steps, ever, chance) * step),
		reachedPerSend: remembered((rate) => firstBelow(steps, often, rate) * step),
		cycle,
	};
}

/** The last plans that were asked for: a watch asks the same few at each look. */
const kept = new Map<string, Excursions>();

/** What chance does to the evidence under a plan. */
export function excursionsOf(plan: SequentialPlan): Excursions {
	const key = `${plan.p0} ${plan.p1}`;
	const known = kept.get(key);
	if (known) return known;
	const made = compute(plan);
	if (kept.size >= 50) kept.clear();
	kept.set(key, made);
	return made;
}
