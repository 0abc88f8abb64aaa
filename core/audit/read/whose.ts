import type { AnyNode, Expression } from 'acorn';
import type { Json } from '../../delivery/types';
import { Answers } from '../answers';
import { constantOf, isExpression, literal, withConstants } from '../expressions';
import { OWN_PREFIX } from '../own-nodes';
import type { WorkflowJson, WorkflowNode } from '../types';
import { setsFromOther, writesOver } from './envelope';
import { constantFields } from './items';
import { nameOf, pathOf, plain } from './script';
import { piecesOf } from './template';

/** Whom a send is for, as far as its parameters tell. */
export interface Recipient {
	/** The expression or constant as it stands in the node, for people. */
	readonly shown: string;
	/** `claimed`: from one of our nodes; `item`: from the item as it comes; `one`: the same for every item; `unclear`. */
	readonly from: 'claimed' | 'item' | 'one' | 'unclear';
	/** What is wrong with it, in a few words. */
	readonly why?: string;
	/** Whether it may add somebody to another recipient it stands behind. */
	readonly adds?: true;
}

/** Whether a target may differ from item to item: a fixed channel does not, and all others may reach somebody. */
export const tellsApart = ({ from, why }: Recipient): boolean => from !== 'one' || why !== SAME;

/** Whom a parameter's value names, constants of settings put in. */
export function ofValue(given: Json, node: WorkflowNode, workflow: WorkflowJson): Recipient {
	const value = withConstants(given, workflow.nodes) ?? given;
	if (typeof value !== 'string' || !isExpression(value)) {
		const shown = typeof value === 'string' ? (literal(value) ?? value) : JSON.stringify(value);
		return { shown, from: 'one', why: SAME };
	}
	const parts = piecesOf(value).flatMap((piece) => ('source' in piece ? [piece] : []));
	const shown = value.slice(1).trim();
	if (piecesOf(value).some((piece) => 'text' in piece && namesMore(piece.text)))
		return { shown, from: 'one', why: MORE };
	const all = parts.map((piece): Recipient =>
		piece.expression
			? ofExpression(piece.expression, shown, node, workflow)
			: { shown, from: 'unclear', why: 'it cannot be read' },
	);
	return best(all) ?? { shown, from: 'one' };
}

/** Of several parts the one that tells recipients apart counts, unless one part looks at another item. */
function best(all: readonly Recipient[]): Recipient | undefined {
	return (
		all.find(({ from, why, adds }) => from === 'one' && (why === OTHER || adds === true)) ??
		all.find(({ from }) => from === 'claimed') ??
		all.find(({ from }) => from === 'item') ??
		all[0]
	);
}

const SAME = 'it is the same for every item';
const OTHER = 'it looks at one item for all';
const MORE = 'its text names somebody itself';
/** Text around an address that makes another one of it, or adds one. */
const namesMore = (text: string): boolean => /[@,;]|\d{5,}/.test(text);
/** Methods that give the same address in another form. */
function keepsText(name: string, given: readonly AnyNode[]): boolean {
	if (
		/^(trim|trimStart|trimEnd|toLowerCase|toUpperCase|toString|normalize|first|last|all|itemMatching)$/.test(
			name,
		)
	)
		return true;
	const [, by] = given;
	return (
		/^replace(All)?$/.test(name) &&
		by?.type === 'Literal' &&
		!namesMore(String(by.value)) &&
		plain(given[0] as AnyNode).type === 'Literal' &&
		!/[.][*+]/.test(String((given[0] as { raw?: string }).raw ?? ''))
	);
}
/** Fields in which vendors of text put what a model wrote. */
const MODEL_TEXT =
	/^(output|text|choices|message|content|completion|response|candidates|generations|answer)$/;

/** Whom an expression names; `shownAs` is its text for people. */
export function ofExpression(
	given: AnyNode | Expression,
	shownAs: string,
	node: WorkflowNode,
	workflow: WorkflowJson,
): Recipient {
	const shown = shownAs.trim().slice(0, 200);
	const say: Say = (from, why, adds) => ({
		shown,
		from,
		...(why === undefined ? {} : { why }),
		...(adds === true ? { adds } : {}),
	});
	const value = plain(given);
	const inner = (one: AnyNode): Recipient => ofExpression(one, shown, node, workflow);
	switch (value.type) {
		case 'Literal':
			return say('one', SAME);
		case 'LogicalExpression':
		case 'ConditionalExpression': {
			const sides =
				value.type === 'LogicalExpression' ? [value.left, value.right] : [value.consequent, value.alternate];
			const parts = sides.filter((side) => !isNothing(side)).map(inner);
			return (
				parts.find(({ from }) => from === 'one') ??
				parts.find(({ from }) => from === 'unclear') ??
				parts.find(({ from }) => from === 'item') ??
				parts[0] ??
				say('one')
			);
		}
		case 'BinaryExpression':
			if ([value.left, value.right].some((side) => side.type === 'Literal' && namesMore(String(side.value))))
				return say('one', MORE);
			return best([inner(value.left), inner(value.right)]) ?? say('unclear');
		case 'TemplateLiteral':
			if (value.quasis.some(({ value: { raw } }) => namesMore(raw))) return say('one', MORE);
			return best(value.expressions.map(inner)) ?? say('one', SAME);
		case 'ArrayExpression':
			if (value.elements.length > 1) return say('unclear', 'it names several');
			return value.elements[0] ? inner(value.elements[0]) : say('one');
		case 'ObjectExpression':
			return (
				best(
					value.properties.flatMap((property) =>
						property.type === 'Property' ? [inner(property.value)] : [],
					),
				) ?? say('one')
			);
		case 'CallExpression': {
			const callee = plain(value.callee);
			if (
				callee.type === 'Identifier' &&
				['String', 'encodeURIComponent', 'Number'].includes(callee.name) &&
				value.arguments[0]
			)
				return inner(value.arguments[0]);
			if (callee.type === 'MemberExpression')
				return keepsText(nameOf(callee.property, callee.computed) ?? '', value.arguments)
					? inner(callee.object)
					: inner(callee.object).from === 'one'
						? inner(callee.object)
						: say('unclear', 'it is worked out by a function');
			return say('unclear', 'it is worked out by a function');
		}
		case 'MemberExpression':
		case 'Identifier':
			return ofPath(pathOf(value), say, workflow);
		default:
			return say('unclear', 'its form is not known');
	}
}

