import type { AnyNode, Program } from 'acorn';
import { ancestor, full } from 'acorn-walk';
import type { JsonObject } from '../../delivery/types';
import { literal } from '../expressions';
import type { Items } from '../catalogue/types';
import { allItems, eachItem } from './code-items';
import { mayThrow, namesLinks } from './code-throws';
import { Scopes } from './scopes';
import { isFunction, nameOf, pathOf, plain, programOf, words } from './script';

/** What the program of a Code node can do. */
export interface CodeFacts {
	/** Why it may reach outside itself, in a few words; `null` when it can only work on its items. */
	readonly reaches: string | null;
	readonly items: Items;
	/** Whether one item it did not expect takes all the others with it: it runs once for all, and may throw. */
	readonly throwsForAll: boolean;
	/** Whether what it hands on is linked to the items that came, whatever outputs the node has. */
	readonly links: boolean;
}

/** Names a program may use without declaring them: n8n's looks at items, and pure parts of the language. */
const FREE =
	words(`items item $json $input $ $now $today $itemIndex $runIndex $execution $workflow $prevNode $vars
	$parameter $binary JSON Math Object Array String Number Boolean Date Set Map RegExp Intl BigInt Error TypeError
	RangeError parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI undefined
	NaN Infinity console DateTime Duration Interval Promise structuredClone`);
/** Names that lead from any value to a way of running text, or to n8n's helpers. */
const NEVER =
	words(`constructor prototype __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__
	helpers caller callee arguments getPrototypeOf setPrototypeOf getOwnPropertyDescriptor
	getOwnPropertyDescriptors defineProperty defineProperties evaluateExpression getNodeParameter getCredentials
	getWorkflowDataProxy getExecutionData httpRequest request requestWithAuthentication
	httpRequestWithAuthentication executeWorkflow`);
/** Methods that call a function they are given: it has to be written there, or declared in the program. */
const CALLS_BACK =
	words(`map filter forEach find findIndex findLast findLastIndex some every reduce reduceRight sort
	flatMap from replace replaceAll then catch finally parse stringify toSorted groupBy`);
/** Ways of calling a function by another name. */
const CALLS = words('call apply bind');
const BUILT_IN = words('Boolean String Number parseInt parseFloat encodeURIComponent');
const NEW = words('Date Set Map Error TypeError RangeError RegExp Array Number String Boolean');

/**
 * Reads the code of a Code, Function or Function Item node. JavaScript is parsed: a program that names anything beyond
 * {@link FREE}, runs text, or calls a value that is not a function written in the program itself reaches outside; so
 * does one that cannot be read, and every Python program that imports or looks at names by text.
 */
export function codeFacts(parameters: JsonObject, perItem: boolean): CodeFacts {
	const language = literal(parameters.language ?? 'javaScript');
	if (language !== 'javaScript')
		return { ...pythonFacts(parameters), throwsForAll: !perItem, links: perItem };
	const source = parameters.jsCode ?? parameters.functionCode ?? '';
	const program = typeof source === 'string' ? programOf(source) : null;
	if (!program)
		return {
			reaches: 'it cannot be read as JavaScript',
			items: 'any',
			throwsForAll: !perItem,
			links: perItem,
		};
	try {
		return {
			reaches: reachesOut(program),
			items: perItem ? eachItem(program) : allItems(program),
			throwsForAll: !perItem && mayThrow(program),
			links: perItem || namesLinks(program),
		};
	} catch {
		return {
			reaches: 'it has more levels than can be read',
			items: 'any',
			throwsForAll: !perItem,
			links: perItem,
		};
	}
}

const PYTHON_REACHES =
	/\b(import|exec|eval|open|compile|getattr|setattr|globals|locals|vars|breakpoint|input|help|dir|type|object|super)\b|__|\.mro\b|\bgi_|\bf_globals|_frame\b/;

function pythonFacts({ pythonCode }: JsonObject): Pick<CodeFacts, 'reaches' | 'items'> {
	const source = typeof pythonCode === 'string' ? pythonCode : '';
	// No parser of Python is at hand: words decide, those in comments and texts included.
	return {
		reaches: PYTHON_REACHES.test(source) ? 'its Python names more than its items' : null,
		items: 'any',
	};
}

