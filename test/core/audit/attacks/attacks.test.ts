import { describe, expect, it } from '@jest/globals';
import { auditInstance, parseAuditPolicy, parseWorkflow } from '../../../../core/audit';
import { ATTACKS } from '../../../../testbed/audit/attacks';
import { STAND_INS } from '../../../../testbed/audit/spine';

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

describe.each(Object.entries(ATTACKS))('class %s', (_name, attacks) => {
	it('has ten attacks at least', () => expect(attacks.length).toBeGreaterThanOrEqual(10));

	it.each(attacks.map((attack) => [attack.does, attack] as const))(
		'%s: never proven',
		(_does, { is, workflow, others = [] }) => {
			const [report] = auditInstance(
				[workflow, ...others].map((one) => parseWorkflow(one, one.name)),
				{ policy },
			);
			if (is === 16) expect(['partly', 'nothing to prove', 'violated']).toContain(report?.verdict);
			else expect(report?.verdict).toBe('violated');
			expect(report?.sentence).not.toMatch(/^Proven/);
			for (const { why, mend } of report?.violations ?? []) {
				expect(`${why} ${mend}`).not.toContain('{node}');
			}
		},
	);
});
