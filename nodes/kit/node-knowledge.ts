import { type IExecuteFunctions, type INodeTypes, NodeHelpers } from 'n8n-workflow';
import type { SparseParameters, WorkflowNode } from '../../core/audit';
import type { JsonObject } from '../../core/delivery/types';
import { stockSlots } from '../../app/setup/stock';
import type { CredentialSlot, CredentialSlots } from '../../core/setup/types';
import type { NodeKnowledge } from '../../core/release/diff/workflow';

/** The latest version of a type whose node names none. */
const versionOf = ({ typeVersion }: WorkflowNode): number | undefined => typeVersion ?? undefined;

/** Parameters of a node as `NodeHelpers.getNodeParameters` of n8n-workflow gives them; `null` for a type that is not known. */
function parametersOf(types: INodeTypes, node: WorkflowNode, withDefaults: boolean): JsonObject | null {
	try {
		const { description } = types.getByNameAndVersion(node.type, versionOf(node));
		const { properties, version } = description;
		const typeVersion = versionOf(node) ?? (Array.isArray(version) ? Math.max(...version) : version);
		return NodeHelpers.getNodeParameters(
			properties,
			// Through JSON: what comes from another realm (a Code node's) is no plain object to n8n-workflow.
			JSON.parse(JSON.stringify(node.parameters)) as Parameters<typeof NodeHelpers.getNodeParameters>[1],
			withDefaults,
			false,
			{ typeVersion },
			description,
		) as JsonObject | null;
	} catch {
		return null;
	}
}

/**
 * What the kinds of nodes of an n8n say about their parameters: the defaults that the editor leaves out when it saves,
 * as n8n fills them in when it runs a workflow. A type that is not installed is not known.
 */
export const knowledgeOf = (types: INodeTypes): NodeKnowledge => ({
	complete: (node) => parametersOf(types, node, true),
});

/**
 * The parameters of a node as the editor would save them, whether the defaults are filled in or not. Filled in first,
 * since a default may decide which others show.
 */
export const sparseOf =
	(types: INodeTypes): SparseParameters =>
	(node) => {
		const complete = parametersOf(types, node, true);
		return complete && parametersOf(types, { ...node, parameters: complete }, false);
	};

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

/** The same of its {@link sparseOf}. */
export const sparseIn = (ctx: IExecuteFunctions): SparseParameters | undefined =>
	hasTypes(ctx) ? sparseOf(ctx.workflow.nodeTypes) : undefined;

/** Internal names of this package's nodes. */
const ownTypes = [
	'deliveryCommit',
	'dueDeliveries',
	'idempotencyCheck',
	'release',
	'releaseFlag',
	'releaseGate',
	'releaseTrigger',
	'rollbackSnapshot',
	'stabilizationCheck',
	'workflowAudit',
];

/** The credentials that nodes can take: those of this package as they describe them, and those of n8n that the templates use. */
export function slotsIn(ctx: IExecuteFunctions): CredentialSlots {
	if (!hasTypes(ctx)) return stockSlots;
	const types = ctx.workflow.nodeTypes;
	const ours = ownTypes.flatMap((name) => {
		try {
			const type = `n8n-nodes-release-gate.${name}`;
			const { credentials = [] } = types.getByNameAndVersion(type).description;
			const slots = credentials.map(({ name: credential, required, displayOptions }): CredentialSlot => ({
				name: credential,
				...(required === true ? { required } : {}),
				...(displayOptions?.show ? { show: displayOptions.show as CredentialSlot['show'] } : {}),
			}));
			return [[type, slots] as const];
		} catch {
			return [];
		}
	});
	return { ...stockSlots, ...Object.fromEntries(ours) };
}
