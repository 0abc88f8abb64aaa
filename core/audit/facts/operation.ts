import type { Json } from '../../delivery/types';
import operations from '../catalogue/operations.json';
import { isExpression, literal } from '../expressions';
import type { WorkflowNode } from '../types';

interface Defaults {
	readonly versions: readonly number[];
	readonly resource?: string;
	readonly operations: Readonly<Record<string, string>>;
}

/** Version of n8n's packages the catalogue was made from. */
export const CATALOGUE_SOURCE: string = operations.source;
const TRIGGERS: ReadonlySet<string> = new Set(operations.triggers);
const LATEST = operations.latest as Readonly<Record<string, number>>;
const DEFAULTS = operations.defaults as unknown as Readonly<Record<string, readonly Defaults[] | undefined>>;
const SENDING = new Map(
	Object.entries(operations.sending).map(([type, names]) => [type, new Set<string>(names)]),
);

/** Whether a node type starts executions. */
export const isTriggerType = (type: string): boolean => TRIGGERS.has(type) || /Trigger$/.test(type);

/**
 * The version n8n runs: the node's own, or the type's default when an export names none (`getNodeType` of
 * n8n-workflow's `VersionedNodeType`); 1 for types the catalogue does not know.
 */
export const versionOf = ({ type, typeVersion }: Pick<WorkflowNode, 'type' | 'typeVersion'>): number =>
	typeVersion ?? LATEST[type] ?? 1;

const NONE: readonly Defaults[] = [];

/** Resource and operation of a node, with n8n's defaults filled in; `null` where a value is chosen at run time. */
export function operationOf(node: WorkflowNode): { resource: string | null; operation: string | null } {
	const byType = DEFAULTS[node.type] ?? NONE;
	const defaults = byType.find(({ versions }) => versions.includes(versionOf(node))) ?? byType.at(-1);
	const resource = given(node.parameters.resource, defaults?.resource);
	const fallback = defaults?.operations[resource ?? ''] ?? defaults?.operations['*'];
	return { resource, operation: given(node.parameters.operation, fallback) };
}

const given = (value: Json | undefined, fallback: string | undefined): string | null =>
	value === undefined ? (fallback ?? '') : isExpression(value) ? null : (literal(value) ?? '');

/** Whether the operation says by name or description that it sends, notifies, replies, invites, posts or calls. */
export function saysItSends(type: string, resource: string, operation: string): string | null {
	const names = SENDING.get(type);
	const name = `${resource}.${operation}`;
	return [name, operation, '*'].find((one) => names?.has(one) === true) ?? null;
}
