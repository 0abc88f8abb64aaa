import type { Instant } from '../delivery/types';
import { durationMs, type CheckResult } from './checks';
import type { Policy } from './policy/schema';

const iso = (instant: Instant): string => new Date(instant).toISOString().replace('.000Z', 'Z');

/**
 * An approval that nobody else gives, under a policy that lets one person release alone: a cooling-off takes the place of
 * the second person. The release must have stood unchanged for that long; a rejection is no matter of time and stays.
 *
 * @param changedAt when the release became what it is; absent where nobody knows
 */
export function coolingOff(
	policy: Policy,
	result: CheckResult,
	changedAt: Instant | undefined,
	now: Instant,
): CheckResult {
	const rule = policy.people?.alone;
	if (rule === undefined || result.status !== 'unknown') return result;
	const { roles: _nobody, ...rest } = result;
	if (changedAt === undefined || changedAt > now)
		return {
			...rest,
			reason: `${result.reason} Nobody knows since when the release is as it is.`,
			remedy: 'Open or prepare the release again: the cooling-off begins then.',
		};
	const until = changedAt + durationMs(rule.coolingOff);
	if (now < until)
		return {
			...rest,
			until,
			reason: `${result.reason} One person may release alone here: it cools off until ${iso(until)}.`,
			remedy: 'Wait until then; whoever may approve it can still do so before.',
		};
	return {
		...rest,
		status: 'pass',
		alone: true,
		reason: `Nobody else approved it. The policy lets one person release alone after ${rule.coolingOff} without a change; it stands since ${iso(changedAt)}.`,
		remedy: '',
	};
}
