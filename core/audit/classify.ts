import { BUILTIN, UNLINKED } from './catalogue/builtin';
import { REVIEWED } from './catalogue/reviewed';
import type { CatalogueEntry, Role, WorldRole } from './catalogue/types';
import { readsByVerb } from './catalogue/verbs';
import { addressOf, isExpression, literal, stringsIn, withConstants } from './expressions';
import { withHanging } from './facts/agents';
import { factsOf, type NodeFacts } from './facts/facts';
import { actsByGet, httpFacts } from './facts/http';
import { CATALOGUE_SOURCE, isTriggerType, operationOf, saysItSends } from './facts/operation';
import { shapeOf } from './facts/shape';
import { valuesThrow } from './facts/values';
import { OWN_PREFIX, ownOperation } from './own-nodes';
import type { AuditPolicy } from './policy';
import { codeFacts } from './read/code';
import { asksPages } from './read/items';
import type { WorkflowJson, WorkflowNode } from './types';
import { isRequest, isRequestOrTool } from './read/request';

export type { NodeFacts } from './facts/facts';
export { operationOf } from './facts/operation';

const BASE = 'n8n-nodes-base.';
const CODE = new Set(['code', 'function', 'functionItem'].map((name) => BASE + name));
const BY_SHAPE: readonly Role[] = ['harmless', 'loop', 'stop', 'sub-workflow'];

/** Whether a node starts executions. */
export function isTrigger(node: WorkflowNode): boolean {
	return isTriggerType(node.type) || ownOperation(node)?.role === 'trigger';
}

/** What a node does, from the policy first, then our own nodes, then the catalogue. */
export function classify(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	const facts = judged(node, workflow, policy);
	const why = facts.role === 'trigger' ? null : valuesThrow(node, workflow);
	return why === null || facts.fails !== null ? facts : { ...facts, fails: why };
}

function judged(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	if (node.type.startsWith(OWN_PREFIX)) {
		const operation = ownOperation(node);
		if (!operation) return factsOf('unknown', 'its operation is chosen at run time or not known');
		const { role, outputs, items } = operation;
		return factsOf(role, 'a node of this package', { outputs, items, fails: null });
	}
	const declared = declaration(node, policy);
	if (declared) return declared;
	if (isTrigger(node)) return triggerFacts(node, workflow, policy);
	if (CODE.has(node.type)) return codeNode(node);
	if (isRequestOrTool(node.type)) return httpFacts(node, workflow, policy);
	return catalogued(node, workflow, policy);
}

/** A trigger starts executions; one that carries tools hands each of them to whoever calls (MCP). */
function triggerFacts(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	const { role, through } = withHanging('trigger', node, workflow, (sub) => toolRole(sub, workflow, policy));
	if (through === undefined) return factsOf('trigger', 'starts executions', { fails: null });
	return factsOf(role, `whoever calls it uses '${through}'`);
}

function codeNode(node: WorkflowNode): NodeFacts {
	const perItem = node.type.endsWith('functionItem') || node.parameters.mode === 'runOnceForEachItem';
	const { reaches, items, throwsForAll, links } = codeFacts(node.parameters, perItem);
	const more: Partial<NodeFacts> = {
		items,
		fails: 'code throws on an item it did not expect',
		// JsTaskRunner.runForAllItems of n8n 2.40: an error is the only item that leaves, linked to none.
		...(throwsForAll ? { unlinks: THROWS_FOR_ALL } : links ? {} : { unlinks: BY_POSITION }),
	};
	return reaches === null
		? factsOf('harmless', 'its code, read, names nothing but its items', more)
		: factsOf('unknown', reaches, more);
}

function catalogued(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	const entry = BUILTIN.get(node.type);
	const { resource, operation } = operationOf(node);
	const { role, because } = roleOf(node, entry, workflow);
	const acts = withHanging(role, node, workflow, (sub) => toolRole(sub, workflow, policy));
	const one =
		entry?.oneEach?.some((name) => name === operation || name === `${resource}.${operation}`) === true;
	const { items, outputs } = shapeOf(node, entry, one ? 'same' : (entry?.items ?? 'any'));
	const waits =
		/AndWait$/.test(operation ?? '') || (node.type.endsWith('.chat') && node.type.startsWith('@n8n/'));
	return factsOf(acts.role, acts.through === undefined ? because : `it can use '${acts.through}'`, {
		items,
		outputs,
		failsPerItem: entry?.failsPerItem === true,
		pauses: entry?.pauses === true || waits,
		...(entry?.throws === true ? { fails: 'it throws on a value it cannot read' } : {}),
		...(entry?.accepts ? { accepts: entry.accepts } : {}),
		...(UNLINKED.has(node.type) ? { unlinks: BY_POSITION } : {}),
	});
}

const THROWS_FOR_ALL = 'it runs once for all items, and an error on one takes their place';

/** `assignPairedItems` of n8n-core 2.40, which runs after the error output has become a second one. */
const BY_POSITION =
	'it does not say which item each of its answers belongs to, and n8n tells that by their place only where the node has one output';

function declaration(node: WorkflowNode, policy: AuditPolicy): NodeFacts | undefined {
	if (policy.nodes.length === 0) return undefined;
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
	const entry = BUILTIN.get(node.type);
	const { items, outputs } = shapeOf(node, entry, found.items ?? (found.role === 'reader' ? 'any' : 'same'));
	const accepts = {
		ids: found.messageId === undefined ? (entry?.accepts?.ids ?? ['*']) : [found.messageId],
		bySuccess: true,
		...(found.dedupes === undefined ? {} : { dedupes: found.dedupes }),
	};
	return factsOf(found.role, 'declared', {
		// Every page is an item, whatever one request is declared to give.
		items: asksPages(node) ? 'any' : (found.items ?? items),
		outputs,
		failsPerItem: found.failsPerItem ?? (entry?.failsPerItem === true || isRequest(node.type)),
		accepts,
		...(UNLINKED.has(node.type) ? { unlinks: BY_POSITION } : {}),
		...(found.recipient === undefined ? {} : { recipient: found.recipient }),
		assumption: `'${node.name}' is declared ${found.role}: ${found.reason}`,
	});
}

