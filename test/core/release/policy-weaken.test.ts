import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateRelease } from '../../../core/release/self-test';
import { overridePolicy, presetPolicy } from '../../../core/release/policy/override';
import { weakenings } from '../../../core/release/policy/weaken';
import { shippable } from '../../support/release';

const quiet = presetPolicy('quiet-content-delivery');
const weekly = presetPolicy('weekly-software-release');
const paths = (override: unknown): readonly string[] =>
	weakenings(quiet, overridePolicy(quiet, override)).map(({ path }) => path);

describe('what a policy may be changed to without asking for less', () => {
	it('finds nothing between a policy and itself', () => {
		for (const policy of [quiet, weekly]) expect(weakenings(policy, policy)).toEqual([]);
	});

	it.each([
		['a check that is left out', { kinds: { regular: { maySkip: ['dry-run'] } } }, ['kinds.regular.maySkip']],
		[
			'a check for fewer surfaces',
			{ checks: [{ id: 'dry-run', appliesTo: { surfaces: ['email'] } }] },
			['checks[dry-run].appliesTo.surfaces'],
		],
		[
			'an answer that keeps for longer',
			{ checks: [{ id: 'dry-run', freshFor: 'P90D' }] },
			['checks[dry-run].freshFor'],
		],
		[
			'somebody more who may answer',
			{ checks: [{ id: 'dry-run', answeredBy: { roles: ['intern'] } }] },
			['checks[dry-run].answeredBy.roles'],
		],
		[
			'fewer approvals',
			{ approvalsByClass: { critical: { count: 0 } } },
			['approvalsByClass.critical.count'],
		],
		['a surface of a lower class', { surfaces: [{ id: 'email', class: 'safe' }] }, ['surfaces[email].class']],
		[
			'a surface nobody knew, taken for safe',
			{ surfaces: [{ id: 'tea', label: 'Tea', class: 'safe' }] },
			['surfaces[tea]'],
		],
		['one surface more that is no release', { notReleases: ['documents', 'email'] }, ['notReleases']],
		['a vendor less to ask', { pressure: { vendors: ['hubspot'] } }, ['pressure.vendors']],
		[
			'a wider window',
			{ windows: { allow: [{ name: 'any', start: '2026-01-01T00:00', duration: 'P1D', timeZone: 'UTC' }] } },
			['windows.allow[any]'],
		],
		['no rollback by itself', { rollback: { automatic: false } }, ['rollback.automatic']],
		[
			'a test that is slower to find harm',
			{ monitoring: { sequential: { p0: 0.01, p1: 0.5, alpha: 0.01, beta: 0.05 } } },
			['monitoring.sequential.p1'],
		],
	])('names %s', (_what, override, expected) => {
		expect(paths(override)).toEqual(expect.arrayContaining(expected));
	});

	it.each([
		[
			'a check more',
			{
				checks: [
					{
						id: 'tea',
						question: 'Is there tea?',
						group: 'Tea',
						phase: 'before',
						answeredBy: { roles: ['engineer'] },
						boundTo: 'manifest',
						freshFor: 'P1D',
						remedy: 'Make tea.',
					},
				],
			},
		],
		['a fresher answer', { checks: [{ id: 'dry-run', freshFor: 'PT1H' }] }],
		['one approval more', { approvalsByClass: { critical: { count: 5 } } }],
		[
			'a freeze',
			{
				windows: {
					deny: [{ name: 'holidays', start: '2026-12-20T00:00', duration: 'P14D', timeZone: 'UTC' }],
				},
			},
		],
		['another wording', { checks: [{ id: 'dry-run', remedy: 'Rehearse it once more.' }] }],
	])('takes %s for no weakening', (_what, override) => {
		expect(paths(override)).toEqual([]);
	});

	// Each may make the policy stricter, weaker or neither.
	const change = fc.oneof(
		fc.constantFrom(...quiet.checks.map(({ id }) => id)).chain((id) =>
			fc.record({
				checks: fc.tuple(
					fc.record(
						{
							id: fc.constant(id),
							freshFor: fc.constantFrom('PT1M', 'P1D', 'P30D', 'P900D'),
							phase: fc.constantFrom('before', 'deploy', 'after'),
							appliesTo: fc.record({
								classes: fc.subarray(['safe', 'controlled', 'critical']),
								kinds: fc.subarray(['regular', 'hotfix', 'major']),
								surfaces: fc.subarray(
									quiet.surfaces.map((surface) => surface.id),
									{ maxLength: 3 },
								),
							}),
						},
						{ requiredKeys: ['id'] },
					),
				),
			}),
		),
		fc.record({
			approvalsByClass: fc.record(
				{
					critical: fc.record(
						{
							count: fc.nat(4),
							anyOf: fc.subarray(['engineer', 'leadership', 'intern']),
							allOf: fc.subarray(['leadership', 'cto']),
							expiresAfter: fc.constantFrom('PT1S', 'P7D', 'P99D'),
						},
						{ requiredKeys: [] },
					),
					controlled: fc.record({ count: fc.nat(3) }),
				},
				{ requiredKeys: [] },
			),
		}),
		fc.record({
			kinds: fc.record({
				regular: fc.record(
					{
						maySkip: fc.subarray(
							quiet.checks.map(({ id }) => id),
							{ maxLength: 6 },
						),
						purposes: fc.subarray(['feature', 'restore-delivery']),
						ignoresWindows: fc.boolean(),
					},
					{ requiredKeys: [] },
				),
			}),
		}),
		fc.record({
			pressure: fc.record(
				{
					vendors: fc.subarray(['hubspot', 'postmark', 'openai']),
					minApiCallsLeft: fc.constantFrom(0, 0.2, 0.9),
					maxNewContactsPerHour: fc.constantFrom(0, 100, 100_000),
					freshFor: fc.constantFrom('PT1S', 'PT15M', 'P9D'),
				},
				{ requiredKeys: [] },
			),
		}),
		fc.record({
			surfaces: fc.tuple(
				fc.record({
					id: fc.constantFrom(...quiet.surfaces.map(({ id }) => id)),
					class: fc.constantFrom('safe', 'controlled', 'critical'),
				}),
			),
		}),
		fc.record({ unsureClass: fc.constantFrom('safe', 'controlled', 'critical') }),
		fc.record({
			windows: fc.record(
				{
					maxDueAhead: fc.constantFrom(0, 10, 100_000),
					recoveryBeforeNextSlot: fc.constantFrom('PT1M', 'PT2H', 'P9D'),
				},
				{ requiredKeys: [] },
			),
		}),
	);

	const input = shippable(quiet);
	/** What a release lacks: mostly nothing, or one thing. */
	const lack = fc.record({
		checks: fc.subarray([...new Set(input.evidence.map(({ check }) => check))], { maxLength: 1 }),
		approvals: fc.subarray([...input.approvals], { minLength: input.approvals.length - 1 }),
		vendors: fc.constantFrom(input.facts.vendors, input.facts.vendors, {}),
	});

	it('never ships under a stricter policy what the policy itself would hold', () => {
		const seen = { stricter: 0, shipped: 0, held: 0 };
		fc.assert(
			fc.property(
				fc.array(change, { minLength: 1, maxLength: 3 }),
				lack,
				(changes, { checks, approvals, vendors }) => {
					let policy = quiet;
					try {
						for (const override of changes) policy = overridePolicy(policy, override);
					} catch {
						return;
					}
					if (weakenings(quiet, policy).length > 0) return;
					seen.stricter += 1;
					const lacking = {
						...input,
						evidence: input.evidence.filter(({ check }) => !checks.includes(check)),
						approvals,
						facts: { ...input.facts, vendors },
					};
					const under = evaluateRelease({ ...lacking, policy }).decision;
					if (under !== 'ship') return void (seen.held += 1);
					seen.shipped += 1;
					expect(evaluateRelease({ ...lacking, policy: quiet }).decision).toBe('ship');
				},
			),
			{ numRuns: 3_000 },
		);
		expect(seen.stricter).toBeGreaterThan(50);
		expect(seen.shipped).toBeGreaterThan(5);
		expect(seen.held).toBeGreaterThan(10);
	});
});
