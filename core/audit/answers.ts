/** Answers of one kind that are kept at most, whoever asks. */
const MOST = 20_000;

const all = new Set<Map<object, unknown>>();

/**
 * Answers about the parts of a workflow (nodes, parameters, the workflow itself), each worked out once for one audit. They
 * are kept by identity: what is asked about does not change. Plain maps that are emptied, and not weak ones: with a
 * weak entry for each node and parameter the collector took longer than the audit (a scavenge 20 ms, a full one 90).
 */
export class Answers<K extends object, V> {
	private readonly known = new Map<K, V>();

	constructor() {
		all.add(this.known);
	}

	/** The answer about `key`; `ask` is called the first time only. */
	of(key: K, ask: (key: K) => V): V {
		const before = this.known.get(key);
		if (before !== undefined) return before;
		if (this.known.size >= MOST) this.known.clear();
		const found = ask(key);
		this.known.set(key, found);
		return found;
	}
}

/** Forgets all answers: what was asked about can be collected. */
export function forgetAnswers(): void {
	for (const known of all) known.clear();
}
