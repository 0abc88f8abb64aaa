import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, type GateInput } from '../../../core/release/decision';
import { evaluateRelease } from '../../../core/release/self-test';
import { durationMs } from '../../../core/release/checks';
import type { Evidence } from '../../../core/release/evidence';
import { FRIDAY, preset, shippable } from '../../support/release';

const policies = ['quiet-content-delivery', 'weekly-software-release'] as const;

describe.each(policies)('the gate under %s', (name) => {
	const policy = preset(name);
	const good = shippable(policy);
	const holding = (input: GateInput): string[] =>
		evaluateRelease(input)
			.checks.filter(({ status }) => status === 'fail' || status === 'unknown')
			.map(({ id }) => id);

	it('ships a release on which everything is known and good', () => {
		expect(holding(good)).toEqual([]);
		const decision = evaluateRelease(good);
		expect(decision.decision).toBe('ship');
		expect(decision.sentence).toContain(`${policy.name} version 3`);
	});

	it('holds with one reason and one remedy for each unanswered check, first the sentence', () => {
		const decision = evaluateRelease({ ...good, evidence: [], approvals: [], facts: {} });
		expect(decision.decision).toBe('hold');
		for (const check of decision.checks) {
			expect(check.reason).not.toBe('');
			if (check.status === 'fail' || check.status === 'unknown') expect(check.remedy).not.toBe('');
		}
		expect(decision.sentence).toMatch(/^Held: /);
	});

	const bound = good.evidence.filter((entry) => {
		const check = policy.checks.find(({ id }) => id === entry.check);
		return (
			check &&
			!check.answeredBy.machines.some((machine) =>
				['manifest', 'documents', 'expand-contract'].includes(machine),
			)
		);
	});

	const spoil: Record<string, (entry: Evidence, amount: number) => Evidence | null> = {
		removed: () => null,
		failed: (entry) => ({ ...entry, status: 'fail' }),
		unreadable: (entry) => ({ ...entry, status: 'unknown' }),
		'for another hash': (entry, amount) => ({ ...entry, hash: String(amount % 10).repeat(64) }),
		'for another artifact': (entry) => ({ ...entry, artifact: entry.artifact === 'sql' ? 'flags' : 'sql' }),
		'by a stranger': (entry) => ({ ...entry, by: { person: 'Sam Stranger', role: 'visitor' } }),
		aged: (entry, amount) => {
			const freshFor = policy.checks.find(({ id }) => id === entry.check)?.freshFor ?? 'P7D';
			return { ...entry, at: FRIDAY - durationMs(freshFor) - 1 - amount };
		},
		'from the future': (entry, amount) => ({ ...entry, at: FRIDAY + 1 + amount }),
		'of another check': (entry) => ({ ...entry, check: 'nothing' }),
	};

	it('holds whatever evidence is removed, corrupted or aged', () => {
		fc.assert(
			fc.property(
				fc.nat(bound.length - 1),
				fc.constantFrom(...Object.keys(spoil)),
				fc.nat(1_000_000_000),
				(index, way, amount) => {
					const entry = bound[index];
					if (!entry) return;
					const spoiled = spoil[way]?.(entry, amount) ?? null;
					const evidence = good.evidence.flatMap((other) =>
						other === entry ? (spoiled ? [spoiled] : []) : [other],
					);
					const decision = evaluateRelease({ ...good, evidence });
					expect(decision.decision).toBe('hold');
					expect(holding({ ...good, evidence })).toContain(entry.check);
				},
			),
			{ numRuns: 500 },
		);
	});

	it('holds whenever any one reading of the moment is missing, stale or bad', () => {
		const facts = good.facts as Record<string, unknown>;
		const needed = Object.keys(facts).filter((key) => {
			const { [key]: _left, ...rest } = facts;
			return evaluateRelease({ ...good, facts: rest }).decision === 'hold';
		});
		expect(needed).toEqual(
			expect.arrayContaining(
				name === 'quiet-content-delivery'
					? [
							'apiCallsLeft',
							'newContactsLastHour',
							'vendors',
							'nextSlotOpensAt',
							'openDeliveries',
							'errorBudget',
							'lastStabilityCheckAt',
							'rollbackInProgress',
						]
					: ['vendors', 'errorBudget', 'lastStabilityCheckAt', 'rollbackInProgress'],
			),
		);
	});

	it('holds when an approval is withdrawn, is the author’s, or the release changed after it', () => {
		const self = good.approvals.map((approval) => ({
			...approval,
			account: { id: 'ann', email: 'ANN@example.com' },
		}));
		const stale = good.approvals.map((approval) => ({ ...approval, hash: '9'.repeat(64) }));
		for (const approvals of [[], self, stale])
			expect(evaluateRelease({ ...good, approvals }).decision).toBe('hold');
		const [first] = good.approvals;
		if (!first) throw new Error('no approval');
		const rejected = [...good.approvals, { ...first, verdict: 'rejected' as const, at: first.at + 1 }];
		expect(evaluateRelease({ ...good, approvals: rejected }).decision).toBe('hold');
	});

	it('reopens everything bound to the manifest when one word of it changes', () => {
		const changed = { ...good, manifest: { ...good.manifest, title: 'Another title' } };
		expect(evaluateRelease(changed).decision).toBe('hold');
	});

	it('holds and says that it is broken when its decider ships what it must not', () => {
		const sabotaged = evaluateRelease(good, (input) => ({ ...decide(input), decision: 'ship' }));
		expect(sabotaged.decision).toBe('hold');
		expect(sabotaged.sentence).toContain('the gate is broken');
	});
});

