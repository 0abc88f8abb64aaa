import type { AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import type { Json, JsonObject } from '../../delivery/types';
import { Answers } from '../answers';
import { isExpression, literal } from '../expressions';
import type { WorkflowNode } from '../types';
import { aliasesIn, isByPlace } from './aliases';
import { bareName, rootOf } from './items';
import { nameOf, pathOf, plain, programOf } from './script';
import { piecesOf } from './template';

/** The parts of an item that our nodes look for: what they put there, and what a failed node says of its failure. */
type Part = 'delivery' | 'deliveries' | 'contact' | 'keyClaim' | 'error' | 'details';

const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const listIn = (value: Json | undefined): readonly JsonObject[] =>
	Array.isArray(value)
		? value.flatMap((entry: Json) => (isObject(entry) ? [entry] : []))
		: isObject(value)
			? Object.values(value).flatMap(listIn)
			: [];

/**
 * Whether a node puts something else in the place of the delivery (or contact) an item carries: Edit Fields, Rename Keys
 * and Code. Dropping it is no harm: our nodes look it up by the item's link.
 */
export function writesOver(node: WorkflowNode, part: Part): boolean {
	return WRITES.has(node.type) && !node.disabled && once(over, node, part, looksOver);
}

const WRITES = new Set(
	['set', 'renameKeys', 'code', 'function', 'functionItem'].map((name) => `n8n-nodes-base.${name}`),
);

type ByName = Answers<WorkflowNode, Map<string, boolean>>;
const over: ByName = new Answers();
const filled: ByName = new Answers();

/** Each question about a node is answered once: sends with many expressions ask it for each of them. */
function once(
	answers: ByName,
	node: WorkflowNode,
	about: string,
	ask: (node: WorkflowNode, about: string) => boolean,
): boolean {
	const known = answers.of(node, () => new Map());
	let found = known.get(about);
	if (found === undefined) known.set(about, (found = ask(node, about)));
	return found;
}

function looksOver({ type, parameters }: WorkflowNode, part: string): boolean {
	switch (type) {
		case 'n8n-nodes-base.set':
			return literal(parameters.mode) === 'raw'
				? inRaw(parameters.jsonOutput, part)
				: [parameters.assignments, parameters.fields, parameters.values].some(
						(held) =>
							atRunTime(held) ||
							listIn(held).some(
								({ name }) => typeof name === 'string' && (name.includes('{{') || root(name) === part),
							),
					);
		case 'n8n-nodes-base.renameKeys':
			return (
				listIn(parameters.keys).some(({ newKey }) => {
					const name = typeof newKey === 'string' ? newKey : '';
					return name.includes('{{') || root(name) === part;
				}) ||
				// What a pattern finds may be put into the new name.
				listIn(parameters.additionalOptions).some(({ replaceRegex }) => {
					const name = typeof replaceRegex === 'string' ? replaceRegex : '';
					return /\{\{|\$/.test(name) || root(name) === part;
				})
			);
		case 'n8n-nodes-base.code':
		case 'n8n-nodes-base.function':
		case 'n8n-nodes-base.functionItem':
			return inCode(literal(parameters.jsCode ?? parameters.functionCode) ?? '', part);
		default:
			return false;
	}
}

const root = (name: string): string => rootOf(bareName(name));

/** Whether what Edit Fields sets is an expression: nobody sees which fields. */
const atRunTime = (value: Json | undefined): boolean =>
	isExpression(value) || (isObject(value) && Object.values(value).some(isExpression));

/** JSON that is written out: its keys, and what is spread into it, tell. */
function inRaw(value: Json | undefined, part: string): boolean {
	return piecesOf(value).some((piece) => {
		if ('text' in piece) return new RegExp(`"${part}"\\s*:`).test(piece.text);
		if (!piece.expression) return true;
		const whole = plain(piece.expression);
		return (
			(whole.type !== 'ObjectExpression' && isByPlace(whole)) ||
			namesByReckoning(whole) ||
			inTree(whole, part)
		);
	});
}

function inCode(source: string, part: string): boolean {
	const program = programOf(source);
	return program !== null && inTree(program, part);
}

function inTree(tree: AnyNode, part: string): boolean {
	const { own, others } = aliasesIn(tree);
	const isOther = (node: AnyNode): boolean => isByPlace(node) || others.has(pathOf(node)[0] ?? '');
	/** The fields of another item bring its delivery along; whose item it is has to be seen. */
	const bringsFields = (node: AnyNode): boolean => {
		if (node.type === 'CallExpression') return copiesOther(node);
		const [root = '', ...rest] = pathOf(node);
		if (others.has(root)) return true;
		return rest.includes('json') && (isByPlace(node) || !(own.has(root) || rest.includes('item')));
	};
	/** `structuredClone(first.json)`, `JSON.parse(JSON.stringify(items[0].json))`. */
	const copiesOther = (call: AnyNode): boolean => {
		let copies = false;
		full(call, (inner) => {
			if (inner.type === 'MemberExpression' || inner.type === 'Identifier') copies ||= bringsFields(inner);
		});
		return copies;
	};
	/** `item.json.delivery`, `$json.delivery`: the same one again. A pattern that takes it apart reads it. */
	const isOwn = (value: AnyNode): boolean =>
		!isOther(value) &&
		((value.type === 'Identifier' && value.name === part) ||
			(value.type === 'MemberExpression' && pathOf(value).at(-1) === part));
	let found = false;
	full(tree, (node) => {
		if (node.type === 'Property') {
			const name = nameOf(node.key, node.computed);
			if (name === part) found ||= !isOwn(plain(node.value));
			if (name === 'json') found ||= bringsFields(plain(node.value));
		}
		if (node.type === 'SpreadElement') found ||= bringsFields(plain(node.argument));
		if (node.type === 'CallExpression') {
			const called = pathOf(node).join('.');
			if (called === 'Object.assign()')
				found ||= node.arguments.slice(1).some((one) => bringsFields(plain(one)));
			const [, name] = node.arguments;
			if (/^(Object|Reflect)\.(defineProperty|set)\(\)$/.test(called))
				found ||= name?.type !== 'Literal' || name.value === part;
			if (called === 'Object.defineProperties()') found = true;
		}
		if (node.type === 'AssignmentExpression') {
			const path = pathOf(node.left);
			found ||= path.length > 1 && (path.includes(part) || path.at(-1) === 'pairedItem');
			found ||= path.length > 1 && path.at(-1) === 'json' && bringsFields(plain(node.right));
		}
		if (node.type === 'UnaryExpression' && node.operator === 'delete')
			found ||= pathOf(node.argument).at(-1) === 'pairedItem';
	});
	return found;
}

/** Whether an expression writes fields under names that are worked out: any of them may be the one. */
function namesByReckoning(tree: AnyNode): boolean {
	let found = false;
	full(tree, (node) => {
		if (node.type === 'Property' && node.computed) found ||= nameOf(node.key, true) === null;
		if (node.type === 'CallExpression') found ||= pathOf(node).join('.') === 'Object.fromEntries()';
	});
	return found;
}

/** Whether Edit Fields fills a field from one item for all. */
export function setsFromOther(node: WorkflowNode, field: string): boolean {
	return node.type === 'n8n-nodes-base.set' && once(filled, node, field, fillsFromOther);
}

function fillsFromOther({ parameters }: WorkflowNode, field: string): boolean {
	return [parameters.assignments, parameters.fields]
		.flatMap(listIn)
		.some(
			({ name, value }) =>
				typeof name === 'string' &&
				root(name) === field &&
				piecesOf(value).some(
					(piece) => 'source' in piece && piece.expression && isByPlace(plain(piece.expression)),
				),
		);
}
