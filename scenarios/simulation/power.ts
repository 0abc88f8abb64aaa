/** Binomial probabilities, by the recurrence of neighbouring terms. */
function atLeast(k: number, n: number, p: number): number {
	let term = (1 - p) ** n;
	let below = 0;
	for (let i = 0; i < k; i += 1) {
		below += term;
		term *= ((n - i) / (i + 1)) * (p / (1 - p));
	}
	return Math.max(0, 1 - below);
}

/**
 * What the best of all tests can do: by the lemma of Neyman and Pearson (1933) the most powerful test of p0 against p1
 * on n sends rejects from k failures on, and by chance at k - 1 so as to use up alpha. No rule with that false alarm
 * rate finds p1 within n sends more often.
 */
export function bestPower(n: number, p0: number, p1: number, alpha: number): number {
	let k = 0;
	while (atLeast(k, n, p0) > alpha) k += 1;
	const [above, at] = [atLeast(k, n, p0), atLeast(k - 1, n, p0) - atLeast(k, n, p0)];
	const share = at > 0 ? (alpha - above) / at : 0;
	return atLeast(k, n, p1) + share * (atLeast(k - 1, n, p1) - atLeast(k, n, p1));
}
