import type { AnyNode } from 'acorn';
import type { Json, JsonObject } from '../../delivery/types';
import { Answers } from '../answers';
import { literal, unwrapLocator } from '../expressions';
import { versionOf } from '../facts/operation';
import type { WorkflowJson, WorkflowNode } from '../types';
import { composesBatch, postsBatch } from './batch';
import { nameOf, plain } from './script';
import { piecesOf, soleExpression } from './template';
import { isNothing, ofExpression, ofValue, type Recipient } from './whose';
import { isRequestOrTool } from './request';

/** Names of parameters and body fields that say to whom. The sender's own address is none. */
const TO_WHOM =
	/^(to|toemail|tolist|toaddress(es)?|torecipients|tonumber|sendto|recipients?|recipient_?id|email|emails|emailaddress|email_address|address|contactid|contact|vid|user|userid|user_id|channel|channelid|channel_id|channelname|phone|phonenumber|phone_number|msisdn|destination|destinationnumber|destinationphonenumber|chatid|chat_id|recipientphonenumber|recipient_phone|threadid|topicarn|topic|personalizations|toaddressesui|person|subscriber|subscriberid|handle|target|targets|room|roomid|room_id|originator_to|mailto|include_aliases|external_id)$/i;
const NOT_WHOM = /^(from|fromemail|sender|replyto|reply_to)/i;
/** What travels with a message and reaches nobody. */
const BESIDE = /^(metadata|custom_args|unique_args|headers|tags)$/i;
/** Who gets a copy: like everybody else the delivery's own person, or nobody. */
const COPIES = /^b?cc(emails?|list|recipients|addresses|addressesui|mail)?$/i;
const isWhom = (name: string): boolean => (TO_WHOM.test(name) || COPIES.test(name)) && !NOT_WHOM.test(name);

/**
 * The recipients a sending node names: in its parameters, and in an HTTP request in address, query and body. Empty when
 * none can be found.
 */
export function recipientsOf(
	node: WorkflowNode,
	workflow: WorkflowJson,
	declared?: string,
): readonly Recipient[] {
	const before = known.of(node, () => ({ workflow, declared, found: lookedFor(node, workflow, declared) }));
	return before.workflow === workflow && before.declared === declared
		? before.found
		: lookedFor(node, workflow, declared);
}

/** Several proofs and the report ask the same of a node, all in one workflow and under one declaration. */
const known = new Answers<
	WorkflowNode,
	{
		readonly workflow: WorkflowJson;
		readonly declared: string | undefined;
		readonly found: readonly Recipient[];
	}
>();

function lookedFor(
	node: WorkflowNode,
	workflow: WorkflowJson,
	declared: string | undefined,
): readonly Recipient[] {
	if (declared !== undefined) return [ofValue(declared, node, workflow)];
	const http = isRequestOrTool(node.type);
	const found = postsBatch(node)
		? inBatches(workflow)
		: http
			? inRequest(node, workflow)
			: inParameters(node.parameters, node, workflow);
	const seen = new Set<string>();
	return found.filter(({ shown }) => !seen.has(shown) && seen.add(shown));
}

/** The messages of a batch are those that its confirmation composed, each for the item it belongs to. */
const inBatches = (workflow: WorkflowJson): Recipient[] =>
	workflow.nodes.filter(composesBatch).flatMap((one) => inBody(one.parameters.message, one, workflow));

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
		if (isWhom(name) && (typeof bare === 'string' || typeof bare === 'number') && bare !== '')
			return [ofValue(bare, node, workflow)];
		return inParameters(entry, node, workflow, depth + 1);
	});
}

