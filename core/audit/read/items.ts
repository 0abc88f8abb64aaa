import type { Json, JsonObject } from '../../delivery/types';
import { isExpression, literal } from '../expressions';
import { OWN_PREFIX } from '../own-nodes';
import type { WorkflowNode } from '../types';
import { isRequest } from './request';

const KEEPS = new Set(
	'noOp if switch filter merge sort limit stickyNote wait splitInBatches renameKeys executionData respondToWebhook'
		.split(' ')
		.map((name) => `n8n-nodes-base.${name}`),
);

/** Nodes of n8n-nodes-base with several inputs. */
const SEVERAL = new Set(['merge', 'compareDatasets', 'simulate'].map((name) => `n8n-nodes-base.${name}`));

/** Whether a node reads its first input only: what comes to another is gone (`getInputData` of n8n-core). */
export const readsOneInput = ({ type, disabled }: WorkflowNode): boolean =>
	!disabled && (type.startsWith(OWN_PREFIX) || (type.startsWith('n8n-nodes-base.') && !SEVERAL.has(type)));

const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a node hands on the fields of the item it got, apart from those it adds; `fields` are those that may not change. */
export function keepsItem(node: WorkflowNode, fields: ReadonlySet<string>): boolean {
	if (node.disabled || node.type.startsWith(OWN_PREFIX)) return true;
	if (node.type === 'n8n-nodes-base.set') return keepsFields(node, fields);
	if (node.type === 'n8n-nodes-base.sort' && byCode(node)) return false;
	return node.type !== 'n8n-nodes-base.renameKeys' && KEEPS.has(node.type);
}

/** Whether Sort orders by a program of its own, which gets the items themselves. */
const byCode = ({ parameters }: WorkflowNode): boolean =>
	!['simple', 'random'].includes(parameters.type === undefined ? 'simple' : (literal(parameters.type) ?? ''));

/** Edit Fields keeps the others when it is told to (from version 3.3 on by a switch of its own), and may not set those. */
function keepsFields({ parameters, typeVersion }: WorkflowNode, fields: ReadonlySet<string>): boolean {
	const version = typeVersion ?? 3.4;
	if (version < 3) return parameters.keepOnlySet !== true && fields.size === 0;
	const keeps =
		version < 3.3
			? (parameters.include ?? 'all') === 'all'
			: parameters.includeOtherFields === true && (parameters.include ?? 'all') === 'all';
	if (!keeps || (parameters.mode !== undefined && literal(parameters.mode) !== 'manual')) return false;
	const holder = version < 3.3 ? parameters.fields : parameters.assignments;
	const list = isObject(holder) ? (version < 3.3 ? holder.values : holder.assignments) : holder;
	// What is no list is an expression, and sets what it likes.
	if (list !== undefined && !Array.isArray(list)) return false;
	const entries: readonly Json[] = list ?? [];
	return entries.every((entry) => {
		const name = isObject(entry) ? entry.name : undefined;
		return typeof name === 'string' && !name.includes('{{') && !fields.has(rootOf(bareName(name)));
	});
}

/** The name of a field without the sign of an expression that holds none. */
export const bareName = (name: string): string => name.replace(/^=/, '').trim();

/** First part of a path as lodash reads it: `results.id`, `[results].id` and `["results"].id` live in `results`. */
export function rootOf(path: string): string {
	const quoted = /^\[(["'])((?:(?!\1)[^\\]|\\.)*)\1\]/.exec(path)?.[2];
	return quoted === undefined ? (/[^.[\]]+/.exec(path)?.[0] ?? path) : quoted.replace(/\\(\\)?/g, '$1');
}

const responseOf = ({ parameters }: WorkflowNode): JsonObject => {
	const options = isObject(parameters.options) ? parameters.options : {};
	const outer = isObject(options.response) ? options.response : {};
	return isObject(outer.response) ? outer.response : {};
};

/** Whether the options of an HTTP Request, or of its answer, are an expression: they may be any. */
function hidesOptions({ parameters: { options } }: WorkflowNode): boolean {
	if (!isObject(options)) return typeof options === 'string';
	const { response } = options;
	return typeof response === 'string' || (isObject(response) && typeof response.response === 'string');
}

/** Whether an HTTP Request takes refusals for answers: Never Error, or the old options with the same meaning. */
export function neverErrors(node: WorkflowNode): boolean {
	if (!isRequest(node.type)) return false;
	if (hidesOptions(node)) return true;
	const options = isObject(node.parameters.options) ? node.parameters.options : {};
	return [responseOf(node).neverError, options.ignoreResponseCode].some(
		(value) => value !== undefined && value !== false,
	);
}

/** Whether an HTTP Request hands on status, headers and body, and not the body alone. */
export function givesStatus(node: WorkflowNode): boolean {
	const options = isObject(node.parameters.options) ? node.parameters.options : {};
	return (
		responseOf(node).fullResponse === true ||
		options.fullResponse === true ||
		node.parameters.fullResponse === true
	);
}

/** Whether an HTTP Request hands on the answer as a text or a file, and not as its fields. */
export const answersInText = (node: WorkflowNode): boolean =>
	isRequest(node.type) && /^(text|file)$/.test(literal(responseOf(node).responseFormat) ?? '');

/** Names of the fields to which a Set node gives a constant. */
export function constantFields({ parameters }: WorkflowNode): ReadonlySet<string> {
	const names = new Set<string>();
	const look = (value: Json | undefined, depth: number): void => {
		if (typeof value !== 'object' || value === null || depth > 5) return;
		const { name, value: given, stringValue } = value as { name?: Json; value?: Json; stringValue?: Json };
		const constant = given ?? stringValue;
		if (typeof name === 'string' && constant !== undefined && constant !== '' && !isExpression(constant))
			names.add(name.split('.')[0] ?? name);
		for (const entry of Object.values(value)) look(entry, depth + 1);
	};
	look(parameters, 0);
	return names;
}

/** Whether an HTTP Request asks for further pages: every page is an item, or none. */
export const asksPages = ({ type, parameters: { options } }: WorkflowNode): boolean =>
	isRequest(type) && (isObject(options) ? options.pagination !== undefined : typeof options === 'string');
