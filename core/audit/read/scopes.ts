import type { AnyNode, Program } from 'acorn';
import { ancestor, full } from 'acorn-walk';
import { isFunction } from './script';

/** The names a program declares, by the function they belong to, and whether each can only be a function of the program. */
export class Scopes {
	private readonly byScope = new Map<AnyNode, Map<string, boolean>>();
	private readonly all = new Set<string>();

	constructor(program: Program) {
		ancestor(program, {
			VariableDeclarator: (node, _state, ancestors) =>
				this.define(
					scopeOf(ancestors, program),
					node.id,
					node.init ? isFunction(node.init) && node.id.type === 'Identifier' : false,
				),
			FunctionDeclaration: (node, _state, ancestors) => {
				if (node.id) this.define(scopeOf(ancestors.slice(0, -1), program), node.id, true);
				this.parameters(node, node.params);
			},
			FunctionExpression: (node) => {
				if (node.id) this.define(node, node.id, true);
				this.parameters(node, node.params);
			},
			ArrowFunctionExpression: (node) => this.parameters(node, node.params),
			CatchClause: (node, _state, ancestors) => {
				if (node.param) this.define(scopeOf(ancestors, program), node.param, false);
			},
		});
		full(program, (node) => {
			if (
				node.type === 'AssignmentExpression' &&
				node.left.type !== 'MemberExpression' &&
				!isFunction(node.right)
			)
				this.spoil(node.left);
			if (
				(node.type === 'ForOfStatement' || node.type === 'ForInStatement') &&
				node.left.type !== 'VariableDeclaration'
			)
				this.spoil(node.left);
		});
	}

	has(name: string): boolean {
		return this.all.has(name);
	}

	/** Whether a name, seen from inside these nodes, is a function of the program; `undefined` if it declares no such name. */
	callable(name: string, ancestors: readonly AnyNode[]): boolean | undefined {
		for (let at = ancestors.length - 1; at >= 0; at -= 1) {
			const known = this.byScope.get(ancestors[at] as AnyNode)?.get(name);
			if (known !== undefined) return known;
		}
		return this.all.has(name) ? false : undefined;
	}

	private parameters(scope: AnyNode, patterns: readonly AnyNode[]): void {
		for (const pattern of patterns) this.define(scope, pattern, false);
	}

	private define(scope: AnyNode, pattern: AnyNode, callable: boolean): void {
		const names = this.byScope.get(scope) ?? new Map<string, boolean>();
		this.byScope.set(scope, names);
		for (const name of namesIn(pattern)) {
			names.set(name, (names.get(name) ?? true) && callable);
			this.all.add(name);
		}
	}

	/** Something else than a function is put into a name: wherever it was declared. */
	private spoil(pattern: AnyNode): void {
		for (const name of namesIn(pattern))
			for (const names of this.byScope.values()) if (names.has(name)) names.set(name, false);
	}
}

/** The innermost function around a node, or the program. Blocks count for their function: no name is taken for better. */
function scopeOf(ancestors: readonly AnyNode[], program: Program): AnyNode {
	return [...ancestors].reverse().find((node) => isFunction(node)) ?? program;
}

/** Names that a pattern declares. */
export function namesIn(pattern: AnyNode): string[] {
	switch (pattern.type) {
		case 'Identifier':
			return [pattern.name];
		case 'ObjectPattern':
			return pattern.properties.flatMap((property) =>
				namesIn(property.type === 'Property' ? property.value : property.argument),
			);
		case 'ArrayPattern':
			return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
		case 'RestElement':
			return namesIn(pattern.argument);
		case 'AssignmentPattern':
			return namesIn(pattern.left);
		default:
			return [];
	}
}
