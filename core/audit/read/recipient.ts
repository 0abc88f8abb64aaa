import type { AnyNode, Expression } from 'acorn';
import type { Json, JsonObject } from '../../delivery/types';
import { constantOf, isExpression, literal, unwrapLocator, withConstants } from '../expressions';
import { OWN_PREFIX } from '../own-nodes';
import type { WorkflowJson, WorkflowNode } from '../types';
import { constantFields } from './items';
import { nameOf, pathOf, plain } from './script';
import { piecesOf, soleExpression } from './template';

/** Whom a send is for, as far as its parameters tell. */
export interface Recipient {
	/** The expression or constant as it stands in the node, for people. */
	readonly shown: string;
	/** `claimed`: from one of our nodes; `item`: from the item as it comes; `one`: the same for every item; `unclear`. */
	readonly from: 'claimed' | 'item' | 'one' | 'unclear';
	/** What is wrong with it, in a few words. */
	readonly why?: string;
}

/** Names of parameters and body fields that say to whom. The sender's own address is none. */
const TO_WHOM =
	/^(to|toemail|tolist|toaddress(es)?|torecipients|tonumber|sendto|recipients?|recipient_?id|email|emails|emailaddress|email_address|address|contactid|contact|vid|user|userid|user_id|channel|channelid|channel_id|channelname|phone|phonenumber|phone_number|msisdn|destination|destinationnumber|destinationphonenumber|chatid|chat_id|recipientphonenumber|recipient_phone|threadid|topicarn|topic|personalizations|toaddressesui|person|subscriber|subscriberid|handle|target|targets|room|roomid|room_id|originator_to|mailto|include_aliases|external_id)$/i;
const NOT_WHOM = /^(from|fromemail|sender|replyto|reply_to|cc|bcc)/i;

/**
 * The recipients a sending node names: in its parameters, and in an HTTP request in address, query and body. Empty when
 * none can be found.
 */
export function recipientsOf(
	node: WorkflowNode,
	workflow: WorkflowJson,
	declared?: string,
): readonly Recipient[] {
	if (declared !== undefined) return [ofValue(declared, node, workflow)];
	const http = /(^|\.)httpRequest(Tool)?$/.test(node.type);
	const found = http ? inRequest(node, workflow) : inParameters(node.parameters, node, workflow);
	const seen = new Set<string>();
	return found.filter(({ shown }) => !seen.has(shown) && seen.add(shown));
}

function inParameters(
	value: Json | undefined,
	node: WorkflowNode,
	workflow: WorkflowJson,
	depth = 0,
): Recipient[] {
	if (typeof value !== 'object' || value === null || depth > 8) return [];
	if (Array.isArray(value))
		return value.flatMap((entry: Json) => inParameters(entry, node, workflow, depth + 1));
	return Object.entries(value as JsonObject).flatMap(([name, entry]): Recipient[] => {
		const bare = unwrapLocator(entry);
		if (TO_WHOM.test(name) && (typeof bare === 'string' || typeof bare === 'number') && bare !== '')
			return [ofValue(bare, node, workflow)];
		return inParameters(entry, node, workflow, depth + 1);
	});
}

/** Body parameters and query, a JSON body, and the path of the address. */
function inRequest(node: WorkflowNode, workflow: WorkflowJson): Recipient[] {
	const { parameters } = node;
	const pairs = ['bodyParameters', 'queryParameters', 'bodyParametersUi', 'queryParametersUi'].flatMap(
		(holder): Recipient[] => {
			const list = parameters[holder];
			const entries =
				typeof list === 'object' && list !== null ? Object.values(list as JsonObject).flat() : [];
			return entries.flatMap((entry: Json): Recipient[] => {
				const { name, value } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
					name?: Json;
					value?: Json;
				};
				return typeof name === 'string' && TO_WHOM.test(name.replace(/\W+/g, '')) && value !== undefined
					? [ofValue(value, node, workflow)]
					: [];
			});
		},
	);
	const bodies = ['jsonBody', 'body', 'bodyParametersJson', 'jsonQuery', 'queryParametersJson'].flatMap(
		(name) => inBody(parameters[name], node, workflow),
	);
	const found = [...pairs, ...bodies];
	if (found.length > 0) return found;
	// `/contacts/{{ $json.id }}/notify`: the address says whom.
	const url = typeof parameters.url === 'string' ? parameters.url : '';
	return piecesOf(url).flatMap((piece): Recipient[] =>
		'source' in piece && piece.expression
			? [ofExpression(piece.expression, piece.source, node, workflow)].filter(({ from }) => from !== 'one')
			: [],
	);
}