/** Names of the parameters that an HTTP Request really sends; others may be left over from before. */
function sentBy({ parameters, type, typeVersion }: WorkflowNode): readonly string[] {
	const version = versionOf({ type, typeVersion });
	if (version < 3)
		return parameters.jsonParameters === true
			? ['bodyParametersJson', 'queryParametersJson']
			: ['bodyParametersUi', 'queryParametersUi'];
	const chosen = (name: string, byDefault: string): string =>
		parameters[name] === undefined ? byDefault : (literal(parameters[name]) ?? '');
	const content = chosen('contentType', 'json');
	const how = chosen('specifyBody', 'keypair');
	const body =
		content === 'raw' || (content === 'form-urlencoded' && how === 'string')
			? 'body'
			: content === 'json' && how === 'json'
				? 'jsonBody'
				: 'bodyParameters';
	const query = chosen('specifyQuery', 'keypair') === 'json' ? 'jsonQuery' : 'queryParameters';
	return [...(parameters.sendBody === true ? [body] : []), ...(parameters.sendQuery === true ? [query] : [])];
}

/** Body parameters and query, a JSON body, and the path of the address. */
function inRequest(node: WorkflowNode, workflow: WorkflowJson): Recipient[] {
	const { parameters } = node;
	const sent = sentBy(node);
	const pairs = ['bodyParameters', 'queryParameters', 'bodyParametersUi', 'queryParametersUi']
		.filter((holder) => sent.includes(holder))
		.flatMap((holder): Recipient[] => {
			const list = parameters[holder];
			const entries =
				typeof list === 'object' && list !== null ? Object.values(list as JsonObject).flat() : [];
			return entries.flatMap((entry: Json): Recipient[] => {
				const { name, value } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
					name?: Json;
					value?: Json;
				};
				return typeof name === 'string' && isWhom(name.replace(/\W+/g, '')) && value !== undefined
					? [ofValue(value, node, workflow)]
					: [];
			});
		});
	const bodies = sent
		.filter((name) => /json|body$/i.test(name) && !/Parameters(Ui)?$/.test(name))
		.flatMap((name) => inBody(parameters[name], node, workflow));
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
	const names = value.properties.some(
		(property) => property.type === 'Property' && isWhom(nameOf(property.key, property.computed) ?? ''),
	);
	return value.properties.flatMap((property): Recipient[] => {
		if (property.type !== 'Property') {
			const spread = plain(property.argument);
			if (spread.type === 'ObjectExpression') return deeper(spread);
			// What is spread beside a recipient may name another one.
			return names
				? [
						{
							shown: cut(source, property),
							from: 'unclear',
							why: 'what is spread there may name another one',
						},
					]
				: [];
		}
		const name = nameOf(property.key, property.computed) ?? '';
		if (BESIDE.test(name)) return [];
		const inner = plain(property.value);
		if (inner.type === 'ObjectExpression' || inner.type === 'ArrayExpression') {
			const nested = deeper(inner);
			if (inner.type === 'ArrayExpression' && name === 'personalizations' && inner.elements.length > 1)
				return [{ shown: name, from: 'unclear', why: 'it holds several messages in one request' }];
			if (nested.length > 0 || !isWhom(name)) return nested;
			if (inner.type === 'ArrayExpression')
				return inner.elements.flatMap((element) =>
					element ? [ofExpression(element, cut(source, element), node, workflow)] : [],
				);
		}
		return isWhom(name) && !isNothing(inner) ? [ofExpression(inner, cut(source, inner), node, workflow)] : [];
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
				if (isWhom(name)) found.push(ofValue(constant, node, workflow));
			return;
		}
		const before = pieces[at - 1];
		const text = before && 'text' in before ? before.text.slice(-120) : '';
		const name = /"([\w.-]{1,40})"\s*:\s*(?:\[\s*)?(?:\{\s*)?"?$/.exec(text)?.[1] ?? '';
		if (!isWhom(name)) return;
		found.push(
			piece.expression
				? ofExpression(piece.expression, piece.source, node, workflow)
				: { shown: piece.source.trim(), from: 'unclear', why: 'it cannot be read' },
		);
	});
	return found;
}
