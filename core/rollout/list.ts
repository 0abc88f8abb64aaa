import { exactShare } from './bucket';
import { evaluateFlag, flagSchema, type FlagDecision, type FlagSubject } from './flag';

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
	const ids = subjects.flatMap(({ id }, at) => (decisions[at] && inQuestion(decisions[at]) ? [id] : []));
	const on = exactShare(ids, parsed.data.percentage, parsed.data.key);
	return decisions.map((decision, at) => {
		if (!inQuestion(decision)) return decision;
		const isOn = on.has(subjects[at]?.id ?? '');
		return { ...decision, on: isOn, reason: isOn ? 'in-percentage' : 'outside-percentage' };
	});
}