function reachesOut(program: Program): string | null {
	const names = new Scopes(program);
	const methods = new Map<string, boolean>();
	let why: string | null = null;
	const say = (what: string): void => void (why ??= what);
	const setsMethod = (name: string | null, value: AnyNode): void => {
		if (name !== null) methods.set(name, (methods.get(name) ?? true) && isFunction(value));
	};
	full(program, (node) => {
		if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression')
			setsMethod(nameOf(node.left.property, node.left.computed), node.right);
		else if (node.type === 'Property' && node.kind === 'init')
			setsMethod(nameOf(node.key, node.computed), node.value);
		else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') say('it makes a class');
	});
	// A function found by a computed name and put back under another computed name could be called by that one.
	const counters = countersIn(program);
	let [reads, writes] = [false, false];
	full(program, (node) => {
		if (node.type === 'AssignmentExpression' && isComputed(node.left, counters)) writes = true;
		if (node.type === 'MemberExpression' && isComputed(node, counters)) reads = true;
	});
	if (writes && reads && dynamicReads(program, counters)) say('it moves values by computed names');
	const mayCall = (name: string, ancestors: readonly AnyNode[]): boolean =>
		names.callable(name, ancestors) ?? (FREE.has(name) && name !== 'Promise');
	const isOwnFunction = (name: string, ancestors: readonly AnyNode[]): boolean =>
		names.callable(name, ancestors) === true || BUILT_IN.has(name);
	ancestor(program, {
		Identifier: (node) => {
			if (NEVER.has(node.name)) say(`it names '${node.name}'`);
			else if (!names.has(node.name) && !FREE.has(node.name)) say(`it names '${node.name}'`);
		},
		ThisExpression: () => say("it names 'this'"),
		ImportExpression: () => say('it imports'),
		MetaProperty: () => say('it asks for what runs it'),
		WithStatement: () => say("it uses 'with'"),
		TaggedTemplateExpression: () => say('it calls a function by a template'),
		MemberExpression: (node) => {
			const name = nameOf(node.property, node.computed);
			if (name === null && !isNumber(node.property, counters) && ofN8n(node.object))
				say("it looks up one of n8n's helpers by a computed name");
			if (name !== null && NEVER.has(name)) say(`it names '${name}'`);
		},
		Property: (node) => {
			const name = nameOf(node.key, node.computed);
			if (name !== null && NEVER.has(name)) say(`it names '${name}'`);
			// Getters and setters run without a call.
			if (node.kind !== 'init') say('it makes a getter or setter');
		},
		Literal: (node) => {
			if (typeof node.value === 'string' && NEVER.has(node.value)) say(`it names '${node.value}'`);
		},
		NewExpression: (node) => {
			const callee = plain(node.callee);
			if (callee.type !== 'Identifier' || !NEW.has(callee.name) || names.has(callee.name))
				say('it makes an object of a kind that is not known');
		},
		CallExpression: (node, _state, ancestors) => {
			const callee = plain(node.callee);
			if (isFunction(callee)) return;
			if (callee.type === 'Identifier') {
				if (!mayCall(callee.name, ancestors)) say(`it calls '${callee.name}'`);
				return;
			}
			if (callee.type !== 'MemberExpression') return say('it calls what another call gives');
			const name = nameOf(callee.property, callee.computed);
			if (name === null) return say('it calls a function by a computed name');
			if (CALLS.has(name)) return say(`it calls a function by '${name}'`);
			if (methods.get(name) === false) return say(`it calls '${name}', which it sets itself`);
			if (!CALLS_BACK.has(name)) return;
			node.arguments.forEach((argument, at) => {
				const given = plain(argument);
				if (given.type === 'SpreadElement') return say(`it hands a list of functions to '${name}'`);
				if (!takesFunction(name, at)) return;
				if (given.type === 'Identifier' && !isOwnFunction(given.name, ancestors))
					say(`it hands '${given.name}' to '${name}'`);
				if (given.type === 'MemberExpression' || given.type === 'CallExpression')
					say(`it hands a function from elsewhere to '${name}'`);
			});
		},
	});
	return why;
}

/** `x[key]` with a key that is no number and not written out. */
function isComputed(node: AnyNode, counters: ReadonlySet<string>): boolean {
	if (node.type !== 'MemberExpression' || nameOf(node.property, node.computed) !== null) return false;
	return !isNumber(node.property, counters);
}

function isNumber(given: AnyNode, counters: ReadonlySet<string>): boolean {
	const node = plain(given);
	if (node.type === 'Identifier') return counters.has(node.name);
	if (node.type === 'Literal') return typeof node.value === 'number';
	if (node.type === 'MemberExpression') return nameOf(node.property, node.computed) === 'length';
	if (node.type !== 'BinaryExpression') return false;
	if (node.operator === '+') return isNumber(node.left, counters) && isNumber(node.right, counters);
	return ['-', '*', '%', '/'].includes(node.operator);
}

/** Variables that only count: `let i = 0` that `i += 1` or `i++` moves, and the second parameter of a callback of `map`. */
function countersIn(program: Program): ReadonlySet<string> {
	const counters = new Set<string>();
	full(program, (node) => {
		if (
			node.type === 'VariableDeclarator' &&
			node.id.type === 'Identifier' &&
			node.init?.type === 'Literal' &&
			typeof node.init.value === 'number'
		)
			counters.add(node.id.name);
		if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
		const [callback] = node.arguments;
		if (
			!['map', 'forEach', 'filter', 'flatMap'].includes(
				nameOf(node.callee.property, node.callee.computed) ?? '',
			)
		)
			return;
		const index =
			callback && (callback.type === 'ArrowFunctionExpression' || callback.type === 'FunctionExpression')
				? callback.params[1]
				: undefined;
		if (index?.type === 'Identifier') counters.add(index.name);
	});
	full(program, (node) => {
		if (
			node.type === 'AssignmentExpression' &&
			node.left.type === 'Identifier' &&
			!isNumber(node.right, counters)
		)
			counters.delete(node.left.name);
	});
	return counters;
}

/** Whether a computed name is read, and not only written to. */
function dynamicReads(program: Program, counters: ReadonlySet<string>): boolean {
	const targets = new Set<AnyNode>();
	full(program, (node) => {
		if (node.type === 'AssignmentExpression') targets.add(node.left);
	});
	let found = false;
	full(program, (node) => {
		found ||= isComputed(node, counters) && !targets.has(node);
	});
	return found;
}

/** Whether a value is one of n8n's own (`$`, `$input`, `$('Node')`), and not the data of an item. */
function ofN8n(given: AnyNode): boolean {
	const path = pathOf(given);
	return (path[0] ?? '').startsWith('$') && path[0] !== '$json' && !path.includes('json');
}

/** Whether a method calls what stands at this place of its arguments. */
function takesFunction(method: string, at: number): boolean {
	if (['from', 'replace', 'replaceAll', 'parse', 'stringify', 'groupBy'].includes(method))
		return at === 1 && method !== 'replace' && method !== 'replaceAll';
	return at === 0;
}
