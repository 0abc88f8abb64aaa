import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import '../kit/needs';
import { introduced, ledgerCredential } from '../kit/descriptions';
import { HUBSPOT_CREDENTIAL } from '../kit/directory';
import { testLedger } from '../kit/ledger-test';
import { propertyOptions, propertySearches } from '../kit/property-lists';
import { ledgerSearches } from '../kit/searches';
import { settingOptions, settingSearches } from '../kit/setting-lists';
import { desk } from './desk.resource';
import { installation } from './installation.resource';
import { ledger } from './ledger.resource';
import { N8N_CREDENTIAL } from '../RollbackSnapshot/ports';

import { policy } from './policy.resource';
import { release } from './release.resource';
import { type Resource, runOperation } from './resource';
import { spine } from './spine.resource';
import { version } from './version.resource';

const resources: Readonly<Record<string, Resource>> = {
	desk,
	installation,
	ledger,
	policy,
	release,
	spine,
	version,
};

/** The operations that reach for HubSpot, one of them for its lists only, and those that reach for n8n. */
const reaching = {
	resource: ['release', 'spine'],
	operation: ['compare', 'configure', 'look', 'prepare', 'ship'],
};
const reachingN8n = {
	resource: ['desk', 'installation', 'release'],
	operation: ['compare', 'examine', 'look', 'metrics', 'prepare', 'ship', 'showDesk', 'watchWorkflows'],
};

const operationsOf = (value: string, resource: Resource): INodeProperties[] => [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: Object.values(resource.operations).map(({ option }) => option),
		default: resource.first,
	},
	...introduced(Object.values(resource.operations), { resource: value }),
];

/** Manages releases, policies, spines and the ledger itself. */
export class Release implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Release',
		name: 'release',
		icon: { light: 'file:../../assets/icons/release.svg', dark: 'file:../../assets/icons/release.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Opens, answers, approves and promotes releases; keeps policies, spines and their ledger',
		defaults: { name: 'Release' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		outputNames: ['record'],
		usableAsTool: true,
		credentials: [
			{ ...ledgerCredential, name: 'releaseGateLedgerApi', testedBy: 'releaseGateLedgerTest' },
			{
				name: N8N_CREDENTIAL,
				displayName: 'n8n (the instance that holds the workflows)',
				required: false,
				displayOptions: { show: reachingN8n },
			},
			{
				name: HUBSPOT_CREDENTIAL,
				displayName: 'HubSpot (where the spine reads it)',
				required: false,
				displayOptions: { show: reaching },
			},
		],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: Object.values(resources).map(({ option }) => option),
				default: 'spine',
			},
			...Object.entries(resources).flatMap(([value, resource]) => operationsOf(value, resource)),
		],
	};

	methods = {
		credentialTest: { releaseGateLedgerTest: testLedger },
		listSearch: { ...ledgerSearches, ...propertySearches, ...settingSearches },
		loadOptions: { ...propertyOptions, ...settingOptions },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = String(this.getNodeParameter('resource', 0));
		const operation = String(this.getNodeParameter('operation', 0));
		const chosen = resources[resource]?.operations[operation];
		return await runOperation(this, chosen);
	}
}
