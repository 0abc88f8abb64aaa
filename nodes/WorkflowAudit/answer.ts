import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { htmlReport, type AuditReport, type WorkflowJson } from '../../core/audit';
import type { AuditChoices } from './parameters';

const VIOLATED = 0;
const PROVEN = 1;

/** Collects reports and hands them out by verdict: violated (0), proven (1). What cannot be read is never proven. */
export class Answers {
	private readonly outputs: [INodeExecutionData[], INodeExecutionData[]] = [[], []];

	constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly choices: AuditChoices,
	) {}

	/** One audited workflow, linked to the input item it belongs to. */
	async add(index: number, workflow: WorkflowJson, report: AuditReport): Promise<void> {
		const { htmlField } = this.choices;
		const item: INodeExecutionData = {
			json: { audit: report },
			pairedItem: { item: index },
		};
		if (htmlField !== null) {
			const page = Buffer.from(htmlReport([{ workflow, report }]), 'utf8');
			const name = `audit-${report.workflow.hash.slice(0, 12)}.html`;
			item.binary = { [htmlField]: await this.ctx.helpers.prepareBinaryData(page, name, 'text/html') };
		}
		this.outputs[report.verdict === 'proven' ? PROVEN : VIOLATED].push(item);
	}

	/** One item that could not be audited, with the reason: unknown is unsafe, so it leaves at violated. */
	unreadable(
		index: number,
		reason: { readonly code: string; readonly message: string; readonly remedy: string },
	): void {
		const { code, message, remedy } = reason;
		this.outputs[VIOLATED].push({
			json: { audit: null, releaseGate: { status: 'unreadable', reason: code, message, remedy } },
			pairedItem: { item: index },
		});
	}

	/** One list per output. */
	finish(): INodeExecutionData[][] {
		return this.outputs;
	}
}
