import { changeOf, type RateMemory } from '../../core/stability/change';
import { excursionsOf } from '../../core/stability/excursion';
import type { SequentialPlan } from '../../core/stability/sequential';

/** A small seeded generator (Park and Miller, 1988), so that a simulation repeats. */
export function uniform(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A release whose sends fail at `good` until `begins` sends have passed, and at `bad` from then on. */
export interface Leak {
	/** Sends of each slot; the last one goes on. */
	readonly slot: number;
	/** Sends between two looks. */
	readonly look: number;
	readonly sends: number;
	readonly good: number;
	readonly bad: number;
	readonly begins: number;
	/** Sends the rule expects of the release; all of them, if nobody says. */
	readonly expected?: number;
}

/** Plays one release send by send; the number of sends at the look that rolled it back, or `null`. */
export function playLeak(plan: SequentialPlan, leak: Leak, random: () => number): number | null {
	const slots: { bad: number; total: number }[] = [];
	let memory: RateMemory | null = null;
	for (let sent = 1; sent <= leak.sends; sent += 1) {
		if ((sent - 1) % leak.slot === 0) slots.push({ bad: 0, total: 0 });
		const slot = slots.at(-1) as { bad: number; total: number };
		slot.total += 1;
		if (random() < (sent <= leak.begins ? leak.good : leak.bad)) slot.bad += 1;
		if (sent % leak.look !== 0 && sent !== leak.sends) continue;
		const change = changeOf(plan, slots, memory, leak.expected ?? leak.sends);
		if (change.rose !== null) return sent;
		memory = change.memory;
	}
	return null;
}

/** Share of so many plays that were rolled back before the leak began, and the median of the sends it took after. */
export function playLeaks(
	plan: SequentialPlan,
	leak: Leak,
	runs: number,
	seed: number,
): { readonly early: number; readonly median: number; readonly within: number } {
	const random = uniform(seed);
	const found = Array.from({ length: runs }, () => playLeak(plan, leak, random));
	const early = found.filter((at) => at !== null && at <= leak.begins).length;
	const late = found
		.filter((at) => at === null || at > leak.begins)
		.map((at) => (at === null ? Infinity : at - leak.begins))
		.sort((a, b) => a - b);
	return {
		early: early / runs,
		median: late[Math.floor(late.length / 2)] ?? Infinity,
		within: late.filter((sends) => sends <= 150).length / Math.max(1, late.length),
	};
}

function binomial(sends: number, rate: number): readonly number[] {
	let mass = (1 - rate) ** sends;
	return Array.from({ length: sends + 1 }, (_, bad) => {
		if (bad > 0) mass *= ((sends - bad + 1) / bad) * (rate / (1 - rate));
		return mass;
	});
}

/**
 * The greatest chance with which any rule whatever can find a leak within so many sends while its chance of a false
 * alarm in them is at most `level`: the most powerful test, randomized (Neyman and Pearson, 1933).
 */
export function mostPower({ p0, p1 }: SequentialPlan, sends: number, level: number): number {
	const [good, bad] = [binomial(sends, p0), binomial(sends, p1)];
	let [spent, power] = [0, 0];
	for (let failures = sends; failures >= 0; failures -= 1) {
		const next = good[failures] ?? 0;
		const share = Math.min(1, (level - spent) / next);
		power += share * (bad[failures] ?? 0);
		spent += share * next;
		if (share < 1) break;
	}
	return power;
}

/**
 * The longest release, in sends, over which a rule could find a leak within `sends` in half of the cases wherever it
 * begins, with a chance of a false alarm of at most `level` in all: its stretches of `sends` share the level.
 */
export function longestRelease(plan: SequentialPlan, sends: number, level: number): number {
	let stretches = 1;
	while (mostPower(plan, sends, level / (stretches + 1)) >= 0.5) stretches += 1;
	return stretches * sends;
}

/**
 * The median of sends in which a CUSUM alone finds a leak in the middle of a release of so many sends, looking at every send
 * and with all of alpha for this release size. Among all rules with its rate of false alarms it is the fastest in the worst
 * case (G. V. Moustakides, "Optimal stopping times for detecting changes in distributions", Annals of Statistics 14, 1986).
 */
export function bestMedian(plan: SequentialPlan, sends: number, runs: number, seed: number): number {
	const { weigh, reachedPerSend } = excursionsOf(plan);
	const bound = reachedPerSend(plan.alpha / sends);
	const random = uniform(seed);
	const begins = Math.floor(sends / 2);
	const found: number[] = [];
	while (found.length < runs) {
		let [score, sent] = [0, 0];
		while (score < bound) {
			sent += 1;
			score = Math.max(0, score + weigh(random() < (sent <= begins ? plan.p0 : plan.p1) ? 1 : 0, 1));
		}
		if (sent > begins) found.push(sent - begins);
	}
	return found.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Infinity;
}

/** The least median any rule whatever could have in a release of so many sends, wherever the leak begins. */
export function leastMedian(plan: SequentialPlan, sends: number): number {
	let median = 1;
	while (mostPower(plan, median, Math.min(1, (plan.alpha * median) / sends)) < 0.5) median += 1;
	return median;
}
