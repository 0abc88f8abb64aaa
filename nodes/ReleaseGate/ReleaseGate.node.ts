import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { ledgerSearches } from '../kit/searches';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import * as evaluate from './operations/evaluate.operation';
import * as route from './operations/route.operation';

const operations = { evaluate, route } as const;

/** Serialised into the description: must refer to nothing outside itself. Output 0 is the harmless branch. */
const configuredOutputs = (parameters: INodeParameters) =>
	(parameters.operation === 'evaluate' ? ['hold', 'ship'] : ['held', 'live', 'dry run']).map(
		(displayName) => ({
			type: 'main',
			displayName,
		}),
	);

/** Decides which way a delivery goes (nowhere, to its recipient, through the rehearsal) and whether a release ships. */
export class ReleaseGate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Release Gate',
		name: 'releaseGate',
		icon: {
			light: 'file:../../assets/icons/releaseGate.svg',
			dark: 'file:../../assets/icons/releaseGate.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["operation"] === "evaluate" ? "evaluate release" : "route deliveries" }}',
		description:
			'Sends each delivery live, through the rehearsal or nowhere; decides whether a release ships',
		defaults: { name: 'Release Gate' },
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{(${configuredOutputs.toString()})($parameter)}}`,
		usableAsTool: undefined,
		credentials: [{ ...ledgerCredential }],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [evaluate.option, route.option],
				default: 'route',
			},
			...introduced([route, evaluate]),
		],
	};

	methods = { listSearch: ledgerSearches };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
