import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { auditInstance, parseWorkflows, workflowsIn } from '../../../core/audit';
import { gateError } from '../../../core/errors';
import { shownFor } from '../../kit/descriptions';
import { fieldOf } from '../../../core/delivery/fields';
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

/** Audits what each item carries. Outputs: violated (0), proven (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = ctx.getInputData();
	return await auditItems(ctx, async (answers, index, { policy }) => {
		const field = ctx.getNodeParameter('field', index) as string;
		const value = fieldOf(items[index]?.json ?? {}, field);
		const source = `item ${index}`;
		if (value === undefined || value === null) {
			throw gateError('field-missing', { item: index, field, parameter: 'Workflow Field' });
		}
		const workflows = typeof value === 'string' ? parseWorkflows(value, source) : workflowsIn(value, source);
		const reports = auditInstance(workflows, { policy });
		for (const [i, report] of reports.entries()) {
			const workflow = workflows[i];
			if (workflow) await answers.add(index, workflow, report);
		}
	});
}
