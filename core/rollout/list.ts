import { exactShare } from './bucket';
import { evaluateFlag, flagSchema, groupOf, stickyOf, type FlagDecision, type FlagSubject } from './flag';

/**
 * Evaluates a flag over a whole list with an exact share instead of buckets: of the subjects that targeting lets in
 * and that are not in the team, ceil(percentage) of the list are on, by rank of their hash. For lists in which a
 * bucket could miss everybody. Depends on the list: somebody who joins it may change who is on. In every state other
 * than `percentage` it decides as {@link evaluateFlag}. One decision per subject, in order.
 */
export function evaluateExactly(flag: unknown, subjects: readonly FlagSubject[]): readonly FlagDecision[] {
	const parsed = flagSchema.safeParse(flag);
	const decisions = subjects.map((subject) => evaluateFlag(flag, subject));
	if (!parsed.success || parsed.data.state !== 'percentage') return decisions;
	const inQuestion = (decision: FlagDecision): boolean =>
		decision.reason === 'in-percentage' || decision.reason === 'outside-percentage';
	const flagAs = { ...parsed.data, state: 'everyone' as const };
	const sticks = subjects.map((subject) => stickyOf(parsed.data, subject) ?? '');
	const ids = sticks.filter((_, at) => decisions[at] && inQuestion(decisions[at]));
	const on = exactShare(ids, parsed.data.percentage, groupOf(parsed.data));
	return decisions.map((decision, at) => {
		if (!inQuestion(decision)) return decision;
		const { bucket } = decision;
		if (!on.has(sticks[at] ?? '')) return { on: false, reason: 'outside-percentage', bucket };
		const { variant } = evaluateFlag(flagAs, subjects[at] as FlagSubject);
		return { on: true, reason: 'in-percentage', bucket, ...(variant ? { variant } : {}) };
	});
}
