import type { Json, JsonObject } from '../delivery/types';
import { Answers } from './answers';
import type { WorkflowNode } from './types';

/** Whether n8n evaluates this value at run time: a string that begins with `=` and holds `{{`. */
export function isExpression(value: Json | undefined): boolean {
	return typeof value === 'string' && value.startsWith('=') && value.includes('{{');
}

/** The text n8n would use when nothing in it is evaluated: without the leading `=` of a fixed expression. */
export function literal(value: Json | undefined): string | null {
	if (typeof value !== 'string' || isExpression(value)) return null;
	return value.startsWith('=') ? value.slice(1) : value;
}

/** The text before the first `{{`; the whole text when nothing is evaluated. */
export function literalPrefix(value: Json | undefined): string {
	if (typeof value !== 'string') return '';
	const text = value.startsWith('=') ? value.slice(1) : value;
	const at = isExpression(value) ? text.indexOf('{{') : -1;
	return at === -1 ? text : text.slice(0, at);
}

/** The value under a resource locator (`{ __rl, mode, value }`), or the value itself. */
export function unwrapLocator(value: Json | undefined): Json | undefined {
	if (typeof value === 'object' && value !== null && !Array.isArray(value) && '__rl' in value) {
		return value.value;
	}
	return value;
}

/** A text with a blank for each `{{ … }}`. Goes through it once, whatever stands in it. */
function withoutExpressions(text: string): string {
	const parts: string[] = [];
	let at = 0;
	for (;;) {
		const open = text.indexOf('{{', at);
		const close = open < 0 ? -1 : text.indexOf('}}', open + 2);
		if (close < 0) return [...parts, text.slice(at)].join(' ');
		parts.push(text.slice(at, open));
		at = close + 2;
	}
}

/**
 * Whether what is asked is another place than the text of an address names: a backslash stands for a slash, and `..`, also
 * in escapes, leads up (WHATWG URL, https://url.spec.whatwg.org/#path-state).
 */
export function misleads(value: Json | undefined): boolean {
	if (typeof value !== 'string') return false;
	const text = isExpression(value) ? withoutExpressions(value) : value;
	return text.includes('\\') || /(?:\.|%2e){2}(?:[/?#'"`\\]|$)/i.test(value);
}

/** Host (lower case, with its port where one is written) and path of an address; the host is `null` when any of it is chosen at run time. */
export function addressOf(value: Json | undefined): { host: string | null; path: string } {
	if (misleads(value)) return { host: null, path: '' };
	const match = /^\s*https?:\/\/([^/?#\s{}]+)(?:([/?#].*))?$/is.exec(literalPrefix(value));
	if (!match) return { host: null, path: '' };
	const rest = match[2] ?? '';
	// `https://api.{{ $json.host }}` ends its literal part inside the host name.
	if (rest === '' && isExpression(value)) return { host: null, path: '' };
	const authority = (match[1] ?? '').replace(/^[^@]*@/, '');
	return { host: authority.toLowerCase(), path: rest.replace(/[?#].*$/s, '') };
}

/** Every string in a parameter tree with the path of keys that leads to it. */
export function stringsIn(
	value: Json | undefined,
): readonly (readonly [text: string, path: readonly string[]])[] {
	if (typeof value !== 'object' || value === null) return typeof value === 'string' ? [[value, []]] : [];
	// Several proofs look at the parameters of one node.
	return strings.of(value, collected);
}

const strings = new Answers<Json & object, readonly (readonly [string, readonly string[]])[]>();

function collected(value: Json): readonly (readonly [string, readonly string[]])[] {
	const found: (readonly [string, readonly string[]])[] = [];
	collect(value, [], found);
	return found;
}

function collect(
	value: Json | undefined,
	path: readonly string[],
	found: (readonly [string, readonly string[]])[],
): void {
	if (typeof value === 'string') found.push([value, path]);
	if (typeof value !== 'object' || value === null) return;
	for (const [key, entry] of Object.entries<Json>(value)) collect(entry, [...path, key], found);
}

/** `{{ $('Set Config').first().json.url }}`: a field of a named node, however its item is picked. */
const REFERENCE =
	/\{\{\s*\$\((['"])((?:(?!\1).)+)\1\)\.(?:first\(\)|last\(\)|item|all\(\)\[0\])\.json\.([A-Za-z_$][\w$]*)\s*\}\}/g;

/**
 * The value with references to constants of Set nodes put in: what n8n is bound to evaluate, since such a node gives
 * every item the same value or did not run, and then the expression throws. Anything else stays an expression.
 */
export function withConstants(value: Json | undefined, nodes: readonly WorkflowNode[]): Json | undefined {
	if (!isExpression(value) || typeof value !== 'string') return value;
	const text = value.replace(REFERENCE, (whole: string, _quote: string, name: string, field: string) => {
		const constant = constantOf(
			nodes.find((node) => node.name === name),
			field,
		);
		return constant ?? whole;
	});
	return text;
}

/** What a Set node gives to a field of every item; `undefined` if it is no constant. */
export function constantOf(node: WorkflowNode | undefined, field: string): string | undefined {
	if (node?.type !== 'n8n-nodes-base.set' || node.disabled || (node.typeVersion ?? 3.4) < 3.3)
		return undefined;
	if (node.parameters.mode !== undefined && node.parameters.mode !== 'manual') return undefined;
	const holder = node.parameters.assignments as { readonly assignments?: Json } | undefined;
	const list = Array.isArray(holder?.assignments) ? (holder.assignments as readonly JsonObject[]) : [];
	const named = list.filter((assignment) => assignment.name === field);
	return named.length === 1 ? (literal(named[0]?.value) ?? undefined) : undefined;
}
