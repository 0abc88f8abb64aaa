import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import * as instance from './operations/instance.operation';
import * as json from './operations/json.operation';
import * as workflow from './operations/workflow.operation';
import { N8N_CREDENTIAL, searchWorkflows } from './instance-api';
import { sharedParameters } from './parameters';

const operations = { json, workflow, instance } as const;

/** Proves that a workflow cannot send twice, early or ungated, or shows the path on which it can. */
export class WorkflowAudit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Workflow Audit',
		name: 'workflowAudit',
		icon: {
			light: 'file:../../assets/icons/workflowAudit.svg',
			dark: 'file:../../assets/icons/workflowAudit.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle:
			'={{ ({ json: "from a field", workflow: "one workflow", instance: "all workflows" })[$parameter["operation"]] }}',
		description:
			'Proves that workflows cannot send twice, early or ungated, or shows the path on which they can',
		defaults: { name: 'Workflow Audit' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['violated', 'proven', 'nothing to prove'],
		usableAsTool: undefined,
		credentials: [
			{
				name: N8N_CREDENTIAL,
				required: true,
				displayOptions: { show: { operation: ['workflow', 'instance'] } },
			},
			{
				...ledgerCredential,
				displayOptions: { show: { operation: ['instance'], compareReleased: [true] } },
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [json.option, workflow.option, instance.option],
				default: 'instance',
			},
			...introduced([json, workflow, instance]),
			...sharedParameters,
		],
	};

	methods = { listSearch: { searchWorkflows } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
