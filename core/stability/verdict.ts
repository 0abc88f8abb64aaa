import type { Instant } from '../delivery/types';
import { durationMs } from '../release/checks';
import type { Policy } from '../release/policy/schema';
import type { Observation, SlotCounts } from './observation';
import { sequentialTest } from './sequential';

export type VerdictKind = 'watching' | 'stable' | 'roll-back';

/** One thing the check looked at. */
export interface Finding {
	readonly id: string;
	/** `rolls-back`, or keeps watching because it is bad, open or unknown, or is fine. */
	readonly effect: 'rolls-back' | 'keeps-watching' | 'fine';
	/** One sentence with the figures. */
	readonly sentence: string;
}

export interface Verdict {
	readonly verdict: VerdictKind;
	readonly sentence: string;
	readonly findings: readonly Finding[];
	readonly nextLookAt: Instant;
	readonly release: string;
	readonly at: Instant;
}

const sum = (slots: readonly SlotCounts[], pick: (slot: SlotCounts) => number): number =>
	slots.reduce((total, slot) => total + pick(slot), 0);

const finished = (slots: readonly SlotCounts[], now: Instant): readonly SlotCounts[] =>
	slots.filter((slot) => slot.closesAt <= now);

const percent = (part: number, of: number): string =>
	of === 0 ? 'none' : `${((100 * part) / of).toFixed(1)} %`;

/** Single events the doctrine names: one occurrence rolls back. */
function singleEvents(policy: Policy, seen: Observation): readonly Finding[] {
	const missed = sum(seen.slots, (slot) => slot.missed);
	const shifted = seen.intervals.compressed + seen.intervals.stretched + seen.intervals.shifted;
	const occurrences: Readonly<Record<string, { readonly count: number; readonly sentence: string }>> = {
		'missed-delivery': {
			count: missed + (seen.neverRegistered ?? 0) + seen.emptySlots,
			sentence: `${missed} deliveries missed, ${seen.neverRegistered ?? 0} overdue contacts never registered, ${seen.emptySlots} slots in which nothing ran.`,
		},
		'duplicate-delivery': {
			count: seen.duplicates,
			sentence: `${seen.duplicates} recipients got more than one delivery in a slot.`,
		},
		'unexplained-cadence-shift': {
			count: seen.cadenceShiftExplained ? seen.intervals.compressed : shifted,
			sentence: `${seen.intervals.compressed} intervals compressed, ${seen.intervals.stretched} stretched, ${seen.intervals.shifted} shifted of ${seen.intervals.compared}.`,
		},
		'idempotency-confidence-lost': {
			count: seen.chain === 'broken' ? 1 : 0,
			sentence:
				seen.chain === 'broken'
					? 'The ledger’s event chain is broken.'
					: 'The ledger’s event chain is not broken.',
		},
		'critical-feature-broken': {
			count: seen.brokenFeatures.length,
			sentence: `Broken: ${seen.brokenFeatures.join(', ') || 'nothing'}.`,
		},
	};
	return policy.monitoring.singleEvents.map((id): Finding => {
		const occurrence = occurrences[id];
		if (!occurrence)
			return {
				id,
				effect: 'keeps-watching',
				sentence: `The policy names ${id}, which this check cannot see.`,
			};
		return { id, effect: occurrence.count > 0 ? 'rolls-back' : 'fine', sentence: occurrence.sentence };
	});
}

/** Failures that ended without a delivery, of all that were tried; in doubt counts with neither side. */
function failureRate(policy: Policy, seen: Observation): Finding {
	const failures = sum(seen.slots, (slot) => slot.failedForGood + slot.bounced);
	const total = failures + sum(seen.slots, (slot) => slot.committed - slot.bounced);
	const test = sequentialTest(policy.monitoring.sequential, failures, total);
	const rate = `${failures} of ${total} deliveries failed or bounced (${percent(failures, total)})`;
	if (test.verdict === 'acceptable')
		return { id: 'failure-rate', effect: 'fine', sentence: `${rate}: the rate is acceptable.` };
	if (test.verdict === 'undecided')
		return {
			id: 'failure-rate',
			effect: 'keeps-watching',
			sentence: `${rate}: too early to tell; ${test.cleanSendsNeeded} clean sends would settle it.`,
		};
	const controlFailures = sum(seen.control, (slot) => slot.failedForGood + slot.bounced);
	const controlTotal = controlFailures + sum(seen.control, (slot) => slot.committed - slot.bounced);
	const control = sequentialTest(policy.monitoring.sequential, controlFailures, controlTotal);
	if (seen.control.length > 0 && control.verdict === 'intolerable')
		return {
			id: 'failure-rate',
			effect: 'keeps-watching',
			sentence: `${rate}, but the control arm fails too (${controlFailures} of ${controlTotal}): it is not the release.`,
		};
	return { id: 'failure-rate', effect: 'rolls-back', sentence: `${rate}: the rate is intolerable.` };
}

