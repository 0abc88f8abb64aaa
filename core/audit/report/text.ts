import type { AuditReport, Cover, Violation } from '../types';

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

/** What the answer rests on, one line each: the same lines on the terminal and on the page. */
export function coverLines(cover: Cover): string[] {
	return [
		...cover.sends.map(({ node, recipients, guarded, once }) =>
			once === undefined
				? `send: ${node}${guarded ? '' : ' (not guarded)'}, to ${recipients.length === 0 ? 'nobody that can be told' : recipients.join(', ')}`
				: `once: ${node}${guarded ? '' : ' (not guarded)'}, behind ${once}`,
		),
		`nodes: ${cover.reached} of ${cover.nodes} reached${cover.unreached.length === 0 ? '' : `, not ${cover.unreached.join(', ')}`}`,
		...cover.gaps.map((gap) => `not looked at: ${gap}`),
		...cover.harmless.map(({ because, nodes }) => `taken for ${because}: ${nodes.join(', ')}`),
		...cover.assumptions.map((sentence) => `assumed: ${sentence}`),
	];
}

/** A report for a terminal: one paragraph per workflow, ending in its hash. */
export function textReport(report: AuditReport, source: string): string {
	const { violations, advice, workflow, cover } = report;
	return [
		`${report.verdict.padEnd(8)}  ${source}${violations.length === 0 ? '' : `: ${violations.length} violation${violations.length === 1 ? '' : 's'}`}`,
		`  ${report.sentence}`,
		...violations.flatMap(entry),
		...advice.flatMap(entry),
		...coverLines(cover).map((line) => `  ${line}`),
		`  ${workflow.name}, ${workflow.nodes} nodes, hash ${workflow.hash}`,
	].join('\n');
}
