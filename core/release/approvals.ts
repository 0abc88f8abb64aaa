import type { Instant } from '../delivery/types';
import type { Approval } from './evidence';
import { APPROVALS_GROUP, durationMs, type CheckResult } from './checks';
import { coolingOff } from './cooling-off';
import type { Manifest } from './manifest';
import { counts, giverKey, giverText, isInvolved, personKey, unmapped } from './people';
import type { ApprovalRule, Policy, RiskClass } from './policy/schema';

/** The newest word of each giver; of two at the same instant the one that is no yes. */
export function newestWords(approvals: readonly Approval[]): readonly Approval[] {
	const newest = new Map<string, Approval>();
	for (const word of approvals) {
		const before = newest.get(giverKey(word));
		if (!before || word.at > before.at || (word.at === before.at && word.verdict !== 'approved'))
			newest.set(giverKey(word), word);
	}
	return [...newest.values()].sort((a, b) => b.at - a.at);
}

/** The newest rejection that its giver has not taken back, whoever gave it, of whatever state of the release. */
export const standingRejection = (approvals: readonly Approval[]): Approval | undefined =>
	newestWords(approvals).find(({ verdict }) => verdict === 'rejected');

/**
 * Whether one rule is met. A standing rejection comes first: nothing else is looked at. Then enough different people, by
 * their accounts (two that the policy maps to one are one), none involved, none expired, all for the release's present hash, every required role among them. Where
 * nobody knows which account an author is, two must approve: one of them may be the author.
 */
export function assessApprovals(
	id: string,
	rule: ApprovalRule,
	policy: Policy,
	manifest: Manifest,
	releaseHash: string,
	approvals: readonly Approval[],
	now: Instant,
): CheckResult {
	const base = { id, question: `Is the release approved (${describe(rule)})?`, group: APPROVALS_GROUP };
	const no = standingRejection(approvals);
	if (no)
		return {
			...base,
			status: 'fail',
			reason: rejectionText(no),
			remedy: 'Settle the objection; the same person must then approve, or take the rejection back.',
		};
	if (rule.count === 0 && rule.allOf.length === 0)
		return { ...base, status: 'pass', reason: 'The policy asks for no approval.', remedy: '' };

	const left: string[] = [];
	const valid: Approval[] = [];
	for (const approval of newestWords(approvals)) {
		const { verdict, hash, at } = approval;
		const who = giverText(approval);
		if (verdict === 'withdrawn') continue;
		if (!counts(policy, approval)) left.push(`${who}: the policy counts accounts that signed in`);
		else if (isInvolved(policy, manifest, approval)) left.push(`${who} asked for or wrote part of it`);
		else if (hash !== releaseHash) left.push(`${who} spoke of an earlier state of the release`);
		else if (at > now) left.push(`${who}’s word is dated in the future`);
		else if (now - at > durationMs(rule.expiresAfter)) left.push(`${who}’s word is too old`);
		else valid.push(approval);
	}
	const counting = valid.filter((approval) => {
		const roles = [...rule.anyOf, ...rule.allOf];
		return roles.length === 0 || roles.includes(approval.role);
	});
	const people = new Set(counting.map((approval) => personKey(policy, approval))).size;
	const strangers = unmapped(policy, manifest);
	const needed = Math.max(rule.count, rule.allOf.length, strangers.length > 0 ? 2 : 0);
	const missingRoles = rule.allOf.filter((role) => !counting.some((approval) => approval.role === role));
	if (people >= needed && missingRoles.length === 0)
		return {
			...base,
			status: 'pass',
			reason: `Approved by ${counting.map((word) => `${giverText(word)} (${word.role})`).join(', ')}.`,
			remedy: '',
		};
	const missing = [
		people < needed ? `${people} of ${needed} approvals` : '',
		missingRoles.length > 0 ? `none of ${missingRoles.join(', ')}` : '',
		people < needed && strangers.length > 0 && needed > Math.max(rule.count, rule.allOf.length)
			? `two are needed, since nobody knows which account ${strangers.join(', ')} is`
			: '',
		left.length > 0 ? `not counted: ${left.join('; ')}` : '',
	].filter(Boolean);
	// Where the roles that must be there make up for the number as well, nobody else need be asked.
	const asked =
		needed - people <= missingRoles.length ? missingRoles : [...new Set([...rule.anyOf, ...rule.allOf])];
	return {
		...base,
		...(asked.length > 0 ? { roles: asked } : {}),
		status: 'unknown',
		reason: `${missing.join('; ')}.`,
		remedy: `Ask for approval (${describe(rule)}) by people who did not write or request it.`,
	};
}

/** A rejection in a sentence. */
export const rejectionText = (no: Approval): string =>
	`${giverText(no)} (${no.role}) rejected ${no.of === undefined ? 'it' : `${no.of}, whose place it takes`}.`;

function describe(rule: ApprovalRule): string {
	const parts = [
		rule.count > 0 ? `${rule.count} of ${rule.anyOf.join(' or ') || 'anybody'}` : '',
		rule.allOf.length > 0 ? rule.allOf.join(' and ') : '',
	].filter(Boolean);
	return parts.join(', with ') || 'nobody';
}

/** Both approval rules that apply: the kind's and the class's. `changedAt`: since when the release is as it is. */
export function approvalResults(
	policy: Policy,
	manifest: Manifest,
	riskClass: RiskClass,
	releaseHash: string,
	approvals: readonly Approval[],
	now: Instant,
	changedAt?: Instant,
): readonly CheckResult[] {
	const results = [
		assessApprovals(
			'approval-by-kind',
			policy.kinds[manifest.kind].approval,
			policy,
			manifest,
			releaseHash,
			approvals,
			now,
		),
		assessApprovals(
			'approval-by-class',
			policy.approvalsByClass[riskClass],
			policy,
			manifest,
			releaseHash,
			approvals,
			now,
		),
	];
	return results.map((result) => coolingOff(policy, result, changedAt, now));
}
