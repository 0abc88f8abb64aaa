import { NodeHelpers, type IDataObject, type INode, type INodeProperties } from 'n8n-workflow';
import { type LazyNodeTypes, type RunOptions } from '../../engine/n8n';
import { credentialType } from '../../engine/n8n-types';
import type { SpineWorkflow } from '../spine';

const URLS = /^(url|baseUrl|server|serverUrl|host|apiUrl|hostUrl|oauthUrl|instanceUrl)$/i;

/** Credential types of which every value is given by the trial. */
const OURS = /^releaseGate/;

const COMMON: IDataObject = {
	accessToken: 'x',
	apiKey: 'x',
	apiToken: 'x',
	token: 'x',
	botToken: 'x',
	privateKey: 'x',
	secretKey: 'x',
	user: 'x',
	username: 'x',
	password: 'x',
	email: 'team@example.com',
	domain: 'acme',
	subdomain: 'acme',
	accountSid: 'AC1',
	authToken: 'x',
	authType: 'authToken',
	apiSecret: 'x',
	region: 'us-east-1',
	accessKeyId: 'x',
	secretAccessKey: 'x',
	customEndpoints: false,
	oauthTokenData: { access_token: 'x', token_type: 'Bearer' },
};

/** Vendors whose address stands in the credential. */
const OWN: Readonly<Record<string, IDataObject>> = {
	telegramApi: { baseUrl: 'https://api.telegram.org' },
	anthropicApi: { url: 'https://api.anthropic.com' },
	openAiApi: { url: 'https://api.openai.com/v1' },
	googlePalmApi: { host: 'https://generativelanguage.googleapis.com' },
	ollamaApi: { baseUrl: 'http://localhost:11434' },
	deepLApi: { apiPlan: 'pro' },
};

/** An account with a vendor: whatever its credential type asks for, as a person would have filled it in. */
function account(type: string): IDataObject {
	const addresses = (credentialType(type)?.properties ?? [])
		.filter(({ name, default: given }) => URLS.test(name) && (given === '' || given === undefined))
		.map(({ name }) => [name, `https://${type.toLowerCase()}.example`]);
	return { ...COMMON, ...(Object.fromEntries(addresses) as IDataObject), ...OWN[type] };
}

/** Accounts with every vendor, besides those given. */
export const accounts = (
	given: NonNullable<RunOptions['credentials']>,
): NonNullable<RunOptions['credentials']> =>
	new Proxy(given, {
		get: (target, name) => {
			const type = String(name);
			if (type in target) return target[type];
			// One credential of several of a type: there is one of each.
			if (type.includes('#')) return undefined;
			return OURS.test(type) || typeof name === 'symbol' ? undefined : account(type);
		},
	});

const empty = (value: unknown): boolean =>
	value === undefined ||
	value === '' ||
	(typeof value === 'object' && value !== null && 'value' in value && value.value === '');

function filled({ type, name, options }: INodeProperties): unknown {
	if (type === 'resourceLocator') return { __rl: true, mode: 'id', value: '1' };
	if (type === 'number') return 1;
	if (type === 'options') {
		const [first] = options ?? [];
		return first && 'value' in first ? first.value : '1';
	}
	if (type === 'multiOptions') return [];
	if (type === 'dateTime') return '2026-11-20T00:00:00Z';
	return /mail|recipient|^to/i.test(name) ? 'somebody@example.com' : '1';
}

/** Fills what a node requires and the workflow left empty, as a person must before n8n starts it. */
export function complete(workflow: SpineWorkflow, types: LazyNodeTypes): SpineWorkflow {
	for (const one of workflow.nodes) {
		if (one.type.startsWith('n8n-nodes-release-gate.')) continue;
		// n8n reads a node without a version as one of version 1.
		const version = (one as Partial<typeof one>).typeVersion ?? 1;
		if (one.type === 'n8n-nodes-base.postgres' && one.parameters.operation === 'select') {
			// A view that holds nothing, in every Postgres.
			one.parameters.schema ??= { __rl: true, mode: 'name', value: 'pg_catalog' };
			one.parameters.table ??= { __rl: true, mode: 'name', value: 'pg_prepared_xacts' };
		}
		const { description } = types.getByNameAndVersion(one.type, version);
		const node = { id: one.name, ...one } as unknown as INode;
		for (let more = true; more;) {
			more = false;
			const values =
				NodeHelpers.getNodeParameters(
					description.properties,
					one.parameters as INode['parameters'],
					true,
					false,
					node,
					description,
				) ?? {};
			for (const property of description.properties) {
				if (property.required !== true || !empty(values[property.name])) continue;
				if (!NodeHelpers.displayParameter(values, property, node, description)) continue;
				one.parameters[property.name] = filled(property);
				more = true;
				break;
			}
		}
	}
	return workflow;
}
