import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { auditInstance } from '../../../core/audit';
import type { OperationResult } from '../../kit/run';
import { answerOf, unreadable } from '../answer';
import { instanceOf } from '../instance-api';
import { type AuditContext, auditItems } from '../over-items';
import { versionOf } from '../parameters';

export const option = {
	name: 'Audit All Workflows',
	value: 'instance',
	action: 'Audit all workflows of an instance',
	description: 'Audit every workflow of an instance that is not archived, and find spines that exist twice',
};

export const description: INodeProperties[] = [];

/** Audits an instance, once whatever the number of input items. Outputs: violated (0), proven (1), nothing to prove (2). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const work = async ({ ports, parameters }: AuditContext): Promise<readonly OperationResult[]> => {
		const instance = await instanceOf(ctx);
		const { workflows, unreadable: broken } = await instance.list(versionOf(parameters));
		const reports = auditInstance(workflows, { policy: ports.policy });
		const audited = workflows.flatMap((workflow, at) => {
			const report = reports[at];
			return report ? [answerOf(ctx, ports, workflow, report)] : [];
		});
		return [...broken.map(({ error }) => unreadable(error)), ...(await Promise.all(audited))];
	};
	return await auditItems(ctx, work, true);
}
