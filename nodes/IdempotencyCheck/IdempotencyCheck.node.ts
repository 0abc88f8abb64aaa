import { ledgerSearches } from '../kit/searches';
import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import * as claim from './operations/claim.operation';
import * as claimKey from './operations/claim-key.operation';
import * as confirm from './operations/confirm.operation';

const operations = { claim, claimKey, confirm } as const;

/** Serialised into the description: must refer to nothing outside itself. Output 0 is the harmless branch. */
const configuredOutputs = (parameters: INodeParameters, version: number) => {
	const batches = parameters.batches === true ? ['send batch'] : [];
	const confirm = version >= 2 ? ['stop', 'send', 'rehearse', ...batches] : ['stop', 'send'];
	const keys = [
		'held',
		'first time',
		'done before',
		...(parameters.whenUnknown === 'ask' ? ['in doubt'] : []),
	];
	const claims = parameters.operation === 'claimKey' ? keys : ['held', 'deliver', 'already delivered'];
	const names = parameters.operation === 'confirm' ? confirm : claims;
	return names.map((displayName) => ({ type: 'main', displayName }));
};

/** Grants the right to work on a delivery, and to send it; and to do what a key stands for, in any workflow. */
export class IdempotencyCheck implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Idempotency Check',
		name: 'idempotencyCheck',
		icon: {
			light: 'file:../../assets/icons/idempotencyCheck.svg',
			dark: 'file:../../assets/icons/idempotencyCheck.dark.svg',
		},
		group: ['transform'],
		version: [1, 2],
		subtitle:
			'={{ { confirm: "confirm before send", claimKey: "claim key" }[$parameter["operation"]] ?? "claim" }}',
		description:
			'Lets each thing through once: a key of any workflow, or a delivery, claimed before the work and confirmed before the send',
		defaults: { name: 'Idempotency Check' },
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{(${configuredOutputs.toString()})($parameter, $nodeVersion)}}`,
		usableAsTool: undefined,
		credentials: [{ ...ledgerCredential }],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [claim.option, claimKey.option, confirm.option],
				default: 'claim',
			},
			...introduced([claim, claimKey, confirm]),
		],
	};

	methods = { listSearch: ledgerSearches };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof operations;
		return await operations[operation].execute(this);
	}
}