function inBody(value: Json | undefined, node: WorkflowNode, workflow: WorkflowJson): Recipient[] {
	if (typeof value === 'object' && value !== null) return inParameters(value, node, workflow);
	if (typeof value !== 'string' || value === '') return [];
	const sole = soleExpression(value);
	if (sole) return inObject(sole, node, workflow, value);
	return inText(value, node, workflow);
}

/** A body written as an object in an expression: `{{ { To: … } }}` or `{{ JSON.stringify({ To: … }) }}`. */
function inObject(
	given: AnyNode,
	node: WorkflowNode,
	workflow: WorkflowJson,
	source: string,
	depth = 0,
): Recipient[] {
	const value = plain(given);
	if (depth > 12) return [];
	const deeper = (inner: AnyNode): Recipient[] => inObject(inner, node, workflow, source, depth + 1);
	if (value.type === 'CallExpression') return value.arguments.flatMap(deeper);
	if (value.type === 'ArrayExpression')
		return value.elements.flatMap((element) => (element ? deeper(element) : []));
	if (value.type !== 'ObjectExpression') return [];
	return value.properties.flatMap((property): Recipient[] => {
		if (property.type !== 'Property') return [];
		const name = nameOf(property.key, property.computed) ?? '';
		const inner = plain(property.value);
		if (inner.type === 'ObjectExpression' || inner.type === 'ArrayExpression') {
			const nested = deeper(inner);
			if (nested.length > 0 || !TO_WHOM.test(name)) return nested;
			if (inner.type === 'ArrayExpression')
				return inner.elements.flatMap((element) =>
					element ? [ofExpression(element, cut(source, element), node, workflow)] : [],
				);
		}
		return TO_WHOM.test(name) && !NOT_WHOM.test(name)
			? [ofExpression(inner, cut(source, inner), node, workflow)]
			: [];
	});
}

/** Positions count from the beginning of the trimmed expression, behind `={{`. */
function cut(source: string, { start, end }: AnyNode): string {
	const inner = source.slice(source.indexOf('{{') + 2);
	return inner.slice(inner.length - inner.trimStart().length).slice(start, end);
}

/** A body written as JSON text with expressions in it: `={"To": "{{ $json.email }}"}`. */
function inText(value: string, node: WorkflowNode, workflow: WorkflowJson): Recipient[] {
	const pieces = piecesOf(value);
	const found: Recipient[] = [];
	pieces.forEach((piece, at) => {
		if (!('source' in piece)) {
			for (const [, name = '', constant = ''] of piece.text.matchAll(
				/"([\w.-]{1,40})" ?: ?(?:\[ ?)?"([^"{}]{1,200})"/g,
			))
				if (TO_WHOM.test(name) && !NOT_WHOM.test(name)) found.push(ofValue(constant, node, workflow));
			return;
		}
		const before = pieces[at - 1];
		const text = before && 'text' in before ? before.text.slice(-120) : '';
		const name = /"([\w.-]{1,40})"\s*:\s*(?:\[\s*)?(?:\{\s*)?"?$/.exec(text)?.[1] ?? '';
		if (!TO_WHOM.test(name) || NOT_WHOM.test(name)) return;
		found.push(
			piece.expression
				? ofExpression(piece.expression, piece.source, node, workflow)
				: { shown: piece.source.trim(), from: 'unclear', why: 'it cannot be read' },
		);
	});
	return found;
}

/** Whether a target may differ from item to item: a fixed channel does not, and all others may reach somebody. */
export const tellsApart = ({ from, why }: Recipient): boolean => from !== 'one' || why !== SAME;

function ofValue(given: Json, node: WorkflowNode, workflow: WorkflowJson): Recipient {
	const value = withConstants(given, workflow.nodes) ?? given;
	if (typeof value !== 'string' || !isExpression(value)) {
		const shown = typeof value === 'string' ? (literal(value) ?? value) : JSON.stringify(value);
		return { shown, from: 'one', why: SAME };
	}
	const parts = piecesOf(value).flatMap((piece) => ('source' in piece ? [piece] : []));
	const shown = value.slice(1).trim();
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
		all.find(({ from, why }) => from === 'one' && why === OTHER) ??
		all.find(({ from }) => from === 'claimed') ??
		all.find(({ from }) => from === 'item') ??
		all[0]
	);
}

