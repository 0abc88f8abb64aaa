import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { resolverOf } from '../../../core/audit/identity';
import { parseWorkflow } from '../../../core/audit/parse';
import { assessRehearsal } from '../../../app/watch';
import { identityIn, identityParameters } from '../../kit/identity';
import { releaseParameter, shownFor, spineParameter } from '../../kit/descriptions';
import { documentAt } from '../../kit/fields';
import { overItems } from '../../kit/items';
import { sparseIn } from '../../kit/node-knowledge';
import { Parameters } from '../../kit/parameters';
import { portsOf } from '../ports';

export const option = {
	name: 'Assess Dry Run',
	value: 'dryRun',
	action: 'Assess a dry run',
	description: 'Prove from what a rehearsal left behind that the spine is safe to release',
};

export const description: INodeProperties[] = shownFor({ operation: ['dryRun'] }, [
	spineParameter(),
	{
		displayName: 'Dry Run Label',
		name: 'run',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026-11-20',
		description: 'Label of the dry run to assess; empty for the present one of the spine',
	},
	{
		...releaseParameter,
		required: false,
		description: 'The release that the evidence is recorded for; empty to record none',
	},
	{
		displayName: 'Workflow Field',
		name: 'workflowField',
		type: 'string',
		default: 'workflow',
		description: 'Name of the field of the first item with the workflow that was rehearsed, as exported',
	},
	...identityParameters,
	{
		displayName: 'Sent by First Run',
		name: 'firstRun',
		type: 'number',
		default: -1,
		description: 'Number of emails the first run would have sent; -1 when nobody counted',
	},
	{
		displayName: 'Sent by Second Run',
		name: 'secondRun',
		type: 'number',
		default: -1,
		description: 'Number of emails a second run right after it would have sent; -1 when nobody counted',
	},
]);

const counted = (parameters: Parameters, name: string): number | null => {
	const value = parameters.any(name, -1);
	return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
};

function workflowOf(ctx: IExecuteFunctions, parameters: Parameters) {
	const field = parameters.text('workflowField');
	const json = ctx.getInputData()[0]?.json ?? {};
	const value = documentAt(json, { field, parameter: 'Workflow Field', item: 0 });
	return value === undefined ? null : parseWorkflow(value, `the field ${field}`);
}

function contextOf(ctx: IExecuteFunctions, parameters: Parameters) {
	const { policy, called } = identityIn(parameters, ctx.getInputData()[0]?.json ?? {}, 0);
	return { policy, resolve: resolverOf(called) };
}

const OUTPUTS = { unknown: 0, pass: 1, fail: 2 } as const;

/** One item. Outputs: unknown (0), safe (1), not safe (2: the release must not ship). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 3, async (out) => {
		const parameters = new Parameters(ctx);
		const assessment = await assessRehearsal(await portsOf(ctx), {
			spine: parameters.picked('spine'),
			run: parameters.text('run'),
			release: parameters.picked('release'),
			workflow: workflowOf(ctx, parameters),
			identity: contextOf(ctx, parameters),
			sparse: sparseIn(ctx),
			firstRun: counted(parameters, 'firstRun'),
			secondRun: counted(parameters, 'secondRun'),
		});
		out.record(OUTPUTS[assessment.status], 0, assessment);
	});
}
