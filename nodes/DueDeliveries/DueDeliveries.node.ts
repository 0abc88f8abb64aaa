import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import { HUBSPOT_CREDENTIAL } from '../kit/directory';
import { propertyOptions } from '../kit/property-lists';
import { ledgerSearches } from '../kit/searches';
import * as get from './operations/get.operation';
import * as turn from './operations/turn.operation';

const operations = { get, turn } as const;

/** Evaluated by n8n, with nothing but its argument. */
const configuredOutputs = (parameters: { readonly operation?: string }) =>
	(parameters.operation === 'turn' ? ['none', 'run'] : ['deliveries']).map((displayName) => ({
		type: 'main',
		displayName,
	}));

/** Hands out what a spine owes now: one item per delivery, with its frozen input; and says who runs it once more. */
export class DueDeliveries implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Due Deliveries',
		name: 'dueDeliveries',
		icon: {
			light: 'file:../../assets/icons/dueDeliveries.svg',
			dark: 'file:../../assets/icons/dueDeliveries.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["operation"] === "turn" ? "take turn" : "get due deliveries" }}',
		description:
			'Finds who is owed a delivery in the open slot of a spine, registers it and freezes what was read',
		defaults: { name: 'Due Deliveries' },
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{(${configuredOutputs.toString()})($parameter)}}`,
		usableAsTool: undefined,
		credentials: [
			{ ...ledgerCredential },
			{
				name: HUBSPOT_CREDENTIAL,
				required: true,
				displayOptions: { show: { operation: ['get'], contacts: ['hubSpot'] } },
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [get.option, turn.option],
				default: 'get',
			},
			...introduced([get, turn]),
		],
	};

	methods = { listSearch: ledgerSearches, loadOptions: propertyOptions };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
