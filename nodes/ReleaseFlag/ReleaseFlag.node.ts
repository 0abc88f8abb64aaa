import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential, picker } from '../kit/descriptions';
import { ledgerSearches } from '../kit/searches';
import { testLedger } from '../kit/ledger-test';
import * as evaluate from './operations/evaluate.operation';
import * as rollout from './operations/rollout.operation';

const operations = { evaluate, rollout } as const;

const flagParameter: INodeProperties = {
	displayName: 'Flag',
	name: 'flag',
	...picker('searchFlags', { placeholder: 'e.g. ai-copilot' }),
	required: true,
	description: 'Name of the flag. One that nobody defined is off.',
};

/** Turns a feature on for some: off, then the team, then a share, then everyone. */
export class ReleaseFlag implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Release Flag',
		name: 'releaseFlag',
		icon: {
			light: 'file:../../assets/icons/releaseFlag.svg',
			dark: 'file:../../assets/icons/releaseFlag.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["operation"] === "rollout" ? "set rollout" : "evaluate" }}',
		description:
			'Decides per item whether a flag is on, and turns flags up step by step with the gate’s leave',
		defaults: { name: 'Release Flag' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['off', 'on'],
		usableAsTool: undefined,
		credentials: [{ ...ledgerCredential, name: 'releaseGateLedgerApi', testedBy: 'releaseGateLedgerTest' }],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [evaluate.option, rollout.option],
				default: 'evaluate',
			},
			...introduced([evaluate, rollout], { shared: [flagParameter] }),
		],
	};

	methods = { credentialTest: { releaseGateLedgerTest: testLedger }, listSearch: ledgerSearches };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
