import type { Policy, Strictness } from './schema';

/** The level of a policy as it is applied; a policy that says nothing is applied whole. */
export const strictnessOf = ({ strictness = 'doctrine' }: Pick<Policy, 'strictness'>): Strictness =>
	strictness;

/** What each level means, in one sentence for every page. */
export const strictnessText: Readonly<Record<Strictness, string>> = {
	observe: 'Observe: everything is recorded, and only a person’s no or a rollback in progress holds.',
	standard: 'Standard: the checks that machines can answer, and one approval.',
	doctrine: 'Doctrine: every check and every approval of the policy.',
};

/** What a release is held to under a policy as it is applied, in sentences for a page: the level, and what it lets pass. */
export function heldTo(policy: Policy): readonly string[] {
	const { alone } = policy.people ?? {};
	const first = policy.firstReleases?.withoutBudget;
	return [
		strictnessText[strictnessOf(policy)],
		...(alone ? [`One person may release alone, after a cooling-off of ${alone.coolingOff}.`] : []),
		...(first === undefined
			? []
			: [`The first ${first} releases may ship before an error budget is measured.`]),
	];
}

type ApprovalRule = Policy['approvalsByClass']['safe'];

/** One approval of anybody whom the policy trusts with any. */
function oneOf(roles: readonly string[], { expiresAfter }: ApprovalRule): ApprovalRule {
	return { count: 1, anyOf: [...roles], allOf: [], expiresAfter };
}

/**
 * The policy as a level applies it. *Doctrine* is the policy itself, unchanged. *Standard* leaves the checks that only
 * people can answer out and asks one approval, whatever the class and kind, of any role that approves something in the
 * policy. *Observe* asks what the policy asks; its decisions hold only what must never pass.
 */
export function underStrictness(policy: Policy, level: Strictness): Policy {
	if (level === 'doctrine') return policy;
	if (level === 'observe') return { ...policy, strictness: level };
	const { regular, hotfix, major } = policy.kinds;
	const { safe, controlled, critical } = policy.approvalsByClass;
	const rules = [safe, controlled, critical, regular.approval, hotfix.approval, major.approval];
	const roles = [...new Set(rules.flatMap(({ anyOf, allOf }) => [...anyOf, ...allOf]))].sort();
	const nobody = (kind: typeof regular): typeof regular => ({
		...kind,
		approval: { ...kind.approval, count: 0, anyOf: [], allOf: [] },
	});
	return {
		...policy,
		strictness: level,
		checks: policy.checks.filter(({ answeredBy }) => answeredBy.machines.length > 0),
		approvalsByClass: {
			safe: oneOf(roles, safe),
			controlled: oneOf(roles, controlled),
			critical: oneOf(roles, critical),
		},
		kinds: { regular: nobody(regular), hotfix: nobody(hotfix), major: nobody(major) },
	};
}