describe('classification in the decision', () => {
	const policy = preset('quiet-content-delivery');

	it('holds a class lowered by hand and names the surface that raises it', () => {
		const decision = evaluateRelease(shippable(policy, { statedClass: 'safe' }));
		expect(decision.decision).toBe('hold');
		expect(decision.checks.find(({ id }) => id === 'class')?.reason).toContain('critical');
	});

	it('treats a surface the policy does not know as critical', () => {
		const input = shippable(policy);
		const [change] = input.manifest.changes;
		if (!change) throw new Error('no change');
		const manifest = { ...input.manifest, changes: [{ ...change, surfaces: ['tea'] }] };
		expect(decide({ ...input, manifest }).classification.riskClass).toBe('critical');
	});

	it('says how many checks stand and how many were left out, not that all stand (ux 13)', () => {
		const input = shippable(policy);
		expect(decide(input).sentence).toMatch(/^Ship: all \d+ checks stand/);
		const { regular } = policy.kinds;
		const kinds = { ...policy.kinds, regular: { ...regular, maySkip: [policy.checks[0]?.id ?? ''] } };
		const evidence = input.evidence.filter(({ check }) => check !== policy.checks[0]?.id);
		const { sentence, decision } = decide({ ...input, policy: { ...policy, kinds }, evidence });
		expect(decision).toBe('ship');
		expect(sentence).toMatch(/^Ship: \d+ checks stand, and 1 were left out by policy, under/);
	});

	it('lets a change of documentation alone pass as no release, unless a machine or an artifact says otherwise', () => {
		const input = shippable(policy);
		const [change] = input.manifest.changes;
		if (!change) throw new Error('no change');
		const docs = { ...input.manifest, artifacts: {}, changes: [{ ...change, surfaces: ['documentation'] }] };
		const bare = { ...input, evidence: [], approvals: [], facts: {} };
		expect(evaluateRelease({ ...bare, manifest: docs }).decision).toBe('ship');
		expect(
			evaluateRelease({ ...bare, manifest: docs, observed: [{ surface: 'workflows', what: 'a node moved' }] })
				.decision,
		).toBe('hold');
		expect(
			evaluateRelease({ ...bare, manifest: { ...docs, artifacts: { workflow: 'a'.repeat(64) } } }).decision,
		).toBe('hold');
	});
});
