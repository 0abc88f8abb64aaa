import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settle } from '../../../core/stability/hysteresis';
import type { ExternalMetric, Observation } from '../../../core/stability/observation';
import { verdictReport } from '../../../core/stability/report';
import { judge, type Verdict } from '../../../core/stability/verdict';
import { preset } from '../../support/release';
import { quiet, quietIntervals, SHIPPED, slotOf } from './observation';

const content = preset('quiet-content-delivery');
const weekly = preset('weekly-software-release');
const HOUR = 3_600_000;

const effect = (observation: Observation, id: string) =>
	judge(content, observation).findings.find((finding) => finding.id === id)?.effect;

describe('the verdict under the quiet doctrine', () => {
	it('is stable after a full quiet cycle', () => {
		expect(judge(content, quiet()).verdict).toBe('stable');
	});

	it.each<[string, string, Partial<Observation>]>([
		['a missed delivery', 'missed-delivery', { slots: [slotOf(0, { committed: 99, missed: 1 })] }],
		['an overdue contact nobody registered', 'missed-delivery', { neverRegistered: 1 }],
		['a slot in which nothing ran', 'missed-delivery', { emptySlots: 1 }],
		['a second email', 'duplicate-delivery', { provider: { messages: 101, duplicates: 1, unclaimed: 0 } }],
		['two sends too close', 'unexplained-cadence-shift', { intervals: { ...quietIntervals, compressed: 1 } }],
		['a stretched interval', 'unexplained-cadence-shift', { intervals: { ...quietIntervals, stretched: 1 } }],
		['a shifted slot', 'unexplained-cadence-shift', { intervals: { ...quietIntervals, shifted: 1 } }],
		[
			'sends that moved within their window',
			'unexplained-cadence-shift',
			{
				timing: {
					sampled: 100,
					medianMs: 8 * HOUR,
					p95Ms: 9 * HOUR,
					beforeMedianMs: HOUR,
					toleranceMs: 6 * HOUR,
				},
			},
		],
		[
			'an email without a claim',
			'idempotency-confidence-lost',
			{ provider: { messages: 1, duplicates: 0, unclaimed: 1 } },
		],
		['a broken chain', 'idempotency-confidence-lost', { chain: 'broken' }],
	])('rolls back for %s', (_what, id, change) => {
		const verdict = judge(content, quiet(change));
		expect(verdict.verdict).toBe('roll-back');
		expect(
			verdict.findings.filter((finding) => finding.effect === 'rolls-back').map((finding) => finding.id),
		).toEqual([id]);
	});

	it('takes a shift that the release explained, but never two sends too close', () => {
		const shifted = { intervals: { ...quietIntervals, shifted: 100 }, cadenceShiftExplained: true };
		expect(effect(quiet(shifted), 'unexplained-cadence-shift')).toBe('fine');
		const close = { intervals: { ...quietIntervals, compressed: 1 }, cadenceShiftExplained: true };
		expect(effect(quiet(close), 'unexplained-cadence-shift')).toBe('rolls-back');
	});

	it.each<[string, Partial<Observation>]>([
		['nothing was sent', { slots: [] }],
		['the slot is still open', { now: SHIPPED + 2 * 86_400_000 }],
		['too few were sent to tell', { slots: [slotOf(0, { registered: 20, committed: 20, onTime: 20 })] }],
		['a delivery is in doubt', { slots: [slotOf(0, { committed: 99, inDoubt: 1 })] }],
		['HubSpot could not be read', { neverRegistered: null }],
		['the chain was not verified', { chain: 'unknown' }],
		['no source was read', { sources: [] }],
		['a source is broken', { sources: [{ name: 'x', readable: false, at: SHIPPED }] }],
		['a source is stale', { sources: [{ name: 'x', readable: true, at: SHIPPED }] }],
		['writes wait in the outbox', { outboxOldestMs: 5 * HOUR }],
		['nobody knows which bounces are hard', { slots: [slotOf(0, { bounced: 2 })], hardBounces: null }],
		['a metric is stale', { metrics: [{ name: 'hard-bounces', value: 0, at: SHIPPED }] }],
	])('is never stable while %s', (_what, change) => {
		const seen = quiet(change);
		const now = change.now ?? seen.now;
		expect(judge(content, { ...seen, now }).verdict).toBe('watching');
	});

	it('rolls back for a failure rate that cannot be the acceptable one', () => {
		expect(effect(quiet({ slots: [slotOf(0, { committed: 80, failedForGood: 20 })] }), 'failure-rate')).toBe(
			'rolls-back',
		);
	});

	it('holds, and does not go back, when a concurrent control fails as much', () => {
		const outage = { committed: 80, failedForGood: 20 };
		const seen = quiet({ slots: [slotOf(0, outage)], control: [slotOf(0, outage)] });
		expect(effect(seen, 'failure-rate')).toBe('keeps-watching');
		expect(effect({ ...seen, control: [slotOf(0)] }, 'failure-rate')).toBe('rolls-back');
	});

	it('does not charge the release with what failed before it shipped', () => {
		const before = slotOf(-1, { committed: 50, failedForGood: 50 });
		expect(effect(quiet({ slots: [before, slotOf(0)] }), 'failure-rate')).toBe('fine');
	});

	it('sees a slot that turned bad after 2,000 good sends, and says since when (D14)', () => {
		const good = slotOf(0, { registered: 2000, committed: 2000 });
		const seen = quiet({ slots: [good, slotOf(1, { committed: 90, failedForGood: 10 })] });
		const found = judge(content, seen).findings.find(({ id }) => id === 'failure-rate');
		expect(found).toMatchObject({ effect: 'rolls-back' });
		expect(found?.sentence).toContain(`10 of 100 deliveries failed (10.0 %) since slot ${slotOf(1).slot}`);
		const control = [slotOf(1, { committed: 90, failedForGood: 10 })];
		expect(effect({ ...seen, control }, 'failure-rate')).toBe('keeps-watching');
	});

	it('sees a slot that turns bad between two looks, and keeps watching while it leans', () => {
		const slot = (failedForGood: number, committed: number) =>
			quiet({ slots: [slotOf(0, { registered: 9000, committed, failedForGood })] });
		const before = judge(content, slot(0, 3000));
		expect(before.findings.find(({ id }) => id === 'failure-rate')?.effect).toBe('fine');
		const late = (failures: number, earlier: Verdict | null) =>
			judge(content, slot(failures, 3100), earlier).findings.find(({ id }) => id === 'failure-rate')?.effect;
		expect(late(5, before)).toBe('keeps-watching');
		expect(late(15, before)).toBe('rolls-back');
		expect(late(15, { ...before, release: 'another' })).toBe('fine');
	});

	it('judges a spike of bounces against what the list had before', () => {
		const spike = { slots: [slotOf(0, { bounced: 15 })], hardBounces: 0 };
		expect(effect(quiet(spike), 'all-bounces')).toBe('rolls-back');
		const always = { ...spike, before: { committed: 1000, bounced: 150 } };
		expect(effect(quiet(always), 'all-bounces')).toBe('fine');
	});

	it('is as strict or stricter the more is wrong', () => {
		const counts = fc.record({
			missed: fc.nat(3),
			inDoubt: fc.nat(3),
			failedForGood: fc.nat(30),
			bounced: fc.nat(30),
		});
		const rank = { stable: 0, watching: 1, 'roll-back': 2 } as const;
		fc.assert(
			fc.property(counts, fc.nat(3), (bad, overdue) => {
				const seen = quiet({ slots: [slotOf(0, bad)], neverRegistered: overdue, hardBounces: 0 });
				const worse = judge(content, seen).verdict;
				const clean = judge(content, quiet()).verdict;
				expect(rank[worse]).toBeGreaterThanOrEqual(rank[clean]);
				if (bad.missed + overdue > 0) expect(worse).toBe('roll-back');
				if (worse === 'stable') expect(bad.missed + bad.inDoubt + overdue).toBe(0);
			}),
		);
	});
});

