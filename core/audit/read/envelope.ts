import type { AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import type { Json, JsonObject } from '../../delivery/types';
import { Answers } from '../answers';
import { literal } from '../expressions';
import type { WorkflowNode } from '../types';
import { rootOf } from './items';
import { nameOf, pathOf, plain, programOf } from './script';
import { piecesOf } from './template';

/** The parts of an item that our nodes look for: what they put there, and what a failed node says of its failure. */
type Part = 'delivery' | 'contact' | 'keyClaim' | 'error' | 'details';

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
				: [parameters.assignments, parameters.fields, parameters.values]
						.flatMap(listIn)
						.some(({ name }) => typeof name === 'string' && (name.includes('{{') || root(name) === part));
		case 'n8n-nodes-base.renameKeys':
			return listIn(parameters.keys).some(({ newKey }) => {
				const name = typeof newKey === 'string' ? newKey : '';
				return name.includes('{{') || root(name) === part;
			});
		case 'n8n-nodes-base.code':
		case 'n8n-nodes-base.function':
		case 'n8n-nodes-base.functionItem':
			return inCode(literal(parameters.jsCode ?? parameters.functionCode) ?? '', part);
		default:
			return false;
	}
}

const root = (name: string): string => rootOf(name.replace(/^=/, '').trim());

/** JSON that is written out: its keys, and what is spread into it, tell. */
function inRaw(value: Json | undefined, part: string): boolean {
	return piecesOf(value).some((piece) => {
		if ('text' in piece) return new RegExp(`"${part}"\\s*:`).test(piece.text);
		if (!piece.expression) return false;
		const whole = plain(piece.expression);
		return (whole.type !== 'ObjectExpression' && isOther(whole)) || inTree(whole, part);
	});
}

function inCode(source: string, part: string): boolean {
	const program = programOf(source);
	return program !== null && inTree(program, part);
}

/** What is looked at by place and not by link: `$input.first()`, `$('Get').all()[0]`, `items[0]`. */
const isOther = (node: AnyNode): boolean =>
	pathOf(node).some((step) => /^(first|last|itemMatching)\(\)$/.test(step) || step === '0');

function inTree(tree: AnyNode, part: string): boolean {
	let found = false;
	full(tree, (node) => {
		if (node.type === 'Property' && nameOf(node.key, node.computed) === part)
			found ||= !isOwn(plain(node.value), part);
		// The fields of another item bring its delivery along.
		if (node.type === 'SpreadElement')
			found ||= pathOf(node.argument).includes('json') && isOther(node.argument);
		if (node.type === 'AssignmentExpression') {
			const path = pathOf(node.left);
			found ||= path.length > 1 && (path.includes(part) || path.at(-1) === 'pairedItem');
		}
		if (node.type === 'UnaryExpression' && node.operator === 'delete')
			found ||= pathOf(node.argument).at(-1) === 'pairedItem';
	});
	return found;
}

/** `item.json.delivery`, `$json.delivery`: the same one again. A pattern that takes it apart reads it. */
const isOwn = (value: AnyNode, part: string): boolean =>
	(value.type === 'Identifier' && value.name === part) ||
	(value.type === 'MemberExpression' && pathOf(value).at(-1) === part && !isOther(value));

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
					(piece) => 'source' in piece && piece.expression && isOther(plain(piece.expression)),
				),
		);
}