type Say = (from: Recipient['from'], why?: string, adds?: boolean) => Recipient;

/** Whether an expression says nobody: null, undefined or an empty text. */
export const isNothing = (given: AnyNode): boolean => {
	const value = plain(given);
	return (
		(value.type === 'Literal' && (value.value === null || value.value === '')) ||
		(value.type === 'Identifier' && value.name === 'undefined')
	);
};

function ofPath(path: readonly string[], say: Say, workflow: WorkflowJson): Recipient {
	const [root = '', second = '', third = '', ...rest] = path;
	const named = /^\$\((.*)\)$/s.exec(root)?.[1];
	if (named !== undefined && third === 'json' && rest.length === 1) {
		const holder = workflow.nodes.find((one) => one.name === named);
		const constant = constantOf(holder, rest[0] ?? '');
		if (constant !== undefined) return say('one', SAME, namesMore(constant));
	}
	if (path.some((part) => /^(first|last|all|itemMatching)\(\)$/.test(part))) return say('one', OTHER);
	if (path.some((part) => part.endsWith('()') || part === 'length'))
		return say('unclear', 'it is worked out by a function');
	if (root === '$json') return ofField([second, third, ...rest], say, workflow);
	if (root === '$input' && second === 'item' && third === 'json') return ofField(rest, say, workflow);
	if (root === '$node' || root === '$items')
		return say('one', 'it looks at an item by its place, not by its link');
	const name = named;
	if (name === undefined || second !== 'item' || third !== 'json')
		return say('unclear', 'it is worked out from something else than the item');
	const source = workflow.nodes.find((one) => one.name === name);
	if (source?.type.startsWith(OWN_PREFIX)) return ofField(rest, say, workflow, name, true);
	return ofField(rest, say, workflow, name);
}

/** A field of the item: from our nodes' own parts, or from whatever stands before; a constant that a Set node puts there is one for all. */
function ofField(
	fields: readonly string[],
	say: Say,
	workflow: WorkflowJson,
	holder?: string,
	own = false,
): Recipient {
	const [first = '', second = ''] = fields.filter((field) => field !== '');
	if (first === 'contact' || first === 'delivery') {
		const over = found(workflow, `over ${first}`, (one) => writesOver(one, first));
		return over ? say('unclear', `'${over.name}' puts something else into '${first}'`) : say('claimed');
	}
	if (own) return say('claimed');
	if (MODEL_TEXT.test(first) && (first !== 'message' || second === 'content'))
		return say('one', 'it is text that a model wrote');
	const held = holder === undefined ? first : `${first} by ${holder}`;
	const set = found(
		workflow,
		`set ${held}`,
		(one) =>
			one.type === 'n8n-nodes-base.set' &&
			!one.disabled &&
			(holder === undefined || one.name === holder) &&
			constantFields(one).has(first),
	);
	if (set)
		return say(
			'one',
			`'${set.name}' sets '${first}' to the same for every item`,
			namesMore(constantOf(set, first) ?? '@'),
		);
	const other = found(
		workflow,
		`other ${held}`,
		(one) => !one.disabled && (holder === undefined || one.name === holder) && setsFromOther(one, first),
	);
	return other ? say('one', `'${other.name}' sets '${first}' from one item for all`) : say('item');
}

const finds = new Answers<WorkflowJson, Map<string, WorkflowNode | null>>();

/** The first node of a workflow that fits; asked once, whatever number of expressions asks for it. */
function found(
	workflow: WorkflowJson,
	what: string,
	fits: (node: WorkflowNode) => boolean,
): WorkflowNode | null {
	const known = finds.of(workflow, () => new Map());
	const before = known.get(what);
	if (before !== undefined) return before;
	const node = workflow.nodes.find(fits) ?? null;
	known.set(what, node);
	return node;
}
