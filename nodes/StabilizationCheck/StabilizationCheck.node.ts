import { ledgerSearches } from '../kit/searches';
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import { HUBSPOT_CREDENTIAL } from '../kit/directory';
import { N8N_CREDENTIAL } from '../RollbackSnapshot/ports';
import * as dryRun from './operations/dry-run.operation';
import * as levels from './operations/levels.operation';
import * as release from './operations/release.operation';
import * as report from './operations/report.operation';

const operations = { release, dryRun, levels, report } as const;

/** The operations that reach for HubSpot and n8n. */
const reaching = { operation: ['release', 'report'] };

/** Serialised into the description: must refer to nothing outside itself. Output 0 is the harmless branch. */
const configuredOutputs = (parameters: INodeParameters) => {
	const names: Readonly<Record<string, readonly string[]>> = {
		report: ['report'],
		levels: ['spent or unknown', 'healthy', 'not used'],
		dryRun: ['unknown', 'safe', 'not safe'],
	};
	return (names[parameters.operation as string] ?? ['watching', 'stable', 'roll back']).map(
		(displayName) => ({
			type: 'main',
			displayName,
		}),
	);
};

/** Says of a release whether it is stable, still watched, or must go back; and of a rehearsal whether it holds. */
export class StabilizationCheck implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Stabilization Check',
		name: 'stabilizationCheck',
		icon: {
			light: 'file:../../assets/icons/stabilizationCheck.svg',
			dark: 'file:../../assets/icons/stabilizationCheck.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle:
			'={{ ({ release: "assess release", dryRun: "assess dry run", levels: "assess service levels", report: "write report" })[$parameter["operation"]] }}',
		description: 'Watches a release from the ledger, HubSpot, the provider and metrics, and says how it goes',
		defaults: { name: 'Stabilization Check' },
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{(${configuredOutputs.toString()})($parameter)}}`,
		usableAsTool: undefined,
		credentials: [
			{ ...ledgerCredential },
			{
				name: HUBSPOT_CREDENTIAL,
				displayName: 'HubSpot (where the spine reads it)',
				required: false,
				displayOptions: { show: reaching },
			},
			{
				name: N8N_CREDENTIAL,
				displayName: 'n8n (the instance that holds the workflows)',
				required: false,
				displayOptions: { show: reaching },
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [dryRun.option, release.option, levels.option, report.option],
				default: 'release',
			},
			...introduced([release, dryRun, levels, report]),
		],
	};

	methods = { listSearch: ledgerSearches };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
