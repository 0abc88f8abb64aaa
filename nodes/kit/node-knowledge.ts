import { type IExecuteFunctions, type INodeTypes, NodeHelpers } from 'n8n-workflow';
import type { WorkflowNode } from '../../core/audit';
import type { JsonObject } from '../../core/delivery/types';
import type { NodeKnowledge } from '../../core/release/diff/workflow';

/** The latest version of a type whose node names none. */
const versionOf = ({ typeVersion }: WorkflowNode): number | undefined => typeVersion ?? undefined;

/**
 * What the kinds of nodes of an n8n say about their parameters: the defaults that the editor leaves out when it saves
 * (`NodeHelpers.getNodeParameters` of n8n-workflow, as the editor calls it). A type that is not installed is not known.
 */
export function knowledgeOf(types: INodeTypes): NodeKnowledge {
	return {
		complete: (node) => {
			try {
				const { description } = types.getByNameAndVersion(node.type, versionOf(node));
				const { properties, version } = description;
				const typeVersion = versionOf(node) ?? (Array.isArray(version) ? Math.max(...version) : version);
				return NodeHelpers.getNodeParameters(
					properties,
					structuredClone(node.parameters) as Parameters<typeof NodeHelpers.getNodeParameters>[1],
					true,
					false,
					{ typeVersion },
					description,
				) as JsonObject | null;
			} catch {
				return null;
			}
		},
	};
}

const hasTypes = (value: unknown): value is { readonly workflow: { readonly nodeTypes: INodeTypes } } => {
	const types = (value as { workflow?: { nodeTypes?: Partial<INodeTypes> } }).workflow?.nodeTypes;
	return typeof types?.getByNameAndVersion === 'function';
};

/**
 * The knowledge of the n8n that runs a node; `undefined` where its context does not tell. n8n-core 2.40
 * (`NodeExecutionContext.workflow`) has it on every context, though the types of n8n-workflow do not name it.
 */
export const knowledgeIn = (ctx: IExecuteFunctions): NodeKnowledge | undefined =>
	hasTypes(ctx) ? knowledgeOf(ctx.workflow.nodeTypes) : undefined;
