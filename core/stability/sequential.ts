/**
 * Wald's sequential probability ratio test on counts: after each batch of sends it says whether the failure rate is
 * the acceptable one, the intolerable one, or whether it is too early to tell. Unlike a ratio looked at again and
 * again, its error bounds hold however often one looks.
 *
 * Source: A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16(2), 1945,
 * pp. 117-186: bounds A = (1-β)/α and B = β/(1-α) on the likelihood ratio (section 3), for a binomial (section 5).
 */
export interface SequentialPlan {
	/** Acceptable failure rate, 0 < p0 < p1. */
	readonly p0: number;
	/** Intolerable failure rate, p1 < 1. */
	readonly p1: number;
	/** Bound on rolling back at p0. */
	readonly alpha: number;
	/** Bound on passing at p1. */
	readonly beta: number;
}

export interface SequentialResult {
	readonly verdict: 'acceptable' | 'intolerable' | 'undecided';
	/** Log-likelihood ratio of p1 against p0. */
	readonly llr: number;
	readonly upper: number;
	readonly lower: number;
	/** Clean sends still needed for `acceptable`, if every further one succeeds; 0 when decided. */
	readonly cleanSendsNeeded: number;
}

const isRate = (value: number): boolean => value > 0 && value < 1;

/** Whether a plan can be tested at all. */
export const isSane = ({ p0, p1, alpha, beta }: SequentialPlan): boolean =>
	[p0, p1, alpha, beta].every(isRate) && p0 < p1 && alpha + beta < 1;

/** Log-likelihood ratio of p1 against p0 of so many failures among so many sends: the weight of the evidence. */
export const weigh = ({ p0, p1 }: SequentialPlan, failures: number, total: number): number =>
	failures * Math.log(p1 / p0) + (total - failures) * Math.log((1 - p1) / (1 - p0));

/** Judges `failures` among `total` sends. A plan or counts that make no sense are undecided, never acceptable. */
export function sequentialTest(plan: SequentialPlan, failures: number, total: number): SequentialResult {
	const { p0, p1, alpha, beta } = plan;
	const sane =
		isSane(plan) &&
		Number.isInteger(failures) &&
		Number.isInteger(total) &&
		failures >= 0 &&
		total >= failures;
	if (!sane)
		return { verdict: 'undecided', llr: 0, upper: Infinity, lower: -Infinity, cleanSendsNeeded: Infinity };
	const upper = Math.log((1 - beta) / alpha);
	const lower = Math.log(beta / (1 - alpha));
	const perSuccess = Math.log((1 - p1) / (1 - p0));
	const llr = weigh(plan, failures, total);
	const verdict = llr >= upper ? 'intolerable' : llr <= lower ? 'acceptable' : 'undecided';
	const cleanSendsNeeded = verdict === 'undecided' ? Math.ceil((lower - llr) / perSuccess) : 0;
	return { verdict, llr, upper, lower, cleanSendsNeeded };
}
