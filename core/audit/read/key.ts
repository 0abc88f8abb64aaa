import { full, fullAncestor } from 'acorn-walk';
import type { AnyNode } from 'acorn';
import type { Json, JsonObject } from '../../delivery/types';
import { constantOf, isExpression, literal, stringsIn } from '../expressions';
import type { WorkflowJson, WorkflowNode } from '../types';
import { rootOf } from './items';
import { pathOf, plain } from './script';
import { piecesOf, type Piece } from './template';

const BASE = 'n8n-nodes-base.';

/** What differs from run to run although the thing is the same. */
const BY_RUN =
	/\$(execution|runIndex|itemIndex|position|prevNode|thisRunIndex)\b|\bMath\s*\.\s*random\b|\brandom\w*\b|\buuid\w*\b|\bcrypto\b|\bperformance\b|\bprocess\b|\bDate\b|\bDateTime\b|\$now\b|\$today\b/i;
/** A day, a week or a month by its name: the same for every run in it. */
const BY_DAY =
	/\$(now|today)\s*(\.\s*(minus|plus)\(\s*(\{\s*(days|weeks|months)\s*:\s*\d+\s*\}|\d+\s*,\s*['"](days?|weeks?|months?)['"])\s*\))?\s*\.\s*(toISODate\(\)|weekNumber|weekYear|month|year|ordinal|day|toFormat\(\s*(['"])[yMLdkWnoqGEc\s/.,'_-]+\8\s*\))/g;
/** Fields a Schedule Trigger gives that two runs of one time do not share. */
const BY_CLOCK = new Set(['timestamp', 'Readable date', 'Readable time', 'Minute', 'Second']);

/** Why the key of Claim Key does not stay the same for one thing, or is the same for several; `null` if it looks right. */
export function keyUnsteady({ parameters }: WorkflowNode, workflow: WorkflowJson): string | null {
	const scope = parameters.scope;
	if (isExpression(scope)) return 'its scope is chosen at run time';
	const key = parameters.key ?? 'id';
	if (typeof key !== 'string') return 'its key is no text';
	if (!key.startsWith('=')) {
		for (const field of key.split(',')) {
			const why = fieldUnsteady(rootOf(field.trim()), workflow);
			if (why !== null) return why;
		}
		return null;
	}
	const why = valueUnsteady(key, workflow, 0);
	if (why !== null) return why;
	const days = byDay(key);
	if (!days && !looksAtItem(key)) return 'its key is the same for every item';
	const other = fromOtherItem(key, workflow);
	return other === null ? null : `its key is that of another item, ${other}`;
}

const byDay = (text: string): boolean => new RegExp(BY_DAY.source).test(text);
const looksAtItem = (text: string): boolean => /\$json\b|\$\(|\$input\b|\$binary\b/.test(text);

function valueUnsteady(value: string, workflow: WorkflowJson, depth: number): string | null {
	if (!isExpression(value)) return null;
	const expressions = piecesOf(value).flatMap((piece) => ('source' in piece ? [piece] : []));
	for (const { source, expression } of expressions) {
		if (!expression) return 'its key cannot be read';
		const found = BY_RUN.exec(source.replaceAll(BY_DAY, ''))?.[0];
		if (found !== undefined)
			return `its key is made of ${found}, which another run of the same thing does not share`;
		if (depth > 4) continue;
		for (const field of fieldsOf(expression)) {
			const why = fieldUnsteady(field, workflow, depth + 1);
			if (why !== null) return why;
		}
	}
	return null;
}

/** First fields of the items that an expression looks at. */
function fieldsOf(expression: AnyNode): ReadonlySet<string> {
	const fields = new Set<string>();
	full(expression, (node) => {
		if (node.type !== 'MemberExpression') return;
		const path = pathOf(node);
		const at = path[0] === '$json' ? 1 : path.indexOf('json') + 1;
		const field = at > 0 ? path[at] : undefined;
		if (field !== undefined) fields.add(field.replace(/\(\)$/, ''));
	});
	return fields;
}

/** Why a field is another one in another run: a node of the workflow makes it up. */
function fieldUnsteady(field: string, workflow: WorkflowJson, depth = 1): string | null {
	if (field === '') return null;
	for (const node of workflow.nodes) {
		if (node.disabled) continue;
		const why = makesUp(node, field, workflow, depth);
		if (why !== null) return `'${node.name}' makes its field '${field}' up: ${why}`;
	}
	return null;
}

function makesUp(node: WorkflowNode, field: string, workflow: WorkflowJson, depth: number): string | null {
	const { parameters, type } = node;
	switch (type) {
		case `${BASE}set`:
			return setMakesUp(parameters, field, workflow, depth);
		case `${BASE}code`:
		case `${BASE}function`:
		case `${BASE}functionItem`: {
			const code = [parameters.jsCode, parameters.functionCode, parameters.pythonCode]
				.map((value) => literal(value) ?? '')
				.join('\n');
			if (!new RegExp(`(^|[^\\w$])${escaped(field)}([^\\w$]|$)`).test(code)) return null;
			const found = BY_RUN.exec(code)?.[0] ?? /\b(datetime|time\.time|secrets)\b/.exec(code)?.[0];
			return found === undefined ? null : `its code uses ${found}`;
		}
		case `${BASE}crypto`:
			return parameters.action === 'generate' && (parameters.dataPropertyName ?? 'data') === field
				? 'a new value each time'
				: null;
		case `${BASE}dateTime`:
			return (parameters.operation ?? 'getCurrentDate') === 'getCurrentDate' &&
				(parameters.outputFieldName ?? 'currentDate') === field
				? 'the time of the run'
				: null;
		case `${BASE}scheduleTrigger`:
			return BY_CLOCK.has(field) ? 'the time of the run' : null;
		default:
			return null;
	}
}

function setMakesUp(
	parameters: JsonObject,
	field: string,
	workflow: WorkflowJson,
	depth: number,
): string | null {
	if (literal(parameters.mode) === 'raw')
		return typeof parameters.jsonOutput === 'string' && parameters.jsonOutput.includes(field)
			? valueUnsteady(parameters.jsonOutput, workflow, depth + 1)
			: null;
	const named = entriesOf([parameters.assignments, parameters.fields, parameters.values]).filter(
		({ name }) => typeof name === 'string' && rootOf(name.replace(/^=/, '')) === field,
	);
	for (const entry of named)
		for (const [text] of stringsIn(entry)) {
			const why = valueUnsteady(text, workflow, depth + 1);
			if (why !== null) return why;
		}
	return null;
}

function entriesOf(value: Json | readonly (Json | undefined)[] | undefined): readonly JsonObject[] {
	if (Array.isArray(value)) return value.flatMap((one: Json | undefined) => entriesOf(one));
	if (typeof value !== 'object' || value === null) return [];
	return 'name' in value ? [value] : Object.values(value).flatMap(entriesOf);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Triggers that hand out one item a run: a look at the first one is a look at the item. */
const SINGLE = new Set(['webhook', 'formTrigger'].map((name) => BASE + name));
const BY_PLACE = /^(first|last|all|itemMatching|pairedItem)\(\)$/;

/**
 * What a parameter reads from an item by its place, and not by its link: of several items each then gets the values of
 * one. Constants of Edit Fields are nobody's, and a webhook gives one item. `null` if it reads none.
 */
export function fromOtherItem(value: Json | undefined, workflow: WorkflowJson): string | null {
	for (const piece of piecesOf(value)) {
		const found = inPiece(piece, workflow);
		if (found !== null) return found;
	}
	return null;
}

function inPiece(piece: Piece, workflow: WorkflowJson): string | null {
	if ('text' in piece || !piece.expression) return null;
	let found: string | null = null;
	try {
		fullAncestor(piece.expression, (node, _state, ancestors) => {
			if (!goesOn(node, ancestors.at(-2))) found ??= byPlace(node, workflow);
		});
	} catch {
		found = 'more levels than can be read';
	}
	return found;
}

/** Whether a longer path begins with this one: then that one says which field is read. */
function goesOn(node: AnyNode, parent: AnyNode | undefined): boolean {
	if (parent?.type !== 'MemberExpression' || parent.object !== node) return false;
	return pathOf(plain(parent)).length > pathOf(plain(node)).length;
}

function byPlace(node: AnyNode, workflow: WorkflowJson): string | null {
	if (node.type === 'Identifier' && (node.name === '$items' || node.name === '$node')) return node.name;
	if (node.type !== 'MemberExpression' && node.type !== 'CallExpression') return null;
	const path = pathOf(plain(node));
	const [root = '', how = '', json = '', field = ''] = path;
	if (!BY_PLACE.test(how)) return null;
	const named = /^\$\((.*)\)$/s.exec(root)?.[1];
	if (named === undefined) return root === '$input' ? `$input.${how}` : null;
	const holder = workflow.nodes.find((one) => one.name === named);
	if (holder === undefined || SINGLE.has(holder.type)) return null;
	// The whole path is looked at when its outermost part comes; a shorter one says nothing yet.
	if (json !== 'json' || field === '')
		return path.length <= 3 && settingsOnly(holder) ? null : `$('${named}').${how}`;
	return givesConstant(holder, field) ? null : `$('${named}').${how}.json.${field}`;
}

/** Whether a field of a node is a constant, numbers and truth values included. */
function givesConstant(node: WorkflowNode, field: string): boolean {
	if (constantOf(node, field) !== undefined) return true;
	if (node.type !== `${BASE}set` || node.disabled || (node.typeVersion ?? 3.4) < 3.3) return false;
	const { mode = 'manual', assignments } = node.parameters;
	const named = entriesOf([assignments]).filter(({ name }) => name === field);
	return mode === 'manual' && named.length === 1 && /^(number|boolean)$/.test(typeof named[0]?.value);
}

/** Whether a node gives constants alone. */
function settingsOnly(node: WorkflowNode): boolean {
	if (node.type !== `${BASE}set` || node.disabled) return false;
	const entries = entriesOf([node.parameters.assignments]);
	return entries.length > 0 && entries.every(({ value }) => !isExpression(value));
}
