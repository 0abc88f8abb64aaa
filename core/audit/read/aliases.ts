import type { AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import { namesIn } from './scopes';
import { isFunction, pathOf, plain } from './script';

/** Looks at one item of several by its place: `first()`, `[0]`, `at(-1)`. */
const byPlace = (step: string): boolean =>
	/^(first|last|itemMatching|at|shift|pop)\(\)$/.test(step) || step === '0';

/** Whether this is looked at by place and not by link: `$input.first()`, `$('Get').all()[0]`, `items[last - at]`. */
export const isByPlace = (node: AnyNode): boolean => pathOf(node).some(byPlace) || isReckoned(node);

/** `items[last - at]`: of a place that is worked out. */
function isReckoned(given: AnyNode): boolean {
	const node = plain(given);
	if (node.type !== 'MemberExpression') return false;
	return (node.computed && plain(node.property).type === 'BinaryExpression') || isReckoned(node.object);
}

/** What a program calls the item it is about, and what it calls items that it looks at by place, and parts of those. */
export interface Aliases {
	readonly own: ReadonlySet<string>;
	readonly others: ReadonlySet<string>;
}

/**
 * The item of a program's turn is what a function gets first, what a loop goes over, and whatever is taken out of these:
 * `items.map((one) => …)`, `for (const one of items)`, `const one = items[i]`.
 */
export function aliasesIn(tree: AnyNode): Aliases {
	const own = new Set(['item', '$json', 'items']);
	const others = new Set<string>();
	full(tree, (node) => {
		if (isFunction(node) && 'params' in node)
			for (const name of namesIn(node.params[0] ?? node)) own.add(name);
		if (node.type === 'ForOfStatement' && node.left.type === 'VariableDeclaration')
			for (const { id } of node.left.declarations) for (const name of namesIn(id)) own.add(name);
	});
	full(tree, (node) => {
		if (node.type !== 'VariableDeclarator' || !node.init) return;
		const init = plain(node.init);
		const [root = ''] = pathOf(init);
		const other = isByPlace(init) || others.has(root) || (node.id.type === 'ArrayPattern' && isList(init));
		for (const name of namesIn(node.id)) {
			if (other) others.add(name);
			else if (own.has(root)) own.add(name);
		}
	});
	return { own, others };
}

/** Whether this is a list of items: `items`, `$input.all()`, `$('Get').all()`. */
function isList(node: AnyNode): boolean {
	const path = pathOf(node);
	return path.at(-1) === 'all()' || (path.length === 1 && path[0] === 'items');
}
