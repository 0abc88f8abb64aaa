import { describe, expect, it } from '@jest/globals';
import { owedBy } from '../../../core/release/hotfix';
import { evaluateRelease } from '../../../core/release/self-test';
import { FRIDAY, preset, shippable } from '../../support/release';

const DAY = 86_400_000;

describe('hotfixes', () => {
	const quiet = preset('quiet-content-delivery');
	const weekly = preset('weekly-software-release');
	const debt = { hotfix: 'h-1', shippedAt: FRIDAY - 30 * DAY, documented: true, followedUpBy: null };

	it('ship only for a purpose the policy names', () => {
		expect(evaluateRelease(shippable(quiet, { kind: 'hotfix', purpose: 'restore-delivery' })).decision).toBe(
			'ship',
		);
		expect(evaluateRelease(shippable(quiet, { kind: 'hotfix', purpose: 'be-quick' })).decision).toBe('hold');
		expect(evaluateRelease(shippable(quiet, { kind: 'hotfix' })).decision).toBe('hold');
	});

	it('answer the same checklist under the quiet policy and may skip what the weekly one lists', () => {
		const under = (policy: typeof quiet, purpose: string, check: string) => {
			const input = shippable(policy, { kind: 'hotfix', purpose });
			return evaluateRelease({ ...input, evidence: input.evidence.filter((entry) => entry.check !== check) })
				.decision;
		};
		expect(under(quiet, 'restore-delivery', 'drill')).toBe('hold');
		expect(under(weekly, 'p0-bug', 'staging-smoke')).toBe('ship');
		expect(under(weekly, 'p0-bug', 'tests-pass')).toBe('hold');
	});

	it('never skip a check that was answered with no', () => {
		const input = shippable(weekly, { kind: 'hotfix', purpose: 'p0-bug' });
		const evidence = input.evidence.map((entry) =>
			entry.check === 'staging-smoke' ? { ...entry, status: 'fail' as const } : entry,
		);
		expect(evaluateRelease({ ...input, evidence }).decision).toBe('hold');
	});

	it('hold the next normal release while their follow-up or their account is overdue, not another hotfix', () => {
		expect(evaluateRelease({ ...shippable(quiet), debts: [debt] }).decision).toBe('hold');
		expect(
			evaluateRelease({ ...shippable(quiet), debts: [{ ...debt, shippedAt: FRIDAY - DAY }] }).decision,
		).toBe('ship');
		expect(evaluateRelease({ ...shippable(quiet), debts: [{ ...debt, followedUpBy: 'r-0' }] }).decision).toBe(
			'ship',
		);
		expect(
			evaluateRelease({ ...shippable(quiet), debts: [{ ...debt, followedUpBy: 'r-0', documented: false }] })
				.decision,
		).toBe('hold');
		expect(evaluateRelease({ ...shippable(quiet, { follows: 'h-1' }), debts: [debt] }).decision).toBe('ship');
		const { decision, checks } = evaluateRelease({
			...shippable(quiet, { kind: 'hotfix', purpose: 'restore-delivery' }),
			debts: [debt],
		});
		expect(decision).toBe('ship');
		expect(checks.find(({ id }) => id === 'hotfix-debt')).toMatchObject({
			status: 'pass',
			reason: expect.stringContaining('h-1 owes its follow-up release'),
		});
	});

	it('owe an account and a follow-up until they are given, each with its date', () => {
		const shipped = { ...debt, shippedAt: FRIDAY, documented: false };
		expect(owedBy(quiet, shipped)).toEqual([
			{ what: 'account', by: FRIDAY + 3 * DAY },
			{ what: 'follow-up', by: FRIDAY + 14 * DAY },
		]);
		expect(owedBy(quiet, { ...shipped, documented: true })).toEqual([
			{ what: 'follow-up', by: FRIDAY + 14 * DAY },
		]);
		expect(owedBy(quiet, { ...shipped, documented: true, followedUpBy: 'r-1' })).toEqual([]);
	});

	it('ship outside the window and with a spent budget where the policy says so', () => {
		const late = (input: ReturnType<typeof shippable>) => ({ ...input, now: FRIDAY + 4 * 3_600_000 });
		const hotfix = late(shippable(weekly, { kind: 'hotfix', purpose: 'p0-bug' }));
		const window = evaluateRelease(hotfix).checks.find(({ id }) => id === 'window');
		expect(window).toMatchObject({ status: 'pass' });
		const regular = late(shippable(weekly));
		expect(evaluateRelease(regular).checks.find(({ id }) => id === 'window')).toMatchObject({
			status: 'fail',
		});
		const spent = shippable(quiet);
		const facts = { ...spent.facts, errorBudget: { value: 'spent' as const, at: FRIDAY } };
		expect(evaluateRelease({ ...spent, facts }).decision).toBe('hold');
	});
});
