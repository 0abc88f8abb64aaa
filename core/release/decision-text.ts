import type { Decision } from './decision';

const marks = { pass: 'pass   ', fail: 'FAIL   ', unknown: 'UNKNOWN', skipped: 'skipped' } as const;

/** A decision as plain text: the sentence, then every check by group with its reason, and a remedy where one is needed. */
export function decisionText(decision: Decision): string {
	const { classification: c } = decision;
	const lines = [
		decision.sentence,
		`release ${decision.release} (${decision.releaseHash.slice(0, 12)}), class ${c.riskClass}, policy ${decision.policy} version ${decision.policyVersion}, ${decision.strictness}`,
		...decision.heldTo,
	];
	let group = '';
	for (const check of decision.checks) {
		if (check.group !== group) lines.push('', check.group);
		group = check.group;
		lines.push(`  ${marks[check.status]}  ${check.question} ${check.reason}`);
		if (check.remedy) lines.push(`           -> ${check.remedy}`);
	}
	return lines.join('\n');
}
