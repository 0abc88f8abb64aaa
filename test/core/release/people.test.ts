import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { standingRejection } from '../../../core/release/approvals';
import { decide, type Decision, type GateInput } from '../../../core/release/decision';
import type { Approval } from '../../../core/release/evidence';
import { canonicalName, isInvolved, looksAlike, mixesScripts } from '../../../core/release/people';
import { overridePolicy } from '../../../core/release/policy/override';
import { FRIDAY, manifestFor, personOf, preset, shippable } from '../../support/release';

const quiet = preset('quiet-content-delivery');
const good = shippable(quiet);
const check = (decision: Decision, id: string) => decision.checks.find((one) => one.id === id);
const byClass = (input: GateInput) => check(decide(input), 'approval-by-class');
const minute = 60_000;

describe('one form of a name', () => {
	test.each([
		['Ann Author', '  ann\u00a0 AUTHOR '],
		['Ann Author', 'A\u200bnn\u00ad Auth\u2060or'],
		['Zoë', 'Zoe\u0308'],
		['Ann', 'Ａｎｎ'],
		['ﬁnn', 'Finn'],
		['STRASSE', 'straße'],
	])('%s and %s are the same', (one, other) => {
		expect(canonicalName(one)).toBe(canonicalName(other));
	});

	test('is a form: what has it keeps it', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (name) => {
				expect(canonicalName(canonicalName(name))).toBe(canonicalName(name));
			}),
		);
	});

	test.each([
		['Ann Author', 'Аnn Author', 'a Cyrillic А'],
		['Paul', 'Ρaul', 'a Greek Ρ'],
		['Bill', 'BiIl', 'a capital I'],
		['Otto', '0tto', 'a nought'],
		['Tom Marner', 'Tom Mamer', 'rn and m'],
		['José', 'Jose', 'an accent left out'],
	])('%s looks like %s (%s)', (one, other) => {
		expect(looksAlike(one, other)).toBe(true);
	});

	test('other names do not', () => {
		for (const [one, other] of [
			['Ann', 'Anna'],
			['Ann', 'ANN'],
			['Li', 'Lu'],
			['Иван', 'Ivan'],
		] as const)
			expect(looksAlike(one, other)).toBe(false);
		expect(mixesScripts('Аnn Author')).toBe(true);
		expect(mixesScripts('Иван Ivanov')).toBe(false);
	});
});

describe('whose work it is', () => {
	const mapped = overridePolicy(quiet, { people: { accounts: { 'octo-ann': 'ann@example.com' } } });
	const manifest = manifestFor(mapped, {
		changes: [
			{ ...(good.manifest.changes[0] as (typeof good.manifest.changes)[number]), author: 'octo-ann' },
		],
	});

	test('is found by account, mapped login, name and look', () => {
		const ann = { id: 'u-1', email: 'Ann@Example.com' };
		expect(isInvolved(mapped, manifest, { person: 'Anything', account: ann })).toBe(true);
		expect(isInvolved(mapped, manifest, { person: 'OCTO-ANN' })).toBe(true);
		expect(isInvolved(mapped, manifest, { person: 'осto-ann' })).toBe(true);
		expect(
			isInvolved(mapped, manifest, { person: 'Eve', account: { id: '2', email: 'eve@example.com' } }),
		).toBe(false);
	});

	test('two must approve where an author is nobody’s account', () => {
		const policy = overridePolicy(preset('weekly-software-release'), {});
		const weekly = shippable(policy);
		const changes = weekly.manifest.changes.map((change) => ({ ...change, author: 'octo-ann' }));
		const input = shippable(policy, { changes });
		const [one] = input.approvals;
		const asked = check(decide({ ...input, approvals: one ? [one] : [] }), 'approval-by-kind');
		expect(asked).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('nobody knows which account octo-ann is'),
		});
		const two = [...(one ? [one] : []), { ...(one as Approval), ...personOf('Another', one?.role ?? '') }];
		expect(check(decide({ ...input, approvals: two }), 'approval-by-kind')?.status).toBe('pass');
		const known = overridePolicy(policy, { people: { accounts: { 'octo-ann': 'ann@example.com' } } });
		expect(
			check(decide({ ...input, policy: known, approvals: one ? [one] : [] }), 'approval-by-kind')?.status,
		).toBe('pass');
	});
});

