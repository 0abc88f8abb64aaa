import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { auditInstance, readWorkflows, readWorkflowsIn } from '../../../core/audit';
import { gateError } from '../../../core/errors';
import { shownFor } from '../../kit/descriptions';
import { fieldOf } from '../../../core/delivery/fields';
import { answerOf, unreadable } from '../answer';
import { auditItems } from '../over-items';

export const option = {
	name: 'Audit From a Field',
	value: 'json',
	action: 'Audit workflows from a field',
	description: 'Audit the workflow or list of workflows that an item carries',
};

export const description: INodeProperties[] = shownFor({ operation: ['json'] }, [
	{
		displayName: 'Workflow Field',
		name: 'field',
		type: 'string',
		default: 'workflow',
		required: true,
		placeholder: 'e.g. workflow',
		description: 'Name of the field with the exported workflow, as an object or as JSON text',
	},
]);

/** Audits what each item carries. Outputs: violated (0), proven (1), nothing to prove (2). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await auditItems(ctx, async ({ ports, index, json, parameters }) => {
		const field = parameters.text('field');
		const value = fieldOf(json, field);
		const source = `item ${index}`;
		if (value === undefined || value === null) {
			throw gateError('field-missing', { item: index, field, parameter: 'Workflow Field' });
		}
		const { workflows, unreadable: broken } =
			typeof value === 'string' ? readWorkflows(value, source) : readWorkflowsIn(value, source);
		const reports = auditInstance(workflows, { policy: ports.policy });
		const audited = workflows.flatMap((workflow, at) => {
			const report = reports[at];
			return report ? [answerOf(ctx, ports, workflow, report)] : [];
		});
		return [...broken.map(unreadable), ...(await Promise.all(audited))];
	});
}
