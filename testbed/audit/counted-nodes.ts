import type { IExecuteFunctions, INode, INodeExecutionData, INodeType } from 'n8n-workflow';
import { LazyNodeTypes } from '../engine/n8n';

const TYPES = [
	'n8n-nodes-release-gate.dueDeliveries',
	'n8n-nodes-release-gate.releaseGate',
	'n8n-nodes-release-gate.idempotencyCheck',
	'n8n-nodes-release-gate.deliveryCommit',
	'n8n-nodes-base.httpRequest',
	'n8n-nodes-base.if',
	'n8n-nodes-base.merge',
	'n8n-nodes-base.noOp',
	'n8n-nodes-base.splitInBatches',
];

/** What a node is to the scenarios: its operation where one node has several, else its name. */
export const roleOf = ({ type, parameters }: Pick<INode, 'type' | 'parameters'>): string => {
	const name = type.slice(type.lastIndexOf('.') + 1);
	const { operation } = parameters;
	return (name === 'idempotencyCheck' || name === 'deliveryCommit') && typeof operation === 'string'
		? operation
		: name;
};

/** Asked before and told after each run of a node. */
export interface Watch {
	/** `false`: nothing leaves the node any more, so that a workflow that loops for ever dries up. May throw. */
	before(role: string): boolean;
	after(role: string): Promise<void>;
}

/** The real node types, ours included, each with a watch around its runs. */
export function countedNodes(watch: Watch): Record<string, INodeType> {
	const real = new LazyNodeTypes();
	const wrap = (type: INodeType): INodeType =>
		Object.assign<INodeType, Partial<INodeType>>(Object.create(type) as INodeType, {
			async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
				const role = roleOf(this.getNode());
				if (!watch.before(role)) return [[]];
				const outputs = await type.execute?.call(this);
				await watch.after(role);
				return Array.isArray(outputs) ? outputs : [[]];
			},
		});
	const entries = TYPES.map((name): [string, INodeType] => {
		const versions = new Map<number | undefined, INodeType>();
		const versioned = {
			description: real.getByName(name).description,
			nodeVersions: {},
			getNodeType: (version?: number) => {
				const known = versions.get(version) ?? wrap(real.getByNameAndVersion(name, version));
				versions.set(version, known);
				return known;
			},
		};
		return [name, versioned as unknown as INodeType];
	});
	return Object.fromEntries(entries);
}
