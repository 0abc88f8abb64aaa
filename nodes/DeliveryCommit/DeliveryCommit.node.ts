import { ledgerSearches } from '../kit/searches';
import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import { HUBSPOT_CREDENTIAL } from '../kit/directory';
import * as commit from './operations/commit.operation';
import * as completeKey from './operations/complete-key.operation';
import * as fail from './operations/fail.operation';
import * as flush from './operations/flush.operation';
import * as giveKeyBack from './operations/give-key-back.operation';
import * as outcome from './operations/outcome.operation';
import * as settle from './operations/settle.operation';

const operations = { commit, completeKey, fail, flush, giveKeyBack, outcome, settle } as const;

/** Records how a delivery ended, or what a key stands for. */
export class DeliveryCommit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Delivery Commit',
		name: 'deliveryCommit',
		icon: {
			light: 'file:../../assets/icons/deliveryCommit.svg',
			dark: 'file:../../assets/icons/deliveryCommit.dark.svg',
		},
		group: ['transform'],
		version: [1, 2],
		subtitle:
			'={{ { commit: "commit", completeKey: "complete key", giveKeyBack: "give key back", fail: "fail", flush: "flush outbox", outcome: "record outcome", settle: "settle in-doubt" }[$parameter["operation"]] }}',
		description: 'Records how each delivery or key ended, and writes HubSpot after the send',
		defaults: { name: 'Delivery Commit' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['refused', 'done'],
		usableAsTool: undefined,
		credentials: [
			{ ...ledgerCredential },
			{
				// One entry for all: n8n looks a credential up by the first entry of its name.
				name: HUBSPOT_CREDENTIAL,
				displayName: 'HubSpot (optional: writes wait in the outbox without it)',
				required: false,
				displayOptions: { show: { operation: ['commit', 'settle', 'flush', 'outcome'] } },
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: Object.values(operations).map(({ option }) => option),
				default: 'commit',
			},
			...introduced(Object.values(operations)),
		],
	};

	methods = { listSearch: ledgerSearches };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
