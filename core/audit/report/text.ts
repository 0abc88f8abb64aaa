import type { AuditReport, Violation } from '../types';

const arrow = (path: readonly string[]): string => path.join(' -> ');

function entry(violation: Violation): string[] {
	return [
		`  ${violation.severity === 'error' ? 'x' : '!'} ${violation.rule}${violation.node === undefined ? '' : `: ${violation.node}`}`,
		`      why   ${violation.why}`,
		...(violation.path.length > 1 ? [`      path  ${arrow(violation.path)}`] : []),
		...(violation.secondPath === undefined ? [] : [`      and   ${arrow(violation.secondPath)}`]),
		`      mend  ${violation.mend}`,
	];
}

/** A report for a terminal: one paragraph per workflow, ending in its hash. */
export function textReport(report: AuditReport, source: string): string {
	const { violations, advice, workflow } = report;
	const count = violations.length === 1 ? '1 violation' : `${violations.length} violations`;
	const head = report.verdict === 'proven' ? `proven    ${source}` : `violated  ${source}: ${count}`;
	return [
		head,
		...violations.flatMap(entry),
		...advice.flatMap(entry),
		...report.assumptions.map((sentence) => `  assumed: ${sentence}`),
		`  ${workflow.name}, ${workflow.nodes} nodes, sha256 ${workflow.hash}`,
	].join('\n');
}
