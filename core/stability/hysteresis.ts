import { durationMs } from '../release/checks';
import type { Policy } from '../release/policy/schema';
import { conclude, type Verdict } from './verdict';

/** Looks that lie further apart than this many intervals do not confirm each other. */
const confirmWithin = 2;

/**
 * The verdict in the light of the look before it, so that it does not flicker:
 *
 * - once it said roll back it stays: what led there is not undone by a quiet hour;
 * - a gauge over its limit rolls back when two looks in a row see it. Single events and Wald's test need no second
 *   look: they carry their own certainty.
 */
export function settle(policy: Policy, before: Verdict | null, now: Verdict): Verdict {
	if (before === null || before.release !== now.release) return unconfirmed(now, new Set());
	if (before.verdict === 'roll-back') {
		return {
			...now,
			verdict: 'roll-back',
			sentence:
				now.verdict === 'roll-back'
					? now.sentence
					: `${before.sentence} It stands, though the last look saw nothing new.`.replace(
							/( It stands, though the last look saw nothing new\.)+/,
							'$1',
						),
		};
	}
	const near = now.at - before.at <= confirmWithin * durationMs(policy.monitoring.checkEvery);
	const seen = near ? before.findings.filter(({ confirm }) => confirm).map(({ id }) => id) : [];
	return unconfirmed(now, new Set(seen));
}

/** Findings that need a second look and have none keep watching, and say so. */
function unconfirmed(verdict: Verdict, seen: ReadonlySet<string>): Verdict {
	const alone = verdict.findings.some(
		({ id, effect, confirm }) => effect === 'rolls-back' && confirm && !seen.has(id),
	);
	if (!alone) return verdict;
	const findings = verdict.findings.map((finding) =>
		finding.effect === 'rolls-back' && finding.confirm && !seen.has(finding.id)
			? {
					...finding,
					effect: 'keeps-watching' as const,
					sentence: `${finding.sentence} The next look decides.`,
				}
			: finding,
	);
	return conclude(findings, verdict);
}
