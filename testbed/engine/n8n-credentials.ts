import {
	Expression,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	ICredentialsHelper,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeProperties,
	type INodeTypes,
	type IRequestOptionsSimplified,
	type IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';
import { credentialType, LazyNodeTypes } from './n8n-types';

/** Decrypted credential data by credential type name; `type#id` for one credential of several of a type. */
export type CredentialData = Readonly<Record<string, IDataObject>>;

/** The node that n8n resolves a credential's expressions for: any will do. */
const bearer: INode = {
	id: 'credential',
	name: 'Credential',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** As n8n's own credentials helper asks, so that it answers on every version from 1 on. */
const expressions = (nodeTypes: INodeTypes) =>
	new Workflow({ nodes: [bearer], connections: {}, active: false, nodeTypes }).expression;

/** `={{ … }}` and `=… {{ … }} …`, evaluated over `$credentials` alone. */
const resolve = (value: unknown, data: ICredentialDataDecryptedObject): unknown => {
	if (typeof value === 'string') {
		if (!value.startsWith('=')) return value;
		const engine = Expression.getActiveImplementation();
		// The vm engine lends its isolate to a run, and this is outside of one; evaluation is synchronous.
		Expression.setExpressionEngine('legacy');
		try {
			const asked = expressions(new LazyNodeTypes());
			return asked.getSimpleParameterValue(bearer, value, 'internal', { $credentials: data }, undefined, '');
		} finally {
			Expression.setExpressionEngine(engine);
		}
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, part]) => [String(resolve(key, data)), resolve(part, data)]),
	);
};

/** Credentials from a map, with the `authenticate` of their types applied as n8n does it. */
export class MapCredentials extends ICredentialsHelper {
	constructor(private readonly data: CredentialData) {
		super();
	}

	getParentTypes(name: string): string[] {
		return credentialType(name)?.extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions | IRequestOptionsSimplified,
	): Promise<IHttpRequestOptions> {
		const request = options as IHttpRequestOptions;
		const authenticate = credentialType(typeName)?.authenticate;
		if (!authenticate) return request;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		for (const [part, values] of Object.entries(
			resolve(authenticate.properties, credentials) as IDataObject,
		)) {
			const target = request as unknown as IDataObject;
			target[part] = { ...(target[part] as IDataObject | undefined), ...(values as IDataObject) };
		}
		return request;
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('Encrypted credentials are not part of the in-process harness');
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		{ id }: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.data[`${type}#${id}`] ?? this.data[type];
		if (!data) throw new Error(`The test supplies no credential of type ${type}`);
		const defaults = this.getCredentialsProperties(type).map((property) => [property.name, property.default]);
		return { ...Object.fromEntries(defaults), ...data } as ICredentialDataDecryptedObject;
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	getCredentialsProperties(type: string): INodeProperties[] {
		return credentialType(type)?.properties ?? [];
	}
}

/**
 * Chooses a credential in every node that asks for one of the given types, as a user does after an import:
 * templates ship without credentials.
 */
export const chooseCredentials = (nodes: INode[], data: CredentialData, nodeTypes: INodeTypes): void => {
	for (const node of nodes) {
		const asked = nodeTypes.getByNameAndVersion(node.type, node.typeVersion).description.credentials ?? [];
		const names = [
			...asked.map(({ name }) => name),
			node.parameters.nodeCredentialType,
			node.parameters.genericAuthType,
		];
		for (const name of names) {
			if (typeof name !== 'string' || !data[name]) continue;
			node.credentials = { [name]: { id: `test-${name}`, name }, ...node.credentials };
		}
	}
};