/** Metrics against the policy's thresholds. A metric the policy names and nobody delivers is unknown. */
function thresholds(policy: Policy, seen: Observation): readonly Finding[] {
	const fresh = durationMs(policy.monitoring.checkEvery);
	const sends = sum(seen.slots, (slot) => slot.committed);
	const own: Readonly<Record<string, number | undefined>> =
		sends > 0
			? {
					'all-bounces': sum(seen.slots, (slot) => slot.bounced) / sends,
					'hard-bounces': seen.hardBounces / sends,
				}
			: {};
	return policy.monitoring.thresholds.map(({ metric: id, healthy, rollback }): Finding => {
		const external = seen.metrics
			.filter((metric) => metric.name === id)
			.reduce<Observation['metrics'][number] | undefined>(
				(newest, metric) => (newest && newest.at >= metric.at ? newest : metric),
				undefined,
			);
		const stale = external !== undefined && (external.at > seen.now || seen.now - external.at > fresh);
		const value = external && !stale ? external.value : own[id];
		if (value === undefined || !Number.isFinite(value))
			return { id, effect: 'keeps-watching', sentence: stale ? `${id} is stale.` : `Nobody measured ${id}.` };
		if (rollback !== undefined && value > rollback)
			return { id, effect: 'rolls-back', sentence: `${id} is ${value}, above ${rollback}.` };
		if (value > healthy)
			return { id, effect: 'keeps-watching', sentence: `${id} is ${value}, above the healthy ${healthy}.` };
		return { id, effect: 'fine', sentence: `${id} is ${value}, within ${healthy}.` };
	});
}

/** Time that must pass and things that must be closed before a release may be called stable. */
function patience(policy: Policy, seen: Observation): readonly Finding[] {
	const { fullCycles, atLeast } = policy.monitoring;
	const findings: Finding[] = [];
	const cycles = finished(seen.slots, seen.now).filter(
		(slot) => slot.opensAt >= seen.shippedAt && slot.registered > 0,
	).length;
	if (fullCycles > 0)
		findings.push({
			id: 'full-cycle',
			effect: cycles >= fullCycles ? 'fine' : 'keeps-watching',
			sentence: `${cycles} of ${fullCycles} full delivery cycles have passed since it shipped.`,
		});
	if (atLeast !== undefined) {
		const left = seen.shippedAt + durationMs(atLeast) - seen.now;
		findings.push({
			id: 'watch-time',
			effect: left <= 0 ? 'fine' : 'keeps-watching',
			sentence: left <= 0 ? `It was watched for ${atLeast}.` : `It must be watched for ${atLeast}.`,
		});
	}
	const inDoubt = sum(seen.slots, (slot) => slot.inDoubt);
	findings.push({
		id: 'in-doubt',
		effect: inDoubt === 0 ? 'fine' : 'keeps-watching',
		sentence: `${inDoubt} deliveries are in doubt.`,
	});
	if (seen.neverRegistered === null)
		findings.push({
			id: 'overdue',
			effect: 'keeps-watching',
			sentence: 'Nobody could tell whether contacts are overdue.',
		});
	if (seen.chain === 'unknown')
		findings.push({ id: 'chain', effect: 'keeps-watching', sentence: 'The event chain was not verified.' });
	return findings;
}

function sources(policy: Policy, seen: Observation): readonly Finding[] {
	if (seen.sources.length === 0)
		return [{ id: 'sources', effect: 'keeps-watching', sentence: 'No source was read.' }];
	return seen.sources
		.filter(
			({ readable, at }) =>
				!readable || at > seen.now || seen.now - at > durationMs(policy.monitoring.checkEvery),
		)
		.map(({ name, readable, problem }) => ({
			id: `source-${name}`,
			effect: 'keeps-watching' as const,
			sentence: readable
				? `What ${name} says is stale.`
				: `${name} could not be read: ${problem ?? 'no reason given'}`,
		}));
}

function sameReports(policy: Policy, seen: Observation): readonly Finding[] {
	const limit = policy.monitoring.sameReports;
	if (limit === undefined) return [];
	const many = Object.entries(seen.reports).filter(([, count]) => count >= limit);
	return [
		{
			id: 'same-reports',
			effect: many.length > 0 ? 'rolls-back' : 'fine',
			sentence:
				many.length > 0
					? `${many.map(([what, count]) => `${count} people report ${what}`).join('; ')}.`
					: 'No thing was reported by several people.',
		},
	];
}

/**
 * Judges a release: roll back if anything calls for it; stable only if everything that was looked at is fine;
 * otherwise keep watching. No data, too little data or a broken source is never stable.
 */
export function judge(policy: Policy, seen: Observation): Verdict {
	const findings = [
		...singleEvents(policy, seen),
		...(policy.monitoring.fullCycles > 0 ? [failureRate(policy, seen)] : []),
		...thresholds(policy, seen),
		...sameReports(policy, seen),
		...patience(policy, seen),
		...sources(policy, seen),
	];
	const bad = findings.filter((finding) => finding.effect === 'rolls-back');
	const open = findings.filter((finding) => finding.effect === 'keeps-watching');
	const base = {
		findings,
		release: seen.release,
		at: seen.now,
		nextLookAt: seen.now + durationMs(policy.monitoring.checkEvery),
	};
	if (bad.length > 0)
		return {
			...base,
			verdict: 'roll-back',
			sentence: `Roll back: ${bad.map((finding) => finding.sentence).join(' ')}`,
		};
	if (open.length > 0)
		return { ...base, verdict: 'watching', sentence: `Keep watching: ${open[0]?.sentence ?? ''}` };
	return { ...base, verdict: 'stable', sentence: `Stable: all ${findings.length} findings are fine.` };
}
