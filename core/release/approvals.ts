import type { Instant } from '../delivery/types';
import type { Approval } from './evidence';
import { durationMs, type CheckResult } from './checks';
import type { Manifest } from './manifest';
import type { ApprovalRule, Policy, RiskClass } from './policy/schema';

const samePerson = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Everybody whose own work is in the release; their approval does not count. */
export function involved(manifest: Manifest): readonly string[] {
	return [...new Set([manifest.requestedBy, ...manifest.changes.map((change) => change.author)])];
}

/** Whether this person asked for the release or wrote part of it. */
export function isInvolved(manifest: Manifest, person: string): boolean {
	return involved(manifest).some((one) => samePerson(one, person));
}

/**
 * Whether one rule is met: enough different people, none involved, none expired, all for the release's present
 * hash, every required role among them. One standing rejection fails it. A person's newest word counts.
 */
export function assessApprovals(
	id: string,
	rule: ApprovalRule,
	manifest: Manifest,
	releaseHash: string,
	approvals: readonly Approval[],
	now: Instant,
): CheckResult {
	const base = { id, question: `Is the release approved (${describe(rule)})?`, group: 'Approvals' };
	if (rule.count === 0 && rule.allOf.length === 0)
		return { ...base, status: 'pass', reason: 'The policy asks for no approval.', remedy: '' };

	const left: string[] = [];
	const valid: Approval[] = [];
	const newestFirst = [...approvals].sort((a, b) => b.at - a.at);
	const seen: string[] = [];
	for (const approval of newestFirst) {
		if (seen.some((person) => samePerson(person, approval.person))) continue;
		seen.push(approval.person);
		if (isInvolved(manifest, approval.person)) left.push(`${approval.person} asked for or wrote part of it`);
		else if (approval.hash !== releaseHash)
			left.push(`${approval.person} spoke of an earlier state of the release`);
		else if (approval.at > now) left.push(`${approval.person}’s word is dated in the future`);
		else if (now - approval.at > durationMs(rule.expiresAfter))
			left.push(`${approval.person}’s word is too old`);
		else if (approval.verdict === 'rejected')
			return {
				...base,
				status: 'fail',
				reason: `${approval.person} (${approval.role}) rejected it.`,
				remedy: 'Settle the objection; the same person must then approve.',
			};
		else valid.push(approval);
	}
	const counting = valid.filter((approval) => {
		const roles = [...rule.anyOf, ...rule.allOf];
		return roles.length === 0 || roles.includes(approval.role);
	});
	const needed = Math.max(rule.count, rule.allOf.length);
	const missingRoles = rule.allOf.filter((role) => !counting.some((approval) => approval.role === role));
	if (counting.length >= needed && missingRoles.length === 0)
		return {
			...base,
			status: 'pass',
			reason: `Approved by ${counting.map(({ person, role }) => `${person} (${role})`).join(', ')}.`,
			remedy: '',
		};
	const missing = [
		counting.length < needed ? `${counting.length} of ${needed} approvals` : '',
		missingRoles.length > 0 ? `none of ${missingRoles.join(', ')}` : '',
		left.length > 0 ? `not counted: ${left.join('; ')}` : '',
	].filter(Boolean);
	return {
		...base,
		status: 'unknown',
		reason: `${missing.join('; ')}.`,
		remedy: `Ask for approval (${describe(rule)}) by people who did not write or request it.`,
	};
}

function describe(rule: ApprovalRule): string {
	const parts = [
		rule.count > 0 ? `${rule.count} of ${rule.anyOf.join(' or ') || 'anybody'}` : '',
		rule.allOf.length > 0 ? rule.allOf.join(' and ') : '',
	].filter(Boolean);
	return parts.join(', with ') || 'nobody';
}

/** Both approval rules that apply: the kind's and the class's. */
export function approvalResults(
	policy: Policy,
	manifest: Manifest,
	riskClass: RiskClass,
	releaseHash: string,
	approvals: readonly Approval[],
	now: Instant,
): readonly CheckResult[] {
	return [
		assessApprovals(
			'approval-by-kind',
			policy.kinds[manifest.kind].approval,
			manifest,
			releaseHash,
			approvals,
			now,
		),
		assessApprovals(
			'approval-by-class',
			policy.approvalsByClass[riskClass],
			manifest,
			releaseHash,
			approvals,
			now,
		),
	];
}
