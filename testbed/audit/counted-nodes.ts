import {
	Node,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';
import { LazyNodeTypes } from '../engine/n8n';

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
	after(role: string, outputs: readonly (readonly INodeExecutionData[])[]): Promise<void>;
}

/** The real node types of some names, ours included, each with a watch around its runs. */
export class CountedNodes {
	private readonly real = new LazyNodeTypes();
	private readonly known = new Map<string, INodeType>();

	constructor(private readonly watch: Watch) {}

	/** By name; names nobody knows are left out. */
	of(names: Iterable<string>): Record<string, INodeType> {
		const found: Record<string, INodeType> = {};
		for (const name of names) {
			const type = this.type(name);
			if (type) found[name] = type;
		}
		return found;
	}

	private type(name: string): INodeType | undefined {
		const known = this.known.get(name);
		if (known) return known;
		let description: INodeType['description'];
		try {
			({ description } = this.real.getByName(name) as INodeType);
		} catch {
			return undefined;
		}
		const versions = new Map<number | undefined, INodeType>();
		const counted = {
			description,
			nodeVersions: {},
			getNodeType: (version?: number) => {
				const one = versions.get(version) ?? this.wrap(this.real.getByNameAndVersion(name, version));
				versions.set(version, one);
				return one;
			},
		} as unknown as INodeType;
		this.known.set(name, counted);
		return counted;
	}

	private wrap(type: INodeType): INodeType {
		const { watch } = this;
		const { execute } = type;
		if (execute === undefined) return type;
		return Object.assign<INodeType, Partial<INodeType>>(Object.create(type) as INodeType, {
			async execute(this: IExecuteFunctions, ...given: Parameters<typeof execute>) {
				// A node that is a class of its own gets its context as the first argument (`executeNode` of n8n-core).
				const ofClass = type instanceof Node;
				const context = ofClass ? (given as unknown as [IExecuteFunctions])[0] : this;
				const role = roleOf(context.getNode());
				if (!watch.before(role)) return [[]];
				const outputs = await execute.apply(ofClass ? (type as never) : this, given);
				const lists = Array.isArray(outputs) ? outputs : [[]];
				await watch.after(
					role,
					lists.map((items: INodeExecutionData[] | null) => items ?? []),
				);
				return outputs;
			},
		});
	}
}
