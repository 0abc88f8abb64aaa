import { DateTime } from 'luxon';
import type { Instant } from '../delivery/types';
import { durationMs, type CheckResult } from './checks';
import type { Manifest } from './manifest';
import type { Policy } from './policy/schema';

/** What a shipped hotfix still owes. */
export interface HotfixDebt {
	readonly hotfix: string;
	readonly shippedAt: Instant;
	/** Whether the written account exists. */
	readonly documented: boolean;
	/** The follow-up release that reached stable, if one did. */
	readonly followedUpBy: string | null;
}

/** One thing that a shipped hotfix still owes. */
export interface Owed {
	readonly what: 'account' | 'follow-up';
	/** The last instant at which it is in time; `null` where the policy sets no date. */
	readonly by: Instant | null;
}

const GROUP = 'Hotfix rules';
const day = (instant: Instant): string =>
	DateTime.fromMillis(instant, { zone: 'utc' }).toISODate() ?? 'an unknown day';

/** What a hotfix still owes under the policy, and until when. */
export function owedBy(
	{ kinds: { hotfix: rules } }: Policy,
	{ shippedAt, documented, followedUpBy }: HotfixDebt,
): readonly Owed[] {
	const until = (limit: string | undefined): Instant | null =>
		limit === undefined ? null : shippedAt + durationMs(limit);
	return [
		...(documented ? [] : [{ what: 'account' as const, by: until(rules.documentedWithin) }]),
		...(followedUpBy === null ? [{ what: 'follow-up' as const, by: until(rules.followUpWithin) }] : []),
	];
}

/** Whether a hotfix has one of the purposes the policy allows. */
export function hotfixPurpose(policy: Policy, manifest: Manifest): readonly CheckResult[] {
	if (manifest.kind !== 'hotfix') return [];
	const purposes = policy.kinds.hotfix.purposes;
	const allowed = manifest.purpose !== undefined && purposes.includes(manifest.purpose);
	return [
		{
			id: 'hotfix-purpose',
			question: `Is the hotfix for one of: ${purposes.join(', ')}?`,
			group: GROUP,
			status: allowed ? 'pass' : 'fail',
			reason: manifest.purpose ? `Its purpose is ${manifest.purpose}.` : 'It names no purpose.',
			remedy: allowed ? '' : 'Name one of these purposes, or open it as a regular release.',
		},
	];
}

/**
 * What earlier hotfixes owe. An account or a follow-up that is past its date holds every release that is not itself
 * a hotfix or the follow-up.
 */
export function hotfixDebts(
	policy: Policy,
	manifest: Manifest,
	debts: readonly HotfixDebt[],
	now: Instant,
): CheckResult {
	const overdue = debts.flatMap((debt) => {
		const owed = owedBy(policy, debt).flatMap(({ what, by }) => {
			if (by === null || now <= by) return [];
			if (what === 'account') return [`its written account since ${day(by)}`];
			return manifest.follows === debt.hotfix ? [] : [`its follow-up release since ${day(by)}`];
		});
		return owed.length > 0 ? [`${debt.hotfix} owes ${owed.join(' and ')}`] : [];
	});
	const holds = overdue.length > 0 && manifest.kind !== 'hotfix';
	return {
		id: 'hotfix-debt',
		question: 'Is nothing overdue that an earlier hotfix owes?',
		group: GROUP,
		status: holds ? 'fail' : 'pass',
		reason: overdue.length === 0 ? 'No hotfix owes anything.' : `${overdue.join('; ')}.`,
		remedy: holds
			? 'Write the account, and ship the follow-up first: a release whose manifest follows the hotfix.'
			: '',
	};
}