describe('the verdict under the weekly doctrine', () => {
	const now = SHIPPED + 3 * HOUR;
	const metric = (name: string, value: number, more: Partial<ExternalMetric> = {}): ExternalMetric => ({
		name,
		value,
		at: now,
		...more,
	});
	const healthy = [metric('error-rate', 0.002), metric('latency-p95', 300), metric('celery-queue-depth', 12)];
	const seen = (change: Partial<Observation> = {}) =>
		quiet({
			now,
			slots: [],
			provider: null,
			timing: null,
			neverRegistered: null,
			metrics: healthy,
			sources: [{ name: 'datadog', readable: true, at: now }],
			...change,
		});

	it('is stable after two healthy hours, without a spine', () => {
		expect(judge(weekly, seen()).verdict).toBe('stable');
	});

	it('keeps watching before two hours have passed', () => {
		expect(judge(weekly, seen({ shippedAt: now - HOUR })).verdict).toBe('watching');
	});

	it('keeps watching what nobody measured', () => {
		expect(judge(weekly, seen({ metrics: healthy.slice(1) })).verdict).toBe('watching');
	});

	it.each([
		['error-rate', 0.06, 'roll-back'],
		['error-rate', 0.03, 'watching'],
		['latency-p95', 2100, 'roll-back'],
		['latency-p95', 900, 'watching'],
		['celery-queue-depth', 500, 'watching'],
	] as const)('judges %s of %d as %s', (name, value, verdict) => {
		const metrics = [...healthy.filter((one) => one.name !== name), metric(name, value)];
		expect(judge(weekly, seen({ metrics })).verdict).toBe(verdict);
	});

	it('says an average as people read it, and judges it as it is', () => {
		const metrics = [...healthy.slice(1), metric('error-rate', 0.1 + 0.2 - 0.25 + 1e-12)];
		const verdict = judge(weekly, seen({ metrics }));
		expect(verdict.sentence).toContain('error-rate is 0.05, above 0.05.');
		expect(verdict.verdict).toBe('roll-back');
	});

	it('judges a share that comes with its count by Wald’s test', () => {
		const withCount = (value: number, count: number) =>
			judge(weekly, seen({ metrics: [...healthy.slice(1), metric('error-rate', value, { count })] })).verdict;
		expect(withCount(0.06, 10)).toBe('watching');
		expect(withCount(0.06, 1000)).toBe('roll-back');
		expect(withCount(0.005, 1000)).toBe('stable');
	});

	it('rolls back for a broken path and for two reports of the same thing', () => {
		expect(judge(weekly, seen({ brokenFeatures: ['sign-in'] })).verdict).toBe('roll-back');
		expect(judge(weekly, seen({ reports: { 'cannot save': 2 } })).verdict).toBe('roll-back');
		expect(judge(weekly, seen({ reports: { 'cannot save': 1, 'slow page': 1 } })).verdict).toBe('stable');
	});

	describe('over several looks', () => {
		const at = (minutes: number, latency: number) => {
			const when = now + minutes * 60_000;
			const metrics = [healthy[0]!, healthy[2]!, metric('latency-p95', latency)].map((one) => ({
				...one,
				at: when,
			}));
			return judge(
				weekly,
				seen({ now: when, metrics, sources: [{ name: 'datadog', readable: true, at: when }] }),
			);
		};

		it('rolls back for a gauge when a second look agrees, not for one flicker', () => {
			const first = settle(weekly, null, at(0, 2500));
			expect(first.verdict).toBe('watching');
			expect(settle(weekly, first, at(10, 2500)).verdict).toBe('roll-back');
			expect(settle(weekly, first, at(10, 300)).verdict).toBe('stable');
			expect(settle(weekly, first, at(60, 2500)).verdict).toBe('watching');
		});

		it('never takes a rollback back', () => {
			const first = settle(weekly, settle(weekly, null, at(0, 2500)), at(10, 2500));
			const later = settle(weekly, first, at(20, 300));
			expect(later.verdict).toBe('roll-back');
			expect(settle(weekly, later, at(30, 300)).sentence).toBe(later.sentence);
		});
	});
});

