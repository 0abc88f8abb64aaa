import type { AnyNode, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { isFunction, nameOf, plain, words } from './script';

/** What is known of a value: enough to say that a look at it, or a call on it, cannot throw. */
type Kind = 'input' | 'items' | 'list' | 'item' | 'object' | 'text' | 'number';

const LIST = words(
	'map filter push at slice concat includes indexOf join some every find forEach entries keys values',
);
/** Methods that throw on no argument a program writes down, by what they are called on. */
const SAFE: Readonly<Partial<Record<Kind, ReadonlySet<string>>>> = {
	input: words('all'),
	items: LIST,
	list: LIST,
	text: words(`trim trimStart trimEnd toLowerCase toUpperCase slice substring split includes startsWith endsWith
	indexOf charAt replace replaceAll padStart padEnd concat at`),
};
const PURE = words('String Number Boolean isNaN isFinite parseInt parseFloat');
const SPACES = words('Math');
/** Parts of the language that may throw on what an item holds. */
const THROWS = words(`ThrowStatement NewExpression TaggedTemplateExpression AwaitExpression YieldExpression
	ImportExpression ClassDeclaration ClassExpression`);

/**
 * Whether the program of a Code node that runs once for all items may throw on what some item holds. Only a few forms
 * are known not to: fields that are set and read one level deep, `?.`, texts made by `String()` or a template.
 */
export function mayThrow(program: Program): boolean {
	const safe = new Set<AnyNode>();
	const kinds = kindsOf(program, safe);
	const kind = (given: AnyNode | null | undefined): Kind | null =>
		given ? kindIn(plain(given), kinds) : null;
	let throws = false;
	fullAncestor(program, (node, _state, ancestors) => {
		if (throws || caught(node, ancestors)) return;
		throws = !safe.has(node) && doesThrow(node, kind);
	});
	return throws;
}

/**
 * Whether every item that the program of a Code node writes out says which item it belongs to: by `pairedItem`, or because
 * it spreads the item that came. What is handed on as it came is linked already.
 */
export function namesLinks(program: Program): boolean {
	const kinds = kindsOf(program, new Set());
	let named = true;
	fullAncestor(program, (node, _state, ancestors) => {
		if (node.type !== 'ObjectExpression' || ancestors.some((one) => one !== node && one.type === node.type))
			return;
		named &&= node.properties.some((property) =>
			property.type === 'SpreadElement'
				? kindIn(plain(property.argument), kinds) === 'item'
				: nameOf(property.key, property.computed) === 'pairedItem',
		);
	});
	return named;
}

/** Whether a step stands in a `try` whose `catch` takes what it throws. */
const caught = (node: AnyNode, ancestors: readonly AnyNode[]): boolean =>
	ancestors.some(
		(outer, at) =>
			outer.type === 'TryStatement' && !!outer.handler && (ancestors[at + 1] ?? node) === outer.block,
	);

function doesThrow(node: AnyNode, kind: (node: AnyNode | null | undefined) => Kind | null): boolean {
	if (THROWS.has(node.type)) return true;
	switch (node.type) {
		case 'MemberExpression':
			return !node.optional && kind(node.object) === null;
		case 'SpreadElement':
			return false;
		case 'CallExpression': {
			if (node.arguments.some((one) => one.type === 'SpreadElement' && !isList(kind(one.argument))))
				return true;
			const callee = plain(node.callee);
			if (callee.type === 'Identifier') return !PURE.has(callee.name);
			if (callee.type !== 'MemberExpression') return true;
			const on = kind(callee.object);
			const name = nameOf(callee.property, callee.computed) ?? '';
			if (on === 'object' && callee.object.type === 'Identifier' && SPACES.has(callee.object.name))
				return false;
			return on === null || SAFE[on]?.has(name) !== true;
		}
		case 'ArrayExpression':
			return node.elements.some((one) => one?.type === 'SpreadElement' && !isList(kind(one.argument)));
		case 'ForOfStatement':
			return !isList(kind(node.right));
		case 'ObjectPattern':
		case 'ArrayPattern':
			return true;
		case 'BinaryExpression':
			return node.operator === 'in' || node.operator === 'instanceof';
		default:
			return false;
	}
}

/** Names of the program whose value is known, by what it is. A name that is set again is not; `safe` takes patterns that cannot throw. */
function kindsOf(program: Program, safe: Set<AnyNode>): ReadonlyMap<string, Kind> {
	const kinds = new Map<string, Kind>([
		['$input', 'input'],
		['items', 'items'],
		['Math', 'object'],
	]);
	const again = new Set<string>();
	fullAncestor(program, (node) => {
		if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') again.add(node.left.name);
	});
	// Twice: a name may be used above the one it is made of.
	for (let round = 0; round < 2; round += 1)
		fullAncestor(program, (node) => {
			if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) {
				const found = kindIn(plain(node.init), kinds);
				if (found !== null) kinds.set(node.id.name, found);
			}
			if (node.type === 'ForOfStatement' && node.left.type === 'VariableDeclaration') {
				const [declared] = node.left.declarations;
				if (declared?.id.type === 'Identifier' && isItems(node.right, kinds))
					kinds.set(declared.id.name, 'item');
			}
			if (node.type === 'CallExpression') nameParameter(node, kinds, safe);
		});
	for (const name of again) kinds.delete(name);
	return kinds;
}

