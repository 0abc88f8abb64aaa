import type { Json, JsonObject } from '../../delivery/types';
import { HOSTS } from '../catalogue/hosts';
import type { HostEntry, Items, WorldRole } from '../catalogue/types';
import { addressOf, isExpression, literal, misleads, withConstants } from '../expressions';
import type { AuditPolicy, HostDeclaration } from '../policy';
import { recipientsOf } from '../read/recipient';
import { tellsApart } from '../read/whose';
import type { WorkflowJson, WorkflowNode } from '../types';
import { factsOf, type NodeFacts } from './facts';
import { versionOf } from './operation';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an HTTP Request does: decided by host, path and method. An unknown host is unknown for every method. */
export function httpFacts(node: WorkflowNode, workflow: WorkflowJson, policy: AuditPolicy): NodeFacts {
	const url = withConstants(node.parameters.url, workflow.nodes);
	const { host, path } = addressOf(url);
	const unknown = (because: string, more: Partial<NodeFacts> = {}): NodeFacts =>
		factsOf('unknown', because, { failsPerItem: true, items: itemsOf(node, 'any'), ...more });
	if (host === null)
		return unknown(
			misleads(url)
				? 'its address holds a backslash or a way up, and is asked at another place than it names'
				: 'its address is chosen at run time',
		);
	const declared = policy.hosts.find((entry) => fits(entry.host, host));
	if (declared) return declaredFacts(node, declared, path, isExpression(url));
	const entry = HOSTS.find(({ host: pattern }) => fits(pattern, host));
	if (!entry) return unknown(`nobody has said what ${host} does`, { host });
	const role = roleAt(node, entry, path, isExpression(url), isMethodSafe(node));
	const by = `requests to ${host} by ${isMethodSafe(node) ? 'GET' : 'a method that changes something'}, by the catalogue of hosts`;
	const told = role === 'notifier' && namesItem(node, workflow) ? 'sender' : role;
	return factsOf(told, by, {
		failsPerItem: true,
		items: itemsOf(node, told === 'reader' ? 'any' : 'same'),
		host,
		...(entry.accepts ? { accepts: entry.accepts } : {}),
	});
}

/** Whether a host of the catalogue may send on a mere GET. */
export const actsByGet = (host: string): boolean => {
	const entry = HOSTS.find(({ host: pattern }) => fits(pattern, host));
	return entry !== undefined && (entry.get ?? entry.role) !== 'reader';
};

function declaredFacts(
	node: WorkflowNode,
	declared: HostDeclaration,
	path: string,
	moving: boolean,
): NodeFacts {
	const reads = declared.reads !== undefined && !moving && matches(declared.reads, path);
	const safe = isMethodSafe(node) && declared.role !== 'sender';
	const role: WorldRole = reads || (safe && declared.role !== 'unknown') ? 'reader' : declared.role;
	const items: Items = declared.items ?? (role === 'reader' ? 'any' : 'same');
	return factsOf(role, `declared: ${declared.host}`, {
		failsPerItem: true,
		items: itemsOf(node, items),
		host: declared.host,
		assumption: `Requests to ${declared.host} are declared ${declared.role}: ${declared.reason}`,
		...(declared.recipient === undefined ? {} : { recipient: declared.recipient }),
		accepts: {
			ids: declared.messageId === undefined ? ['*'] : [declared.messageId],
			bySuccess: true,
			...(declared.dedupes === undefined ? {} : { dedupes: declared.dedupes }),
		},
	});
}

function roleAt(
	node: WorkflowNode,
	entry: HostEntry,
	path: string,
	moving: boolean,
	safe: boolean,
): WorldRole {
	// A path that is chosen at run time may be any of them: the gravest counts.
	if (moving && entry.paths?.some(([, role]) => role === 'sender') === true && !fixedPath(node))
		return 'sender';
	const byPath = entry.paths?.find(([pattern]) => matches(pattern, path));
	if (byPath) return byPath[1] === 'sender' && safe && entry.get === 'reader' ? 'reader' : byPath[1];
	if (safe) return entry.get ?? entry.role;
	return entry.reads !== undefined && !moving && matches(entry.reads, path) ? 'reader' : entry.role;
}

/** Whether the address is constant up to the last part of its path, e.g. `…/crm/v3/objects/contacts/{{ id }}`. */
function fixedPath({ parameters }: WorkflowNode): boolean {
	const url = typeof parameters.url === 'string' ? parameters.url : '';
	return /^=?https?:\/\/[^/{]+\/(?:crm|contacts|owners|files|cms)\//.test(url);
}

/** Whether the request only reads by its method; a header or query that overrides the method makes it unsafe. */
function isMethodSafe(node: WorkflowNode): boolean {
	const { parameters } = node;
	const safe = (value: Json | undefined): boolean =>
		value === undefined || SAFE_METHODS.has(literal(value)?.toUpperCase() ?? '');
	// Without a version n8n takes the newest, but what it was made with is not known: both parameters count.
	const both = node.typeVersion === undefined;
	const method =
		(both || versionOf(node) >= 3 ? safe(parameters.method) : true) &&
		(both || versionOf(node) < 3 ? safe(parameters.requestMethod) : true);
	if (!method) return false;
	return !/method.{0,3}override|"method"|_method/i.test(
		JSON.stringify([
			parameters.headerParameters,
			parameters.jsonHeaders,
			parameters.queryParameters,
			parameters.jsonQuery,
			parameters.headerParametersUi,
			parameters.headerParametersJson,
		]),
	);
}

/** One answer a request: an object is one item, a list as many as it has, the whole answer or a file one. */
function itemsOf({ parameters }: WorkflowNode, byDefault: Items): Items {
	const options = isObject(parameters.options) ? parameters.options : {};
	if (options.pagination !== undefined) return 'any';
	const outer = isObject(options.response) ? options.response : {};
	const response = isObject(outer.response) ? outer.response : {};
	if (
		response.fullResponse === true ||
		response.responseFormat === 'text' ||
		response.responseFormat === 'file'
	)
		return 'same';
	return byDefault;
}

/** Whether a message to a team names its place from the item: then it is one to a recipient. */
function namesItem(node: WorkflowNode, workflow: WorkflowJson): boolean {
	return recipientsOf(node, workflow).some(tellsApart);
}

const patterns = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
	const known = patterns.get(pattern) ?? new RegExp(pattern);
	patterns.set(pattern, known);
	return known.test(text);
}

/** `*` stands for any part of a name; a pattern without a port fits every port. */
function fits(pattern: string, host: string): boolean {
	const bare = pattern.includes(':') ? host : host.replace(/:\d+$/, '');
	if (!pattern.includes('*')) return bare === pattern.toLowerCase();
	const parts = pattern
		.toLowerCase()
		.split('*')
		.map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
	return matches(`^${parts.join('[a-z0-9.-]{1,200}')}$`, bare);
}
