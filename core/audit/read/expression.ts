import type { AnyNode, Expression } from 'acorn';
import { full } from 'acorn-walk';
import type { Json } from '../../delivery/types';
import { piecesOf } from './template';
import { nameOf, plain } from './script';

/** What kind of value an expression gives, whatever the item holds. */
export type Kind = 'boolean' | 'number' | 'string' | 'nothing' | 'unknown';

const COMPARES = new Set(['==', '!=', '===', '!==', '<', '>', '<=', '>=', 'in', 'instanceof']);
const TEXT_METHODS = new Set(
	`toString trim toLowerCase toUpperCase slice substring replace replaceAll padStart padEnd join toFixed
	toISOString toISODate repeat stringify toISO charAt`.split(/\s+/),
);
const TRUTH_METHODS = new Set(
	'includes startsWith endsWith test some every isArray isNaN isInteger hasOwn isFinite'.split(' '),
);

/** The kind of value, by operators and well-known methods; `unknown` where the item's data decide. */
export function kindOf(given: AnyNode): Kind {
	const node = plain(given);
	switch (node.type) {
		case 'Literal':
			if (node.value === null) return 'nothing';
			return typeof node.value === 'boolean' ||
				typeof node.value === 'number' ||
				typeof node.value === 'string'
				? (typeof node.value as Kind)
				: 'unknown';
		case 'TemplateLiteral':
			return 'string';
		case 'UnaryExpression':
			if (node.operator === '!') return 'boolean';
			if (node.operator === 'typeof') return 'string';
			return node.operator === '+' || node.operator === '-' ? 'number' : 'unknown';
		case 'BinaryExpression': {
			if (COMPARES.has(node.operator)) return 'boolean';
			if (node.operator !== '+') return 'number';
			const sides = [kindOf(node.left), kindOf(node.right)];
			if (sides.includes('string')) return 'string';
			return sides.every((side) => side === 'number') ? 'number' : 'unknown';
		}
		case 'LogicalExpression':
			return together(kindOf(node.left), kindOf(node.right));
		case 'ConditionalExpression':
			return together(kindOf(node.consequent), kindOf(node.alternate));
		case 'MemberExpression':
			return nameOf(node.property, node.computed) === 'length' ? 'number' : 'unknown';
		case 'CallExpression': {
			const callee = plain(node.callee);
			if (callee.type === 'ArrowFunctionExpression') return kindOfBody(callee.body);
			if (callee.type === 'Identifier') {
				return (
					({ Boolean: 'boolean', String: 'string', Number: 'number' } as Record<string, Kind>)[callee.name] ??
					'unknown'
				);
			}
			if (callee.type !== 'MemberExpression') return 'unknown';
			const name = nameOf(callee.property, callee.computed) ?? '';
			return TEXT_METHODS.has(name) ? 'string' : TRUTH_METHODS.has(name) ? 'boolean' : 'unknown';
		}
		default:
			return 'unknown';
	}
}

/** What a function gives that ends in its only return. */
function kindOfBody(body: AnyNode): Kind {
	if (body.type !== 'BlockStatement') return kindOf(body);
	const types: string[] = [];
	full(body, ({ type }) => void types.push(type));
	const last = body.body.at(-1);
	const only = types.filter((type) => type === 'ReturnStatement').length === 1;
	return only && last?.type === 'ReturnStatement' && last.argument ? kindOf(last.argument) : 'unknown';
}

const together = (a: Kind, b: Kind): Kind => (a === b ? a : 'unknown');

/**
 * Functions of n8n's expressions that throw by themselves (ExpressionError): each extension throws on nothing and on a
 * value of another kind (`extend` of n8n-workflow's expression-extension.ts), and so do some of their options.
 */
