import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { auditWorkflow, type WorkflowJson } from '../../../core/audit';
import { shownFor } from '../../kit/descriptions';
import { Parameters } from '../../kit/parameters';
import type { OperationResult } from '../../kit/run';
import { answerOf } from '../answer';
import { instanceOf } from '../instance-api';
import { type AuditContext, auditItems } from '../over-items';
import { versionOf } from '../parameters';

export const option = {
	name: 'Audit One Workflow',
	value: 'workflow',
	action: 'Audit one workflow',
	description: 'Audit a workflow of an instance by its ID; sub-workflows are followed',
};

export const description: INodeProperties[] = shownFor({ operation: ['workflow'] }, [
	{
		displayName: 'Workflow',
		name: 'workflowId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchWorkflows', searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 7Qk3TgVr0a1b2c3d' },
		],
		description: 'The workflow that is audited; its ID stands in its address in the editor',
	},
]);

/** Audits one workflow of an instance per item. Outputs: violated (0), proven (1), nothing to prove (2). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const version = versionOf(new Parameters(ctx));
	let listed: Promise<ReadonlyMap<string, WorkflowJson>> | undefined;
	const work = async ({ ports, parameters }: AuditContext): Promise<readonly OperationResult[]> => {
		const id = parameters.chosen('workflowId', 'Workflow');
		const instance = await instanceOf(ctx);
		const workflow = await instance.get(id, version);
		// Calls are resolved without waiting, so what may be called is read beforehand, and only if anything calls.
		const calls = workflow.nodes.some(({ type }) => type === 'n8n-nodes-base.executeWorkflow');
		listed ??= calls
			? instance
					.list(version)
					.then(({ workflows }) => new Map(workflows.flatMap((one) => (one.id ? [[one.id, one]] : []))))
			: undefined;
		const known = await listed;
		const report = auditWorkflow(workflow, {
			policy: ports.policy,
			resolve: (called) => known?.get(called),
		});
		return [await answerOf(ctx, ports, workflow, report)];
	};
	return await auditItems(ctx, work, { reads: true });
}
