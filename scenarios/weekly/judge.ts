import type { Violations } from '../../testbed/judge';

/** One message in Slack, without its time: the order is the list's. */
export interface Said {
	readonly channel: string;
	readonly text: string;
}

/** Where a release ended, and the gate's last word on it. */
export interface Ending {
	readonly release: string;
	readonly stage: string;
	readonly decision: 'ship' | 'hold';
}

/** One rollback, from the order to the proof; instants of the scenario's clock in milliseconds. */
export interface RollbackSeen {
	readonly release: string;
	readonly orderedAt: number;
	/** When the previous version answered, its critical paths worked and the ledger said so; `null` if it never did. */
	readonly provenAt: number | null;
}

const counts = (items: readonly string[]): ReadonlyMap<string, number> => {
	const found = new Map<string, number>();
	for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
	return found;
};

/** The list is exactly the one expected, in its order. `what` names an entry, e.g. `deployment`. */
export function judgeOrder(what: string, seen: readonly string[], expected: readonly string[]): Violations {
	const [had, wanted] = [counts(seen), counts(expected)];
	const missing = [...wanted].filter(([item, times]) => (had.get(item) ?? 0) < times);
	const extra = [...had].filter(([item, times]) => (wanted.get(item) ?? 0) < times);
	const at = expected.findIndex((item, index) => seen[index] !== item);
	const moved =
		missing.length === 0 && extra.length === 0 && at >= 0
			? [`${what} ${at + 1} is “${seen[at] ?? ''}” where “${expected[at] ?? ''}” was due`]
			: [];
	return [
		...missing.map(([item]) => `${what} “${item}” is missing`),
		...extra.map(([item]) => `${what} “${item}” is one too many`),
		...moved,
	];
}

/** Slack holds exactly these messages, each in its channel, in this order. */
export function judgeSaid(seen: readonly Said[], expected: readonly Said[]): Violations {
	const line = ({ channel, text }: Said): string => `#${channel}: ${text}`;
	return judgeOrder('message', seen.map(line), expected.map(line));
}

/** Every release ended where it had to, and there is no other. */
export function judgeEndings(seen: readonly Ending[], expected: readonly Ending[]): Violations {
	const known = new Map(seen.map((ending) => [ending.release, ending]));
	const wanted = new Set(expected.map(({ release }) => release));
	return [
		...expected.flatMap(({ release, stage, decision }) => {
			const found = known.get(release);
			if (!found) return [`release ${release} is not in the ledger`];
			return [
				...(found.stage === stage ? [] : [`release ${release} is ${found.stage}, not ${stage}`]),
				...(found.decision === decision
					? []
					: [`the gate’s last word on ${release} is ${found.decision}, not ${decision}`]),
			];
		}),
		...seen
			.filter(({ release }) => !wanted.has(release))
			.map(({ release }) => `nobody was to open release ${release}`),
	];
}

/** Exactly these releases were rolled back, each proven within the limit after the order. */
export function judgeRollbacks(
	seen: readonly RollbackSeen[],
	expected: readonly string[],
	limitMs: number,
): Violations {
	return [
		...judgeOrder(
			'rollback of',
			seen.map(({ release }) => release),
			expected,
		),
		...seen.flatMap(({ release, orderedAt, provenAt }) => {
			if (provenAt === null) return [`the rollback of ${release} was never proven`];
			const took = provenAt - orderedAt;
			if (took < 0) return [`the rollback of ${release} was proven before it was ordered`];
			return took <= limitMs ? [] : [`the rollback of ${release} took ${Math.round(took / 1000)} s`];
		}),
	];
}