interface Judged {
	readonly role: Role;
	readonly because: string;
}

const CATALOGUE = `catalogue of ${CATALOGUE_SOURCE}`;

function roleOf(node: WorkflowNode, entry: CatalogueEntry | undefined, workflow: WorkflowJson): Judged {
	if (entry?.role === 'reader' || entry?.role === 'generator') {
		const hidden = reachesByText(node, '', workflow);
		if (hidden !== null) return { role: 'unknown', because: hidden };
	}
	if (entry && BY_SHAPE.includes(entry.role)) return { role: entry.role, because: CATALOGUE };
	if (/\.vectorStore\w+$/.test(node.type)) {
		const mode = literal(node.parameters.mode ?? 'retrieve');
		return mode === 'load'
			? { role: 'reader', because: 'it looks for similar documents' }
			: { role: entry?.role ?? 'unknown', because: CATALOGUE };
	}
	const { resource, operation } = operationOf(node);
	// Without a known operation the gravest one counts.
	if (resource === null || operation === null) {
		return entry?.role === 'generator' || entry?.role === 'reader'
			? { role: entry.role, because: CATALOGUE }
			: { role: 'unknown', because: 'its operation is chosen at run time' };
	}
	const hidden = reachesByText(node, operation, workflow);
	if (hidden !== null) return { role: 'unknown', because: hidden };
	const role = named(node, entry, resource, operation);
	if (role === null) return { role: 'unknown', because: 'the catalogue does not know it' };
	const told = role === 'notifier' && namesItem(node, workflow) ? 'sender' : role;
	return {
		role: told,
		because:
			operation === '' ? CATALOGUE : `${CATALOGUE}: ${resource === '' ? '' : `${resource} `}${operation}`,
	};
}

/** Words by which a query runs a procedure, notifies or asks an address. */
const QUERY_ACTS =
	/\b(notify|pg_notify|exec|execute|call|do|sp_\w+|xp_\w+|dblink\w*|net\.\w+|https?_\w+|http|utl_\w+|copy)\b/i;
/** Nodes that read whatever address they are given by GET. */
const ASKS = /^n8n-nodes-base\.(rssFeedRead|jinaAi)$/;

/** Why a node that reads, writes or generates by its operation may do more by what is written in it; `null` if not. */
function reachesByText(node: WorkflowNode, operation: string, workflow: WorkflowJson): string | null {
	const { parameters } = node;
	if (operation === 'executeQuery' && stringsIn(parameters).some(([text]) => QUERY_ACTS.test(text)))
		return 'its query runs more than a query';
	if (node.type === '@n8n/n8n-nodes-langchain.openAi' && /mcpServer/.test(JSON.stringify(parameters)))
		return 'its model uses the tools of an MCP server';
	if (!ASKS.test(node.type) || parameters.url === undefined) return null;
	const { host } = addressOf(withConstants(parameters.url, workflow.nodes));
	if (host === null) return 'the address it asks is chosen at run time';
	return actsByGet(host)
		? `it asks ${host}, which acts by GET`
		: `it asks ${host}, of which nobody has said that a GET only reads there`;
}

function named(
	node: WorkflowNode,
	entry: CatalogueEntry | undefined,
	resource: string,
	operation: string,
): WorldRole | null {
	const byHand = entry?.operations?.[`${resource}.${operation}`] ?? entry?.operations?.[operation];
	if (byHand) return byHand;
	const says = saysItSends(node.type, resource, operation);
	if (says !== null) return REVIEWED.get(`${node.type} ${says}`) ?? 'sender';
	const role = entry?.role as WorldRole | undefined;
	if (operation !== '' && (entry?.reads?.includes(operation) === true || readsByVerb(operation))) {
		// Somebody else's node may call a send what it likes.
		return node.type.startsWith(BASE) ? 'reader' : (role ?? null);
	}
	return role ?? null;
}

/** Parameters that hold what is said, and not to whom. */
const SAID =
	/^(text|message|messageText|content|blocks|blocksUi|attachments|body|subject|title|summary|description|details|embeds|markdown|html|comment|fallbackText|plainText)$/i;

/**
 * Whether a message to a team may name its place from the item: then it is one to a recipient. An expression in
 * anything but what is said counts, whatever the parameter is called.
 */
function namesItem(node: WorkflowNode, workflow: WorkflowJson): boolean {
	return stringsIn(node.parameters).some(
		([text, path]) =>
			isExpression(withConstants(text, workflow.nodes)) && !path.some((part) => SAID.test(part)),
	);
}

/** What a tool does: the node it was made of. A tool the model tells to whom sends to whom it likes. */
function toolRole(tool: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): Role {
	const plain = tool.type.replace(/^(n8n-nodes-base\..*?)(Hitl)?Tool$/, '$1');
	if (
		/\.(toolHttpRequest|toolCode|toolWorkflow|mcpClientTool|mcpRegistryClientTool|code|retrieverWorkflow|documentGithubLoader)$/.test(
			plain,
		)
	) {
		const declared = declaration(tool, policy);
		return declared?.role ?? 'unknown';
	}
	return judged({ ...tool, type: plain }, { ...workflow, connections: {} }, policy).role;
}