describe('who counts', () => {
	test('one account under two names is one person', () => {
		const [one] = good.approvals.filter(({ role }) => role === 'leadership');
		const renamed = {
			...(one as Approval),
			person: 'Somebody Else',
			role: 'engineering',
			at: FRIDAY - 30_000,
		};
		expect(byClass({ ...good, approvals: [one as Approval, renamed] })).toMatchObject({ status: 'unknown' });
	});

	test('a typed name does not, unless the policy says so', () => {
		const approvals = good.approvals.map(({ account: _account, ...word }) => ({
			...word,
			typedBy: 'My workflow',
		}));
		expect(byClass({ ...good, approvals })).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining(
				'typed by workflow My workflow: the policy counts accounts that signed in',
			),
		});
		const policy = overridePolicy(quiet, { people: { typedCounts: true } });
		expect(byClass({ ...good, policy, approvals })?.status).toBe('pass');
	});

	test('a typed answer does not either', () => {
		const [person] = good.evidence.filter(({ by }) => 'person' in by);
		if (person === undefined || !('person' in person.by)) throw new Error('nobody answers');
		const { account: _account, ...by } = person.by;
		const evidence = [...good.evidence.filter((entry) => entry !== person), { ...person, by }];
		expect(check(decide({ ...good, evidence }), person.check)).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('the policy counts accounts that signed in'),
		});
	});
});

describe('a no', () => {
	const no = (more: Partial<Approval> = {}): Approval => ({
		...personOf('Nora No', 'sales'),
		at: FRIDAY - 30 * 24 * 3_600_000,
		hash: '0'.repeat(64),
		verdict: 'rejected',
		...more,
	});

	test.each([
		['of an author', { account: { id: 'ann', email: 'ann@example.com' } }],
		['of an earlier state, long ago', {}],
		['typed by a workflow', { account: undefined, typedBy: 'A workflow' }],
	])('%s holds', (_whose, more) => {
		const decision = decide({ ...good, approvals: [...good.approvals, no(more)] });
		expect(decision.decision).toBe('hold');
		expect(check(decision, 'approval-by-class')?.reason).toContain('rejected it');
	});

	test('holds where the policy asks for no approval', () => {
		const nobody = { count: 0, anyOf: [], allOf: [] };
		const policy = overridePolicy(quiet, { approvalsByClass: { critical: nobody } });
		expect(decide({ ...good, policy, approvals: [] }).decision).toBe('ship');
		expect(decide({ ...good, policy, approvals: [no()] }).decision).toBe('hold');
	});

	test('stands until its giver takes it back, and nobody else can', () => {
		const back = no({ verdict: 'withdrawn', at: FRIDAY - minute });
		expect(standingRejection([no(), back])).toBeUndefined();
		const other = {
			...back,
			...personOf('Nora No', 'sales'),
			account: { id: 'other', email: 'o@example.com' },
		};
		expect(standingRejection([no(), other])).toMatchObject({ verdict: 'rejected' });
		expect(standingRejection([no(), no({ at: 1, verdict: 'approved' })])).toMatchObject({
			verdict: 'rejected',
		});
	});

	test('of a person to a check outlasts the artifact, and another person’s yes', () => {
		const [person] = good.evidence.filter(({ by }) => 'person' in by);
		if (person === undefined || !('person' in person.by)) throw new Error('nobody answers');
		const refusal = {
			...person,
			by: personOf('Nora No', person.by.role),
			status: 'fail' as const,
			hash: '1'.repeat(64),
			at: 1,
			grounds: 'It is wrong.',
		};
		const held = decide({ ...good, evidence: [refusal, ...good.evidence] });
		expect(check(held, person.check)).toMatchObject({
			status: 'fail',
			reason: expect.stringContaining('It is wrong.'),
		});
		const back = { ...refusal, status: 'unknown' as const, at: 2 };
		expect(
			check(decide({ ...good, evidence: [refusal, back, ...good.evidence] }), person.check)?.status,
		).toBe('pass');
	});
});
