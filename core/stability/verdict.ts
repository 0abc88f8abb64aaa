import type { Instant } from '../delivery/types';
import { durationMs } from '../release/checks';
import type { Policy } from '../release/policy/schema';
import type { Finding } from './findings/finding';
import { patience, sameReports, sources } from './findings/patience';
import { failureRate } from './findings/rates';
import { singleEvents } from './findings/single-events';
import { thresholds } from './findings/thresholds';
import type { Observation } from './observation';

export type { Finding } from './findings/finding';

export type VerdictKind = 'watching' | 'stable' | 'roll-back';

export interface Verdict {
	readonly verdict: VerdictKind;
	readonly sentence: string;
	readonly findings: readonly Finding[];
	readonly nextLookAt: Instant;
	readonly release: string;
	readonly at: Instant;
}

/** Puts findings together: anything that rolls back wins; stable only if everything is fine. */
export function conclude(
	findings: readonly Finding[],
	of: Pick<Verdict, 'release' | 'at' | 'nextLookAt'>,
): Verdict {
	const bad = findings.filter((finding) => finding.effect === 'rolls-back');
	const open = findings.filter((finding) => finding.effect === 'keeps-watching');
	if (bad.length > 0)
		return {
			...of,
			findings,
			verdict: 'roll-back',
			sentence: `Roll back: ${bad.map((finding) => finding.sentence).join(' ')}`,
		};
	if (open.length > 0)
		return { ...of, findings, verdict: 'watching', sentence: `Keep watching: ${open[0]?.sentence ?? ''}` };
	return {
		...of,
		findings,
		verdict: 'stable',
		sentence: `Stable: all ${findings.length} findings are fine.`,
	};
}

/**
 * Judges a release by one observation: roll back if anything calls for it; stable only if everything that was looked
 * at is fine; otherwise keep watching. No data, too little data or a broken source is never stable. What earlier looks
 * said is the business of `settle`; of the one before a rate takes only its memory.
 */
export function judge(policy: Policy, seen: Observation, before: Verdict | null = null): Verdict {
	const earlier = before?.release === seen.release ? before.findings : [];
	const findings = [
		...singleEvents(policy, seen),
		...(policy.monitoring.fullCycles > 0 ? [failureRate(policy, seen, earlier)] : []),
		...thresholds(policy, seen, earlier),
		...sameReports(policy, seen),
		...patience(policy, seen),
		...sources(policy, seen),
	];
	return conclude(findings, {
		release: seen.release,
		at: seen.now,
		nextLookAt: seen.now + durationMs(policy.monitoring.checkEvery),
	});
}
