import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { auditWorkflow, type WorkflowJson } from '../../../core/audit';
import { shownFor } from '../../kit/descriptions';
import { Parameters } from '../../kit/parameters';
import { answerOf } from '../answer';
import { instanceOf } from '../instance-api';
import { auditItems } from '../over-items';
import { versionOf } from '../parameters';

export const option = {
	name: 'Audit One Workflow',
	value: 'workflow',
	action: 'Audit one workflow',
	description: 'Audit a workflow of an instance by its ID; sub-workflows are followed',
};

export const description: INodeProperties[] = shownFor({ operation: ['workflow'] }, [
	{
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 7Qk3TgVr0a1b2c3d',
		description: 'ID from the address of the workflow in the editor',
	},
]);

/** Audits one workflow of an instance per item. Outputs: violated (0), proven (1), nothing to prove (2). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const version = versionOf(new Parameters(ctx));
	let listed: Promise<ReadonlyMap<string, WorkflowJson>> | undefined;
	return await auditItems(ctx, async ({ ports, parameters }) => {
		const id = parameters.text('workflowId');
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
	});
}
