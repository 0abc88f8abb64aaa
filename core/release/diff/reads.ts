import type { AnyNode } from 'acorn';
import { ancestor } from 'acorn-walk';
import { stringsIn } from '../../audit/expressions';
import { nameOf, plain, programOf } from '../../audit/read/script';
import { piecesOf } from '../../audit/read/template';
import type { WorkflowNode } from '../../audit/types';

/** A place that looks at a field of an item. */
export interface Read {
	/** The node that looks. */
	readonly node: WorkflowNode;
	/** Its parameter, e.g. `jsonBody`. */
	readonly path: string;
	/** Keys of the objects that the value is put under inside the expression, outermost first, e.g. `messages`, `content`. */
	readonly keys: readonly string[];
	/** Name of the node whose item is looked at; `null` for the item that comes in (`$json`). */
	readonly of: string | null;
	/** First part of the field's path; `null` where the whole item, or a computed field of it, is taken. */
	readonly field: string | null;
}

type Found = Pick<Read, 'of' | 'field' | 'keys'>;

/** Steps that pick an item of a node: `$('A').first()`, `$('A').item`, `$('A').all()[0]`. */
const PICKS = new Set(['first', 'last', 'item', 'all', 'itemMatching', 'pairedItem', '[]', '0']);

/** What of a node is neither its items nor its parameters, in which the value stands as well. */
const ASIDE = new Set(['context', 'isExecuted']);

/** Names of the item that comes in. */
const INCOMING = new Set(['$json', '$data', '$input', '$thisItem']);
/** What looks at anything once it is handed on under another name, or evaluates text. */
const ANYTHING = new Set(['$', '$items', '$node', '$evaluateExpression', 'eval', 'Function']);

const isNodeMap = (node: AnyNode): boolean =>
	(node.type === 'Identifier' && node.name === '$node') ||
	// `$item(0).$node["A"]`
	(node.type === 'MemberExpression' && nameOf(node.property, node.computed) === '$node');

/** The node a look begins at, `null` for the incoming item, empty for one nobody can name; `undefined` where nothing is looked at. */
const rootsOf = (node: AnyNode, parent: AnyNode | undefined): string | null | undefined => {
	if (node.type === 'Identifier') {
		if (INCOMING.has(node.name)) return null;
		const used =
			(parent?.type === 'CallExpression' && parent.callee === node && /^\$(items)?$/.test(node.name)) ||
			(parent?.type === 'MemberExpression' && parent.object === node && node.name === '$node');
		return ANYTHING.has(node.name) && !used ? '' : undefined;
	}
	if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
		if (node.callee.name !== '$' && node.callee.name !== '$items') return undefined;
		const [first] = node.arguments;
		return first?.type === 'Literal' && typeof first.value === 'string' ? first.value : '';
	}
	if (node.type === 'MemberExpression' && isNodeMap(node.object))
		return nameOf(node.property, node.computed) ?? '';
	return undefined;
};

const isKey = (node: AnyNode, parent: AnyNode | undefined): boolean =>
	(parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
	(parent?.type === 'Property' && parent.key === node && !parent.computed);

/** Fields that a function written out takes of its parameter; `null` where it takes it whole. */
function fieldsOfParameter(body: AnyNode, name: string): readonly (string | null)[] {
	const found: (string | null)[] = [];
	ancestor(body, {
		Identifier(node, _state, above: AnyNode[]) {
			const parent = above.at(-2);
			if (node.name !== name || isKey(node, parent)) return;
			const takes = parent?.type === 'MemberExpression' && parent.object === node;
			found.push(takes ? nameOf(parent.property, parent.computed) : null);
		},
	});
	return found;
}

/** Fields taken where a whole item is put under a name, or taken apart: `config`, `{ prompt, ...rest }`. */
function fieldsOfPattern(pattern: AnyNode | undefined, scope: AnyNode): readonly (string | null)[] {
	if (pattern?.type === 'Identifier') return fieldsOfParameter(scope, pattern.name);
	if (pattern?.type !== 'ObjectPattern') return [null];
	return pattern.properties.map((part) =>
		part.type === 'Property' ? nameOf(part.key, part.computed) : null,
	);
}

/** What happens to a value that stands at the end of `above`: which fields of it are taken. */
function taken(above: readonly AnyNode[], isItem: boolean): readonly (string | null)[] {
	let at = above.length - 1;
	let item = isItem;
	for (; at > 0; at -= 1) {
		const [node, parent] = [above[at] as AnyNode, above[at - 1] as AnyNode];
		if (parent.type === 'ChainExpression' || parent.type === 'ParenthesizedExpression') continue;
		if (parent.type === 'CallExpression' && parent.callee === node && !item) continue;
		if (parent.type === 'MemberExpression' && parent.object === node) {
			const name = nameOf(parent.property, parent.computed);
			if (item) return [name];
			if (name === 'json') item = true;
			else if (name === null || !PICKS.has(name)) return name !== null && ASIDE.has(name) ? [] : [null];
			continue;
		}
		// `((text, config) => …)(…, $('Set Config').first().json)`: looked at under the parameter's name.
		if (item && parent.type === 'CallExpression') {
			const called = plain(parent.callee);
			const place = parent.arguments.indexOf(node as (typeof parent.arguments)[number]);
			if (called.type === 'ArrowFunctionExpression' || called.type === 'FunctionExpression')
				return fieldsOfPattern(called.params[place], called.body);
		}
		// `const config = $('Set Config').first().json` in a Code node.
		if (item && parent.type === 'VariableDeclarator' && above[0]) return fieldsOfPattern(parent.id, above[0]);
		break;
	}
	return [null];
}

const keysOf = (above: readonly AnyNode[]): readonly string[] =>
	above.flatMap((node, at) =>
		node.type === 'Property' && above[at + 1] === node.value ? [nameOf(node.key, node.computed) ?? '[]'] : [],
	);

function readsIn(tree: AnyNode): readonly Found[] {
	const found: Found[] = [];
	const look = (node: AnyNode, above: readonly AnyNode[]): void => {
		const of = rootsOf(node, above.at(-2));
		if (of === undefined || isKey(node, above.at(-2))) return;
		const isItem = node.type === 'Identifier' && (node.name === '$json' || node.name === '$data');
		for (const field of taken(above, isItem)) found.push({ of, field, keys: keysOf(above) });
	};
	ancestor(tree, {
		Identifier: (node, _state, above: AnyNode[]) => look(node, above),
		CallExpression: (node, _state, above: AnyNode[]) => look(node, above),
		MemberExpression: (node, _state, above: AnyNode[]) => look(node, above),
	});
	return found;
}

const CODE = /\.(code|function|functionItem)$/;

/** Everything of items that a node looks at in its parameters. */
export function readsOf(node: WorkflowNode): readonly Read[] {
	return stringsIn(node.parameters).flatMap(([text, keys]): readonly Read[] => {
		const path = keys.join('.');
		const unreadable: Read = { node, path, keys: [], of: '', field: null };
		if (CODE.test(node.type) && /^(jsCode|functionCode)$/.test(path)) {
			const program = programOf(text);
			return program ? readsIn(program).map((found) => ({ node, path, ...found })) : [unreadable];
		}
		if (CODE.test(node.type) && path === 'pythonCode') return [unreadable];
		return piecesOf(text).flatMap((piece): readonly Read[] => {
			if (!('source' in piece)) return [];
			if (piece.expression === null) return [unreadable];
			return readsIn(piece.expression).map((found) => ({ node, path, ...found }));
		});
	});
}
