import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { auditInstance } from '../../../core/audit';
import { instanceOf } from '../instance-api';
import { auditItems } from '../over-items';
import { versionOf } from '../parameters';

export const option = {
	name: 'Audit All Workflows',
	value: 'instance',
	action: 'Audit all workflows of an instance',
	description: 'Audit every workflow of an instance that is not archived, and find spines that exist twice',
};

export const description: INodeProperties[] = [];

/** Audits an instance, once whatever the number of input items. Outputs: violated (0), proven (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const version = versionOf(ctx);
	return await auditItems(ctx, async (answers, index, { policy }) => {
		if (index > 0) return;
		const { workflows, unreadable } = await (await instanceOf(ctx)).list(version);
		for (const { error } of unreadable) answers.unreadable(0, error);
		const reports = auditInstance(workflows, { policy });
		for (const [i, report] of reports.entries()) {
			const workflow = workflows[i];
			if (workflow) await answers.add(0, workflow, report);
		}
	});
}
