import { parse, parseExpressionAt, type AnyNode, type Expression, type Program } from 'acorn';

/** Longest text that is parsed, in characters: longer ones are not understood, and what is not understood is unknown. */
export const LONGEST_SCRIPT = 200_000;

/** The program of a Code node, whose body n8n runs inside an async function; `null` when it cannot be read. */
export function programOf(source: string): Program | null {
	if (source.length > LONGEST_SCRIPT) return null;
	try {
		return parse(source, {
			ecmaVersion: 2023,
			sourceType: 'script',
			allowReturnOutsideFunction: true,
			allowAwaitOutsideFunction: true,
		});
	} catch {
		// A syntax error, or nesting deeper than the stack.
		return null;
	}
}

/** One expression, all of the text; `null` when it cannot be read. */
export function expressionOf(source: string): Expression | null {
	const text = source.trim();
	if (text === '' || text.length > LONGEST_SCRIPT) return null;
	const before = expressions.get(text);
	if (before !== undefined) return before;
	if (expressions.size >= MOST_KNOWN) expressions.clear();
	const found = parsed(text);
	expressions.set(text, found);
	return found;
}

const expressions = new Map<string, Expression | null>();
const MOST_KNOWN = 4000;

function parsed(text: string): Expression | null {
	try {
		const found = parseExpressionAt(text, 0, { ecmaVersion: 2023 });
		// Brackets around the whole belong to no node unless they are asked for.
		const end = text.startsWith('(')
			? parseExpressionAt(text, 0, { ecmaVersion: 2023, preserveParens: true }).end
			: found.end;
		const rest = text.slice(end).trim();
		return rest === '' || rest === ';' ? found : null;
	} catch {
		return null;
	}
}

/** Name of a property that is written out: `a.b`, `a['b']`, `{ b: 1 }`; `null` for one that is computed. */
export function nameOf(key: AnyNode, computed: boolean): string | null {
	if (key.type === 'Identifier') return computed ? null : key.name;
	if (key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number')) {
		return String(key.value);
	}
	return null;
}

/** Without brackets of optional chaining and of `await`. */
export function plain(node: AnyNode): AnyNode {
	if (node.type === 'ChainExpression') return plain(node.expression);
	if (node.type === 'ParenthesizedExpression') return plain(node.expression);
	return node;
}

/** A set of the words of a text. */
export const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Whether a node writes a function out. */
export const isFunction = ({ type }: AnyNode): boolean =>
	type === 'ArrowFunctionExpression' || type === 'FunctionExpression' || type === 'FunctionDeclaration';

/** `$('Claim').item.json.a.b` as `["$('Claim')", 'item', 'json', 'a', 'b']`; computed names as `[]`. */
export function pathOf(given: AnyNode): string[] {
	const node = plain(given);
	if (node.type === 'Identifier') return [node.name];
	if (node.type === 'MemberExpression')
		return [...pathOf(node.object), nameOf(node.property, node.computed) ?? '[]'];
	if (node.type !== 'CallExpression') return ['?'];
	const callee = plain(node.callee);
	const [first] = node.arguments;
	if (callee.type === 'Identifier' && callee.name === '$' && first?.type === 'Literal')
		return [`$(${String(first.value)})`];
	if (callee.type === 'MemberExpression')
		return [...pathOf(callee.object), `${nameOf(callee.property, callee.computed) ?? '[]'}()`];
	return ['?'];
}