/** The first parameter of a function that is mapped over items is an item. */
function nameParameter(
	node: AnyNode & { type: 'CallExpression' },
	kinds: Map<string, Kind>,
	safe: Set<AnyNode>,
): void {
	const callee = plain(node.callee);
	const [each] = node.arguments;
	if (callee.type !== 'MemberExpression' || !each || !isFunction(each) || !isItems(callee.object, kinds))
		return;
	const [parameter] = (each as { params?: readonly AnyNode[] }).params ?? [];
	if (parameter?.type === 'Identifier') kinds.set(parameter.name, 'item');
	if (parameter?.type !== 'ObjectPattern') return;
	// `({ json }) => …`: an item has its json.
	for (const property of parameter.properties) {
		if (property.type !== 'Property' || property.value.type !== 'Identifier') return;
		if (nameOf(property.key, property.computed) === 'json') kinds.set(property.value.name, 'object');
	}
	safe.add(parameter);
}

const isItems = (node: AnyNode, kinds: ReadonlyMap<string, Kind>): boolean =>
	kindIn(plain(node), kinds) === 'items';

const isList = (kind: Kind | null): boolean => kind === 'list' || kind === 'items';

function kindIn(node: AnyNode, kinds: ReadonlyMap<string, Kind>): Kind | null {
	switch (node.type) {
		case 'Identifier':
			return kinds.get(node.name) ?? null;
		case 'Literal':
			return typeof node.value === 'string' ? 'text' : typeof node.value === 'number' ? 'number' : null;
		case 'TemplateLiteral':
			return 'text';
		case 'ArrayExpression':
			return 'list';
		case 'ObjectExpression':
		case 'ArrowFunctionExpression':
		case 'FunctionExpression':
			return 'object';
		case 'MemberExpression':
			// An item has its json; what stands in it may be missing.
			return kindIn(plain(node.object), kinds) === 'item' && nameOf(node.property, node.computed) === 'json'
				? 'object'
				: null;
		case 'CallExpression': {
			const callee = plain(node.callee);
			if (callee.type === 'Identifier') return callee.name === 'String' ? 'text' : null;
			if (callee.type !== 'MemberExpression') return null;
			const on = kindIn(plain(callee.object), kinds);
			const name = nameOf(callee.property, callee.computed) ?? '';
			if (on === 'input') return name === 'all' ? 'items' : null;
			if (on === 'items' && /^(filter|slice)$/.test(name)) return 'items';
			if (isList(on) && /^(map|filter|slice|concat)$/.test(name)) return 'list';
			if (
				on === 'text' &&
				/^(trim|trimStart|trimEnd|toLowerCase|toUpperCase|slice|substring|replace|replaceAll|padStart|padEnd|concat|charAt)$/.test(
					name,
				)
			)
				return 'text';
			return on === 'text' && name === 'split' ? 'list' : null;
		}
		default:
			return null;
	}
}
