import type { AnyNode, Program } from 'acorn';
import { ancestor, full } from 'acorn-walk';
import type { Items } from '../catalogue/types';
import { isFunction, nameOf, plain, words } from './script';

/** The returns of the program itself, not of functions in it. */
function returnsOf(program: Program): (AnyNode | null)[] {
	const found: (AnyNode | null)[] = [];
	ancestor(program, {
		ReturnStatement: (node, _state, ancestors) => {
			if (!ancestors.some((outer) => isFunction(outer)))
				found.push(node.argument ? plain(node.argument) : null);
		},
	});
	return found;
}

/** Once for each item: as many as came when every way ends in an object. */
export function eachItem(program: Program): Items {
	const returns = returnsOf(program);
	const ends = program.body.at(-1)?.type === 'ReturnStatement' && returns.length > 0;
	const oneEach = (value: AnyNode | null): boolean => {
		if (!value) return false;
		if (value.type === 'ConditionalExpression')
			return oneEach(plain(value.consequent)) && oneEach(plain(value.alternate));
		if (value.type === 'ObjectExpression') return true;
		return isItem(value);
	};
	return ends && returns.every(oneEach) ? 'same' : 'any';
}

const isItem = (value: AnyNode): boolean =>
	(value.type === 'Identifier' && (value.name === 'item' || value.name === '$json')) ||
	(value.type === 'MemberExpression' &&
		isInput(value.object) &&
		nameOf(value.property, value.computed) === 'item');

const isInput = (given: AnyNode): boolean => {
	const node = plain(given);
	return node.type === 'Identifier' && node.name === '$input';
};

const SHAPES = words('splice pop shift push unshift reverse sort fill copyWithin length');

/** Once for all items: as many as came, in their order, where the program maps, or fills a list, item by item. */
export function allItems(program: Program): Items {
	const wholes = new Set(['items']);
	const reshaped = new Set<string>();
	const links: AnyNode[] = [];
	full(program, (node) => {
		if (node.type === 'MemberExpression' && node.object.type === 'Identifier') {
			const name = nameOf(node.property, node.computed);
			if (name !== null && SHAPES.has(name) && name !== 'length') reshaped.add(node.object.name);
		}
		if (node.type === 'AssignmentExpression') {
			if (node.left.type === 'Identifier') reshaped.add(node.left.name);
			if (
				node.left.type === 'MemberExpression' &&
				node.left.object.type === 'Identifier' &&
				nameOf(node.left.property, node.left.computed) === 'length'
			)
				reshaped.add(node.left.object.name);
		}
		if (node.type === 'Property' && nameOf(node.key, node.computed) === 'pairedItem')
			links.push(plain(node.value));
	});
	if (links.some(saysOneItem)) return 'any';
	const isWhole = (given: AnyNode): boolean => {
		const node = plain(given);
		if (node.type === 'Identifier') return wholes.has(node.name) && !reshaped.has(node.name);
		if (node.type !== 'CallExpression') return false;
		const callee = plain(node.callee);
		if (callee.type !== 'MemberExpression') return false;
		const name = nameOf(callee.property, callee.computed);
		if (name === 'all' && isInput(callee.object)) return node.arguments.length === 0;
		const [each] = node.arguments;
		return name === 'map' && isWhole(callee.object) && node.arguments.length === 1 && givesOne(each);
	};
	for (const statement of program.body) {
		if (statement.type !== 'VariableDeclaration') continue;
		for (const { id, init } of statement.declarations)
			if (id.type === 'Identifier' && init && isWhole(init)) wholes.add(id.name);
	}
	const filled = filledOnce(program, isWhole);
	const returns = returnsOf(program);
	const ends = program.body.at(-1)?.type === 'ReturnStatement' && returns.length > 0;
	const ok = (value: AnyNode | null): boolean =>
		value !== null && (isWhole(value) || (value.type === 'Identifier' && filled.has(value.name)));
	return ends && returns.every(ok) ? 'same' : 'any';
}

/** Whether a function that is mapped gives one item of its own for each: an object, or what it got, on every way. */
function givesOne(given: AnyNode | undefined): boolean {
	if (given?.type !== 'ArrowFunctionExpression' && given?.type !== 'FunctionExpression') return false;
	const [parameter] = given.params;
	const own = parameter?.type === 'Identifier' ? parameter.name : null;
	const one = (entry: AnyNode | null | undefined): boolean => {
		const value = entry ? plain(entry) : null;
		if (value === null) return false;
		if (value.type === 'ConditionalExpression') return one(value.consequent) && one(value.alternate);
		return value.type === 'ObjectExpression' || (value.type === 'Identifier' && value.name === own);
	};
	if (given.body.type !== 'BlockStatement') return one(given.body);
	// Returns of functions inside count as its own: they need be items too.
	const returns: (AnyNode | null | undefined)[] = [];
	full(given.body, (node) => {
		if (node.type === 'ReturnStatement') returns.push(node.argument);
	});
	return given.body.body.at(-1)?.type === 'ReturnStatement' && returns.every(one);
}

/** `pairedItem: 0` or `{ item: 0 }`: every item says it came from one. */
function saysOneItem(value: AnyNode): boolean {
	if (value.type === 'Literal') return true;
	return (
		value.type === 'ObjectExpression' &&
		value.properties.some((property) => property.type === 'Property' && property.value.type === 'Literal')
	);
}

/** Ways out of a loop before its end. */
const LEAVES = words('BreakStatement ContinueStatement ReturnStatement ThrowStatement');

/** Lists that begin empty and get exactly one entry for each item, in a plain loop over all of them. */
function filledOnce(program: Program, isWhole: (node: AnyNode) => boolean): ReadonlySet<string> {
	const pushes = new Map<string, number>();
	full(program, (node) => {
		if (
			node.type === 'AssignmentExpression' &&
			node.left.type === 'MemberExpression' &&
			node.left.object.type === 'Identifier'
		)
			pushes.set(node.left.object.name, 2);
		if (node.type === 'MemberExpression' && node.object.type === 'Identifier') {
			const name = nameOf(node.property, node.computed);
			if (name !== null && SHAPES.has(name) && name !== 'length')
				pushes.set(node.object.name, (pushes.get(node.object.name) ?? 0) + 1);
		}
	});
	const empty = new Set<string>();
	const filled = new Set<string>();
	for (const statement of program.body) {
		if (statement.type === 'VariableDeclaration')
			for (const { id, init } of statement.declarations)
				if (id.type === 'Identifier' && init?.type === 'ArrayExpression' && init.elements.length === 0)
					empty.add(id.name);
		if (
			statement.type !== 'ForOfStatement' ||
			!isWhole(statement.right) ||
			statement.body.type !== 'BlockStatement'
		)
			continue;
		const types: string[] = [];
		full(statement.body, ({ type }) => void types.push(type));
		if (types.some((type) => LEAVES.has(type))) continue;
		for (const inner of statement.body.body) {
			if (inner.type !== 'ExpressionStatement' || inner.expression.type !== 'CallExpression') continue;
			const { callee, arguments: given } = inner.expression;
			if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') continue;
			const { name } = callee.object;
			const pushed =
				nameOf(callee.property, callee.computed) === 'push' &&
				given.length === 1 &&
				given[0]?.type !== 'SpreadElement';
			if (pushed && empty.has(name) && pushes.get(name) === 1) filled.add(name);
		}
	}
	return filled;
}