describe('the monitor’s answers', () => {
	it('pass when stable, fail for what rolls back, and are unknown while watching', () => {
		const answers = (observation: Observation) =>
			Object.fromEntries(
				verdictReport(judge(content, observation)).answers.map(({ check, status }) => [check, status]),
			);
		expect(answers(quiet())).toEqual({
			'full-cycle': 'pass',
			'no-missed-deliveries': 'pass',
			'no-error-spike': 'pass',
			'no-cadence-anomaly': 'pass',
		});
		expect(answers(quiet({ neverRegistered: 1 }))['no-missed-deliveries']).toBe('fail');
		expect(answers(quiet({ neverRegistered: null }))['no-missed-deliveries']).toBe('unknown');
		expect(answers(quiet({ slots: [] }))['full-cycle']).toBe('unknown');
	});

	it('hold a no for every single event that rolls back, so that nobody promotes what must go back', () => {
		const provider = { messages: 100, duplicates: 0, unclaimed: 0 };
		const events: readonly Partial<Observation>[] = [
			{ neverRegistered: 1 },
			{ emptySlots: 1 },
			{ provider: { ...provider, duplicates: 1 } },
			{ provider: { ...provider, unclaimed: 1 } },
			{ cameUnclaimed: 1 },
			{ chain: 'broken' },
			{ intervals: { ...quietIntervals, shifted: 1 } },
		];
		for (const change of events) {
			const verdict = judge(content, quiet(change));
			expect([change, verdict.verdict]).toEqual([change, 'roll-back']);
			const noes = verdictReport(verdict).answers.filter(({ status }) => status === 'fail');
			expect([change, noes.length]).not.toEqual([change, 0]);
		}
	});
});
