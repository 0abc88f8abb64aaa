import { describe, expect, test } from '@jest/globals';
import { assessApprovals } from '../../../core/release/approvals';
import { waitsFor } from '../../../core/release/checks';
import { decide } from '../../../core/release/decision';
import { artifactHashes } from '../../../core/release/manifest';
import type { ApprovalRule } from '../../../core/release/policy/schema';
import { FRIDAY, manifestFor, personOf, preset, shippable } from '../../support/release';

const policy = preset('quiet-content-delivery');
const openOf = (input: Parameters<typeof decide>[0]) =>
	Object.fromEntries(
		decide(input)
			.checks.filter(({ status }) => status === 'fail' || status === 'unknown')
			.map((check) => [check.id, [waitsFor(check), check.roles ?? []]]),
	);

describe('what an open check waits for', () => {
	const whole = shippable(policy);

	test('nothing is open where all is known', () => {
		expect(openOf(whole)).toEqual({});
	});

	test('people’s words are waited for by role, a machine’s no is to be mended, the rest is the moment', () => {
		const { evidence, facts, ...rest } = whole;
		const without = evidence.filter(({ check }) => check !== 'architecture-aligned');
		const refuted = without.map((one) =>
			one.check === 'idempotency-preserved' ? { ...one, status: 'fail' as const } : one,
		);
		expect(
			openOf({ ...rest, evidence: refuted, approvals: [], facts: { ...facts, rollbackInProgress: true } }),
		).toEqual({
			'idempotency-preserved': ['mend', []],
			'architecture-aligned': ['people', ['engineering']],
			'approval-by-class': ['people', ['engineering', 'leadership']],
			'no-rollback': ['moment', []],
		});
	});

	test('an answer that nothing can be bound to is to be mended, whoever may answer', () => {
		const { workflow: _none, ...artifacts } = whole.manifest.artifacts;
		const open = openOf({ ...whole, manifest: { ...whole.manifest, artifacts } });
		const bound = policy.checks.filter(({ boundTo }) => boundTo === 'workflow').map(({ id }) => id);
		expect(bound.filter((id) => open[id] !== undefined).length).toBeGreaterThan(0);
		for (const id of bound) expect([id, open[id] ?? ['mend', []]]).toEqual([id, ['mend', []]]);
	});

	test('only the roles that are missing are waited for where they make up the number too', () => {
		const rule: ApprovalRule = {
			count: 2,
			anyOf: ['engineering', 'leadership'],
			allOf: ['leadership'],
			expiresAfter: 'P7D',
		};
		const manifest = manifestFor(policy);
		const hash = artifactHashes(manifest).release ?? '';
		const words = [personOf('Eve', 'engineering')].map((one) => ({
			...one,
			at: FRIDAY,
			hash,
			verdict: 'approved' as const,
		}));
		const asked = (given: typeof words) =>
			assessApprovals('approval', rule, policy, manifest, hash, given, FRIDAY).roles;
		expect(asked([])).toEqual(['engineering', 'leadership']);
		expect(asked(words)).toEqual(['leadership']);
	});
});
