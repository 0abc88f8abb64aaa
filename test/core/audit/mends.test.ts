import { expect, it } from '@jest/globals';
import {
	auditInstance,
	parseAuditPolicy,
	parseWorkflow,
	type AuditReport,
	type Violation,
} from '../../../core/audit';
import { ATTACKS, type Attack } from '../../../testbed/audit/attacks';
import { FOREIGN } from '../../../testbed/audit/foreign';
import { mended, printed } from '../../../testbed/audit/mend';
import { SAFE, safeSpine } from '../../../testbed/audit/safe';
import { STAND_INS, type SpineWorkflow } from '../../../testbed/audit/spine';

type Declared = { readonly hosts?: object[]; readonly nodes?: object[] };

function audit(
	workflow: SpineWorkflow,
	others: readonly SpineWorkflow[],
	declared: Declared = {},
): AuditReport {
	const { hosts = [], nodes = [] } = declared;
	const policy = parseAuditPolicy({ hosts: [...STAND_INS.hosts, ...hosts], nodes }, 'the mend');
	const [report] = auditInstance(
		[workflow, ...others].map((one) => parseWorkflow(one, one.name)),
		{ policy },
	);
	if (!report) throw new Error('no report');
	return report;
}

const still = ({ violations }: AuditReport, { rule, node }: Violation): boolean =>
	violations.some((one) => one.rule === rule && one.node === node);

/** Follows a mend, and again what the audit then says of the same node; `null` where it takes more. */
function follow(
	workflow: SpineWorkflow,
	others: readonly SpineWorkflow[],
	violation: Violation,
): AuditReport | null {
	let next = mended(workflow, violation);
	let report: AuditReport | null = null;
	for (let round = 0; next !== null && round < 6; round += 1) {
		report = audit(next, others);
		const again = report.violations.find(
			({ rule, node }) => rule === violation.rule && node === violation.node,
		);
		next = again ? mended(next, again) : null;
	}
	return report;
}

const cases: readonly Pick<Attack, 'does' | 'workflow' | 'others'>[] = [
	...Object.values(ATTACKS).flat(),
	...FOREIGN,
	...Object.entries(SAFE).map(([does, changes]) => ({ does, workflow: safeSpine(changes) })),
];

it('every mend that can be followed without thinking takes its finding away', () => {
	const followed = new Map<string, number>();
	const idle: string[] = [];
	// Of a mend in a called workflow nothing is followed here.
	for (const { does, workflow, others = [] } of cases.filter(({ others: called }) => called === undefined)) {
		let report: AuditReport;
		try {
			report = audit(workflow, others);
		} catch {
			continue;
		}
		for (const violation of report.violations.filter(({ why }) => !why.includes(' ▸ '))) {
			const declared = printed(violation);
			const kind = declared ? `${violation.rule}, declared` : violation.rule;
			const after = declared ? audit(workflow, others, declared) : follow(workflow, others, violation);
			if (after === null) continue;
			followed.set(kind, (followed.get(kind) ?? 0) + 1);
			if (still(after, violation)) idle.push(`${does}: ${kind}: ${violation.why} ${violation.mend}`);
		}
	}
	expect(idle).toEqual([]);
	// Or the test says nothing.
	expect(followed.size).toBeGreaterThanOrEqual(12);
	expect([...followed.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(400);
});
