import type { IExecuteFunctions } from 'n8n-workflow';
import { htmlReport, IDENTITY, type AuditReport, type Verdict, type WorkflowJson } from '../../core/audit';
import type { OperationResult } from '../kit/run';
import type { AuditChoices } from './parameters';

/** Output by verdict: what is only partly proven leaves with what is violated, for nobody has looked at the rest. */
const OUTPUTS: Readonly<Record<Verdict, number>> = {
	violated: 0,
	partly: 0,
	proven: 1,
	'nothing to prove': 2,
};

/** One audited workflow, by verdict: violated (0), proven (1), nothing to prove (2); with its page where asked. */
export async function answerOf(
	ctx: IExecuteFunctions,
	{ htmlField }: AuditChoices,
	workflow: WorkflowJson,
	report: AuditReport,
): Promise<OperationResult> {
	const output = OUTPUTS[report.verdict];
	const json = { audit: report };
	if (htmlField === null) return { output, json };
	const page = Buffer.from(htmlReport([{ workflow, report }]), 'utf8');
	const name = `audit-${report.workflow.hash.slice(IDENTITY.length).slice(0, 12)}.html`;
	const binary = { [htmlField]: await ctx.helpers.prepareBinaryData(page, name, 'text/html') };
	return { output, json, binary };
}

/** What could not be audited, with the reason: unknown is unsafe, so it leaves at violated. */
export function unreadable(reason: {
	readonly code: string;
	readonly message: string;
	readonly remedy: string;
}): OperationResult {
	const { code, message, remedy } = reason;
	const releaseGate = { status: 'unreadable', reason: code, message, remedy };
	return { output: OUTPUTS.violated, json: { audit: null, releaseGate } };
}
