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
import { testLedger } from '../kit/ledger-test';
import { propertyOptions } from '../kit/property-lists';
import { ledgerSearches } from '../kit/searches';
import { getWorkflows } from '../WorkflowAudit/instance-api';
import { type Operation, runOperation } from './operation';
import * as apply from './operations/apply.operation';
import * as capture from './operations/capture.operation';
import * as diff from './operations/diff.operation';
import * as drill from './operations/drill.operation';
import * as list from './operations/list.operation';
import * as prune from './operations/prune.operation';
import * as restore from './operations/restore.operation';
import { N8N_CREDENTIAL } from './ports';

const operations: Readonly<Record<string, Operation>> = { apply, capture, diff, drill, list, prune, restore };

const reaching = { show: { operation: ['apply', 'capture', 'diff', 'drill', 'restore'] } };

/** Captures what a release will touch, proves that it can be taken back, and takes it back. */
export class RollbackSnapshot implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Rollback Snapshot',
		name: 'rollbackSnapshot',
		icon: {
			light: 'file:../../assets/icons/rollbackSnapshot.svg',
			dark: 'file:../../assets/icons/rollbackSnapshot.dark.svg',
		},
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["operation"] }}',
		description:
			'Captures the state a release touches, drills its rollback, and restores it without losing an edit',
		defaults: { name: 'Rollback Snapshot' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['refused', 'done'],
		usableAsTool: undefined,
		credentials: [
			{ ...ledgerCredential, testedBy: 'releaseGateLedgerTest' },
			{
				name: HUBSPOT_CREDENTIAL,
				displayName: 'HubSpot (where contacts or properties are concerned)',
				required: false,
				displayOptions: reaching,
			},
			{
				name: N8N_CREDENTIAL,
				displayName: 'n8n (where workflows are concerned)',
				required: false,
				displayOptions: reaching,
			},
		],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: Object.values(operations).map(({ option }) => option),
				default: 'capture',
			},
			...introduced(Object.values(operations)),
		],
	};

	methods = {
		credentialTest: { releaseGateLedgerTest: testLedger },
		listSearch: ledgerSearches,
		loadOptions: { ...propertyOptions, getWorkflows },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, operations[String(this.getNodeParameter('operation', 0))]);
	}
}
