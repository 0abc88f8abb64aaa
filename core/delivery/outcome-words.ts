/** What came of some deliveries, in one word, with why. */
export interface OutcomeWord {
	/** e.g. `sent`, `held`, `not accepted`. */
	readonly word: string;
	readonly count: number;
	/** One for each, where there is one to tell; without contact data. */
	readonly reasons?: readonly string[];
}

/** What came of deliveries in one sentence: `690 sent, 3 held: no topic (2), opted out (1).` Empty for nothing. */
export function outcomeSentence(outcomes: readonly OutcomeWord[]): string {
	const parts = outcomes
		.filter(({ count }) => count > 0)
		.map(({ word, count, reasons = [] }) => {
			const why = reasons.length > 0 ? `: ${countedReasons(reasons)}` : '';
			return `${count} ${word}${why}`;
		});
	return parts.length === 0 ? '' : `${parts.join(', ')}.`;
}

/** Most reasons that a sentence names. */
const NAMED = 4;

/** Reasons with how often each came, most frequent first: `no topic (2), opted out (1)`. */
export function countedReasons(reasons: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const reason of reasons) {
		const text = reason.replace(/\.$/, '');
		counts.set(text, (counts.get(text) ?? 0) + 1);
	}
	const sorted = [...counts].sort((a, b) => b[1] - a[1]);
	const named = sorted.slice(0, NAMED).map(([text, count]) => `${text} (${count})`);
	const left = sorted.slice(NAMED).reduce((sum, [, count]) => sum + count, 0);
	return [...named, ...(left > 0 ? [`other reasons (${left})`] : [])].join(', ');
}