const THROWING_METHODS = new Set(
	`itemMatching toMoment removeDuplicates unique first last pluck randomItem sum average isNotEmpty compact smartJoin
	chunk renameKeys merge mergeIntoObject union difference intersection append toJsonString toInt toFloat toBoolean
	toDateTime beginningOf endOfMonth extract isBetween isDst isInLast isWeekend diffTo diffToNow isEven isOdd hasField
	removeField removeFieldsContaining keepFieldsContaining urlEncode hash removeMarkdown removeTags toDate
	toDecimalNumber toNumber toWholeNumber toSentenceCase toSnakeCase toTitleCase urlDecode quote replaceSpecialChars
	isDomain isEmail isNumeric isUrl extractEmail extractDomain extractUrl extractUrlPath parseJson base64Encode
	base64Decode`.split(/\s+/),
);
const THROWING_CALLS = new Set(
	'$items $node $jmespath $fromAI $fromai $evaluateExpression $getPairedItem $ifEmpty $max $min $average'.split(
		' ',
	),
);

/**
 * Why an expression may throw on some item although it can be read, in a few words; `null` if it cannot. n8n swallows
 * errors of plain JavaScript and goes on with nothing (`Expression.renderExpression` of n8n-workflow); it passes on its
 * own errors and errors of syntax.
 */
export function throwsIn(value: Json | undefined): string | null {
	for (const piece of piecesOf(value)) {
		if ('text' in piece) continue;
		if (!piece.expression) return `{{${piece.source.slice(0, 60)}}} cannot be read`;
		const found = throwing(piece.expression);
		if (found !== null) return `{{${piece.source.slice(0, 60)}}} uses ${found}`;
	}
	return null;
}

const whys = new WeakMap<Expression, { readonly why: string | null }>();

function throwing(expression: Expression): string | null {
	const known = whys.get(expression);
	if (known) return known.why;
	let why: string | null = null;
	try {
		full(expression, (node) => {
			why ??= throwingNode(node);
		});
	} catch {
		why = 'more levels than can be read';
	}
	whys.set(expression, { why });
	return why;
}

function throwingNode(node: AnyNode): string | null {
	// n8n 2 blocks it unless it is told otherwise (N8N_BLOCK_ENV_ACCESS_IN_NODE).
	if (node.type === 'Identifier' && node.name === '$env') return '$env, which throws where it is blocked';
	if (node.type === 'MemberExpression' && nameOf(node.property, node.computed) === 'customData')
		return 'customData, which throws on a value that is no text';
	if (node.type === 'MemberExpression' && plain(node.object).type === 'Identifier') {
		const { name } = plain(node.object) as { name: string };
		if (THROWING_CALLS.has(name)) return `${name}, which throws when there is nothing`;
	}
	if (node.type !== 'CallExpression') return null;
	const callee = plain(node.callee);
	if (callee.type === 'Identifier') {
		return THROWING_CALLS.has(callee.name) ? `${callee.name}, which throws when there is nothing` : null;
	}
	if (callee.type !== 'MemberExpression') return null;
	const name = nameOf(callee.property, callee.computed) ?? '';
	const owner = plain(callee.object);
	if (name === 'parse' && owner.type === 'Identifier' && owner.name === 'JSON')
		return 'JSON.parse, which throws on text that is no JSON';
	if (!THROWING_METHODS.has(name)) return null;
	// `$('Node').first()` and `$input.first()` are looks at a node, not the method of a list.
	if ((name === 'first' || name === 'last') && isNode(owner)) return null;
	return `${name}(), which throws on a value of another kind`;
}

/** `$('Name')` or `$input`. */
function isNode(node: AnyNode): boolean {
	if (node.type === 'Identifier') return node.name === '$input';
	return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === '$';
}

/** Names of the nodes that a parameter's expressions look at by `$('Name')`. */
export function namedNodes(expression: Expression): ReadonlySet<string> {
	const names = new Set<string>();
	full(expression, (node) => {
		if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== '$')
			return;
		const [first] = node.arguments;
		if (first?.type === 'Literal' && typeof first.value === 'string') names.add(first.value);
	});
	return names;
}

/** Whether an expression looks only at nodes of these names, and at nothing of the item itself: one value for a run. */
export function looksOnlyAt(value: Json | undefined, names: ReadonlySet<string>): boolean {
	const expressions = piecesOf(value).flatMap((piece) => ('source' in piece ? [piece] : []));
	return expressions.every(
		({ source, expression }) =>
			expression !== null &&
			!/\$(json|input|node|items|binary|now|today|runIndex|itemIndex|vars|env)\b/.test(source) &&
			[...namedNodes(expression)].every((name) => names.has(name)),
	);
}
