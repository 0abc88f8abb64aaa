import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
	type ICredentialType,
	type INodeType,
	type INodeTypes,
	type IVersionedNodeType,
	NodeHelpers,
} from 'n8n-workflow';

/** The name under which the package is published; the prefix of every type of ours. */
export const PACKAGE_NAME = 'n8n-nodes-release-gate';

const root = path.resolve(__dirname, '../..');
const load = createRequire(__filename);
const baseRoot = path.dirname(load.resolve('n8n-nodes-base/package.json'));

/** n8n's AI nodes come with n8n itself, which has an installation of its own. */
const CHAIN = '@n8n/n8n-nodes-langchain';
const chainRoot = path.join(root, 'testbed/n8n/install/node_modules', CHAIN);

type Known = Record<string, { className: string; sourcePath: string; extends?: string[] }>;

const known = (kind: 'nodes' | 'credentials'): Known =>
	JSON.parse(readFileSync(path.join(baseRoot, `dist/known/${kind}.json`), 'utf8')) as Known;

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

const instantiate = <T>(file: string, className: string): T => {
	const exports = load(file) as Record<string, (new () => T) | undefined>;
	const Type = exports[className];
	if (!Type) throw new Error(`${file} does not export a class ${className}`);
	return new Type();
};

let chainNodes: Known | undefined;

const chainNode = (name: string): INodeType | IVersionedNodeType => {
	const loadChain = createRequire(path.join(chainRoot, 'package.json'));
	chainNodes ??= loadChain(path.join(chainRoot, 'dist/known/nodes.json')) as Known;
	const entry = chainNodes[name];
	if (!entry) throw new Error(`Unrecognized node type: ${CHAIN}.${name}`);
	const exports = loadChain(path.join(chainRoot, entry.sourcePath)) as Record<string, new () => INodeType>;
	const Type = exports[entry.className];
	if (!Type) throw new Error(`${entry.sourcePath} does not export a class ${entry.className}`);
	return new Type();
};

/**
 * Node types by published name: ours from the TypeScript source (`nodes/ReleaseGate/ReleaseGate.node.ts`), those of
 * n8n-nodes-base from its build, those of `@n8n/n8n-nodes-langchain` from the n8n that is installed for the tests, each
 * loaded on first use. `extra` adds types by full name, e.g. a stub of a vendor.
 */
export class LazyNodeTypes implements INodeTypes {
	private static baseNodes?: Known;
	private readonly loaded = new Map<string, INodeType | IVersionedNodeType>();

	constructor(extra: Readonly<Record<string, INodeType>> = {}) {
		for (const [name, type] of Object.entries(extra)) this.loaded.set(name, type);
	}

	getByName(type: string): INodeType | IVersionedNodeType {
		const present = this.loaded.get(type);
		if (present) return present;
		const node = this.load(type);
		this.loaded.set(type, node);
		return node;
	}

	getByNameAndVersion(type: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(type), version);
	}

	getKnownTypes() {
		return {};
	}

	private load(type: string): INodeType | IVersionedNodeType {
		const dot = type.lastIndexOf('.');
		const [prefix, name] = [type.slice(0, dot), type.slice(dot + 1)];
		if (prefix === PACKAGE_NAME) {
			const className = pascal(name);
			const node = instantiate<INodeType>(
				// The extension, because outside jest `X.node` finds the codex file `X.node.json` first.
				path.join(root, 'nodes', className, `${className}.node.ts`),
				className,
			);
			if (node.description.name !== name) {
				throw new Error(`Node ${className} calls itself '${node.description.name}', not '${name}'`);
			}
			return node;
		}
		if (prefix === CHAIN) return chainNode(name);
		LazyNodeTypes.baseNodes ??= known('nodes');
		const entry = prefix === 'n8n-nodes-base' ? LazyNodeTypes.baseNodes[name] : undefined;
		if (!entry) throw new Error(`Unrecognized node type: ${type}`);
		return instantiate(path.join(baseRoot, entry.sourcePath), entry.className);
	}
}

let baseCredentials: Known | undefined;

/** The credential type of a name: ours from `credentials/`, else one of n8n-nodes-base; undefined when unknown. */
export const credentialType = (name: string): ICredentialType | undefined => {
	baseCredentials ??= known('credentials');
	const entry = baseCredentials[name];
	if (entry) return instantiate(path.join(baseRoot, entry.sourcePath), entry.className);
	const className = pascal(name);
	try {
		return instantiate(path.join(root, 'credentials', `${className}.credentials`), className);
	} catch (error) {
		if ((error as { code?: string }).code === 'MODULE_NOT_FOUND') return undefined;
		throw error;
	}
};
