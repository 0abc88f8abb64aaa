import type { Json } from '../delivery/types';
import { BUILTIN, HARMLESS_TOOLS } from './catalogue/builtin';
import { HOSTS } from './catalogue/hosts';
import operations from './catalogue/operations.json';
import type { CatalogueEntry, Items, Role, WorldRole } from './catalogue/types';
import { readsByVerb } from './catalogue/verbs';
import { staysInside } from './code';
import { addressOf, isExpression, literal, stringsIn, withConstants } from './expressions';
import { OWN_PREFIX, ownOperation } from './own-nodes';
import type { AuditPolicy } from './policy';
import type { WorkflowJson, WorkflowNode } from './types';

/** What the audit takes a node for. */
export interface NodeFacts {
	readonly role: Role;
	readonly items: Items;
	/** Main outputs without the error output, as far as known. */
	readonly outputs: number;
	readonly failsPerItem: boolean;
	/** Whether the node can throw for an ordinary reason (a vendor, a network); expressions apart. */
	readonly canFail: boolean;
	/** Set when the policy decided: one sentence for the report. */
	readonly assumption?: string;
}

const TRIGGERS: ReadonlySet<string> = new Set(operations.triggers);
const HTTP = 'n8n-nodes-base.httpRequest';
const CODE = new Set(['code', 'function', 'functionItem'].map((name) => `n8n-nodes-base.${name}`));
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const FAILING = new Set<Role>([
	'sender',
	'unknown',
	'generator',
	'reader',
	'writer',
	'state-writer',
	'notifier',
]);

interface Defaults {
	readonly versions: readonly number[];
	readonly resource?: string;
	readonly operations: Readonly<Record<string, string>>;
}

/** Resource and operation of a node, with n8n's defaults filled in; `null` where a value is chosen at run time. */
export function operationOf(node: WorkflowNode): { resource: string | null; operation: string | null } {
	const byType = (operations.defaults as unknown as Record<string, readonly Defaults[]>)[node.type] ?? [];
	const defaults = byType.find(({ versions }) => versions.includes(node.typeVersion)) ?? byType.at(-1);
	const given = (value: Json | undefined, fallback: string | undefined): string | null =>
		value === undefined ? (fallback ?? '') : isExpression(value) ? null : (literal(value) ?? '');
	const resource = given(node.parameters.resource, defaults?.resource);
	const fallback = defaults?.operations[resource ?? ''] ?? defaults?.operations['*'];
	return { resource, operation: given(node.parameters.operation, fallback) };
}

/** Whether a node starts executions. */
export function isTrigger(node: WorkflowNode): boolean {
	return (
		TRIGGERS.has(node.type) ||
		/Trigger$/.test(node.type) ||
		ownOperation(node.type, node.parameters)?.role === 'trigger'
	);
}

/** What a node does, from the policy first, then our own nodes, then the catalogue. */
export function classify(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	const own = node.type.startsWith(OWN_PREFIX);
	const declared = own ? undefined : declaration(node, policy);
	if (declared) return declared;
	if (own) {
		const operation = ownOperation(node.type, node.parameters);
		if (operation) return { ...operation, failsPerItem: false, canFail: false };
		return facts('unknown', undefined);
	}
	if (isTrigger(node)) return facts('trigger', undefined);
	if (CODE.has(node.type)) {
		const perItem = node.type.endsWith('functionItem') || node.parameters.mode === 'runOnceForEachItem';
		const inside = staysInside(node.parameters);
		return {
			...facts(inside ? 'harmless' : 'unknown', undefined),
			items: perItem ? 'same' : 'more',
			canFail: true,
		};
	}
	if (/(^|\.)httpRequest(Tool)?$/.test(node.type)) return httpFacts(node, workflow, policy);
	const entry = BUILTIN.get(node.type);
	const role = roleOf(node, entry);
	if (node.type.startsWith('@n8n/n8n-nodes-langchain.'))
		return facts(withTools(node, workflow, role, policy), entry);
	return { ...facts(role, entry), outputs: outputsOf(node, entry) };
}

function facts(role: Role, entry: CatalogueEntry | undefined): NodeFacts {
	return {
		role,
		items: entry?.items ?? (role === 'trigger' ? 'same' : 'more'),
		outputs: entry?.outputs ?? 1,
		failsPerItem: entry?.failsPerItem === true,
		canFail: FAILING.has(role),
	};
}

function declaration(node: WorkflowNode, policy: AuditPolicy): NodeFacts | undefined {
	const { resource, operation } = operationOf(node);
	const found = policy.nodes.find(
		(entry) =>
			(entry.type === undefined || entry.type === node.type) &&
			(entry.name === undefined || entry.name === node.name) &&
			(entry.operation === undefined ||
				entry.operation === operation ||
				entry.operation === `${resource}.${operation}`),
	);
	if (!found) return undefined;
	const base = facts(found.role, BUILTIN.get(node.type));
	return {
		...base,
		items: found.items ?? base.items,
		failsPerItem: found.failsPerItem ?? base.failsPerItem,
		outputs: outputsOf(node, BUILTIN.get(node.type)),
		assumption: `'${node.name}' is declared ${found.role}: ${found.reason}`,
	};
}