const SAME = 'it is the same for every item';
const OTHER = 'it looks at one item for all';
/** Fields in which vendors of text put what a model wrote. */
const MODEL_TEXT =
	/^(output|text|choices|message|content|completion|response|candidates|generations|answer)$/;

function ofExpression(
	given: AnyNode | Expression,
	shownAs: string,
	node: WorkflowNode,
	workflow: WorkflowJson,
): Recipient {
	const shown = shownAs.trim().slice(0, 200);
	const say = (from: Recipient['from'], why?: string): Recipient => ({
		shown,
		from,
		...(why === undefined ? {} : { why }),
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
			return best([inner(value.left), inner(value.right)]) ?? say('unclear');
		case 'TemplateLiteral':
			return best(value.expressions.map(inner)) ?? say('one', SAME);
		case 'ArrayExpression':
		case 'ObjectExpression':
			return (
				best(
					value.type === 'ArrayExpression'
						? value.elements.flatMap((element) => (element ? [inner(element)] : []))
						: value.properties.flatMap((property) =>
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
			if (callee.type === 'MemberExpression') return inner(callee.object);
			return say('unclear', 'it is worked out by a function');
		}
		case 'MemberExpression':
		case 'Identifier':
			return ofPath(pathOf(value), say, workflow);
		default:
			return say('unclear', 'its form is not known');
	}
}

const isNothing = (given: AnyNode): boolean => {
	const value = plain(given);
	return (
		(value.type === 'Literal' && (value.value === null || value.value === '')) ||
		(value.type === 'Identifier' && value.name === 'undefined')
	);
};

function ofPath(
	path: readonly string[],
	say: (from: Recipient['from'], why?: string) => Recipient,
	workflow: WorkflowJson,
): Recipient {
	const [root = '', second = '', third = '', ...rest] = path;
	const named = /^\$\((.*)\)$/s.exec(root)?.[1];
	if (named !== undefined && third === 'json' && rest.length === 1) {
		const holder = workflow.nodes.find((one) => one.name === named);
		if (constantOf(holder, rest[0] ?? '') !== undefined) return say('one', SAME);
	}
	if (path.some((part) => /^(first|last|all|itemMatching)\(\)$/.test(part))) return say('one', OTHER);
	if (root === '$json') return ofField([second, third, ...rest], say, workflow);
	if (root === '$input' && second === 'item' && third === 'json') return ofField(rest, say, workflow);
	if (root === '$node' || root === '$items')
		return say('one', 'it looks at an item by its place, not by its link');
	const name = named;
	if (name === undefined || second !== 'item' || third !== 'json')
		return say('unclear', 'it is worked out from something else than the item');
	const source = workflow.nodes.find((one) => one.name === name);
	if (source?.type.startsWith(OWN_PREFIX)) return say('claimed');
	return ofField(rest, say, workflow, name);
}

/** A field of the item: from our nodes' own parts, or from whatever stands before; a constant that a Set node puts there is one for all. */
function ofField(
	fields: readonly string[],
	say: (from: Recipient['from'], why?: string) => Recipient,
	workflow: WorkflowJson,
	holder?: string,
): Recipient {
	const [first = '', second = ''] = fields.filter((field) => field !== '');
	if (first === 'contact' || first === 'delivery') return say('claimed');
	if (MODEL_TEXT.test(first) && (first !== 'message' || second === 'content'))
		return say('one', 'it is text that a model wrote');
	const set = workflow.nodes.find(
		(one) =>
			one.type === 'n8n-nodes-base.set' &&
			!one.disabled &&
			(holder === undefined || one.name === holder) &&
			constantFields(one).has(first),
	);
	return set ? say('one', `'${set.name}' sets '${first}' to the same for every item`) : say('item');
}