function roleOf(node: WorkflowNode, entry: CatalogueEntry | undefined): Role {
	if (entry && ['harmless', 'loop', 'stop', 'sub-workflow', 'reader'].includes(entry.role)) return entry.role;
	const { resource, operation } = operationOf(node);
	// Without a known operation the gravest one counts.
	if (resource === null || operation === null) return entry ? worst(entry) : 'unknown';
	const named = entry?.operations?.[`${resource}.${operation}`] ?? entry?.operations?.[operation];
	if (named) return named;
	if (operation !== '' && (readsByVerb(operation) || entry?.reads?.includes(operation))) {
		return node.type.startsWith('n8n-nodes-base.') ? 'reader' : (entry?.role ?? 'unknown');
	}
	return entry?.role ?? 'unknown';
}

function worst(entry: CatalogueEntry): Role {
	const roles: readonly Role[] = [entry.role, ...Object.values(entry.operations ?? {})];
	return roles.includes('sender') ? 'unknown' : entry.role;
}

function outputsOf(node: WorkflowNode, entry: CatalogueEntry | undefined): number {
	if (node.type === 'n8n-nodes-base.switch') return switchOutputs(node).outputs;
	if (node.type === 'n8n-nodes-base.splitInBatches') return node.typeVersion < 2 ? 1 : 2;
	return entry?.outputs ?? 1;
}

/** Outputs of a Switch node, and whether an item that fits no rule vanishes. */
export function switchOutputs(node: WorkflowNode): { outputs: number; drops: boolean } {
	const { parameters } = node;
	if (node.typeVersion < 2) return { outputs: 4, drops: parameters.fallbackOutput === undefined };
	const count = (value: Json | undefined): number => (Array.isArray(value) ? value.length : 0);
	if (literal(parameters.mode) === 'expression') {
		const fixed = parameters.numberOutputs ?? parameters.outputsAmount;
		return { outputs: typeof fixed === 'number' ? fixed : 4, drops: false };
	}
	const rules = parameters.rules as { readonly values?: Json; readonly rules?: Json } | undefined;
	const options = parameters.options as { readonly fallbackOutput?: Json } | undefined;
	const fallback = node.typeVersion < 3 ? parameters.fallbackOutput : options?.fallbackOutput;
	const outputs = count(rules?.values) + count(rules?.rules);
	const extra = fallback === 'extra';
	return {
		outputs: Math.max(1, outputs + (extra ? 1 : 0)),
		drops: fallback === undefined || fallback === 'none',
	};
}

function httpFacts(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	const { parameters } = node;
	const base = { items: 'more' as const, outputs: 1, failsPerItem: true, canFail: true };
	const byDefault = node.typeVersion < 3 ? parameters.requestMethod : parameters.method;
	const method = byDefault === undefined ? 'GET' : literal(byDefault)?.toUpperCase();
	if (method !== undefined && SAFE_METHODS.has(method)) return { ...base, role: 'reader' };
	const url = withConstants(parameters.url, workflow.nodes);
	const { host, path } = addressOf(url);
	if (host === null) return { ...base, role: 'unknown' };
	const fits = (pattern: string): boolean =>
		pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
	const declared = policy.hosts.find((entry) => fits(entry.host));
	const entry = declared ?? HOSTS.find(({ host: pattern }) => fits(pattern));
	if (!entry) return { ...base, role: 'unknown' };
	const reads = entry.reads !== undefined && !isExpression(url) && new RegExp(entry.reads).test(path);
	const role: WorldRole = reads ? 'reader' : entry.role;
	return {
		...base,
		role,
		...(declared
			? { assumption: `Requests to ${declared.host} are declared ${declared.role}: ${declared.reason}` }
			: {}),
	};
}

/** An agent may do whatever its tools may do, as often as it likes. */
function withTools(node: WorkflowNode, workflow: WorkflowJson, role: Role, policy: AuditPolicy): Role {
	const roles = workflow.nodes.flatMap((tool): Role[] => {
		const targets = workflow.connections[tool.name]?.ai_tool ?? [];
		if (tool.disabled || !targets.some((list) => list?.some((target) => target.node === node.name)))
			return [];
		return HARMLESS_TOOLS.has(tool.type) ? [] : [classifyTool(tool, workflow, policy)];
	});
	return roles.find((found) => ['sender', 'unknown', 'sub-workflow'].includes(found)) === undefined
		? (roles.find((found) => ['state-writer', 'writer', 'notifier'].includes(found)) ?? role)
		: roles.includes('sender')
			? 'sender'
			: 'unknown';
}

function classifyTool(tool: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): Role {
	const plain = tool.type.replace(/^(n8n-nodes-base\..*)Tool$/, '$1');
	return classify({ ...tool, type: plain }, workflow, policy).role;
}

/** Whether a send names the delivery's idempotency key in a header that providers deduplicate by. */
export function carriesIdempotencyKey(node: WorkflowNode): boolean {
	if (!node.type.startsWith(HTTP)) return false;
	const headers = node.parameters.headerParameters as { readonly parameters?: Json } | undefined;
	const list = Array.isArray(headers?.parameters) ? headers.parameters : [];
	return list.some((header: Json) => {
		const { name, value } = header as { readonly name?: Json; readonly value?: Json };
		const key = stringsIn(value).some(([text]) => isExpression(text) && /\bidempotencyKey\b/.test(text));
		return /idempotency/i.test(literal(name) ?? '') && key;
	});
}
