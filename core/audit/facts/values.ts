import type { Json, JsonObject } from '../../delivery/types';
import { Answers } from '../answers';
import { isExpression, literal, stringsIn } from '../expressions';
import { comparisonThrows } from '../read/conditions';
import { kindOf, namedNodes, throwsIn } from '../read/expression';
import { piecesOf, soleExpression } from '../read/template';
import type { WorkflowJson, WorkflowNode } from '../types';

/** Why a node may throw on the values of some item, in a few words; `null` if it cannot. */
export function valuesThrow(node: WorkflowNode, workflow: WorkflowJson): string | null {
	for (const [text] of stringsIn(node.parameters)) {
		const why = isExpression(text) ? (throwsIn(text) ?? neverRan(text, node, workflow)) : null;
		if (why !== null) return why;
	}
	// checkIndexRange of n8n-nodes-base's Switch.
	if (node.type === 'n8n-nodes-base.switch' && literal(node.parameters.mode) === 'expression') {
		if (isExpression(node.parameters.output)) return 'a number that is none of its outputs';
	}
	if (/^n8n-nodes-base\.(if|switch|filter)$/.test(node.type)) return comparisonThrows(node);
	return node.type === 'n8n-nodes-base.set' ? typedFieldThrows(node) : null;
}

/**
 * `$('Name')` of a node that is not there, or that some way to this one goes around, throws in a run that went that way
 * (`getNodeExecutionOrPinnedData` of n8n-workflow's WorkflowDataProxy).
 */
function neverRan(text: string, node: WorkflowNode, workflow: WorkflowJson): string | null {
	if (text.includes('isExecuted')) return null;
	for (const piece of piecesOf(text)) {
		if ('text' in piece || !piece.expression || !piece.source.includes('$(')) continue;
		for (const name of namedNodes(piece.expression)) {
			if (name === node.name) continue;
			const around = reachedWithout(name, workflow);
			const places = holdersOf(node, workflow);
			if (places.some((place) => around.has(place)))
				return `'${name}', which has not run on every way that leads to this`;
		}
	}
	return null;
}

const known = new Answers<WorkflowJson, Map<string, ReadonlySet<string>>>();

/** Names of the nodes that can be reached without passing through one of this name; cached for each workflow. */
function reachedWithout(name: string, workflow: WorkflowJson): ReadonlySet<string> {
	const cached = known.of(workflow, () => new Map());
	const before = cached.get(name);
	if (before) return before;
	const targets = mainTargets(workflow);
	const led = new Set([...targets.values()].flat());
	const open = workflow.nodes.map((one) => one.name).filter((one) => !led.has(one) && one !== name);
	const seen = new Set(open);
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		for (const target of targets.get(next) ?? []) {
			if (seen.has(target) || target === name) continue;
			seen.add(target);
			open.push(target);
		}
	}
	cached.set(name, seen);
	return seen;
}

const mains = new Answers<WorkflowJson, ReadonlyMap<string, readonly string[]>>();

const mainTargets = (workflow: WorkflowJson): ReadonlyMap<string, readonly string[]> =>
	mains.of(
		workflow,
		({ connections }) =>
			new Map(
				Object.entries(connections).map(([from, { main }]): [string, string[]] => [
					from,
					(main ?? []).flatMap((list) => (list ?? []).map(({ node }) => node)),
				]),
			),
	);

/** The node itself, or what a sub-node hangs on. */
function holdersOf({ name }: WorkflowNode, { connections }: WorkflowJson): readonly string[] {
	const holders = Object.entries(connections[name] ?? {}).flatMap(([type, lists]) =>
		type === 'main' ? [] : lists.flatMap((list) => (list ?? []).map(({ node }) => node)),
	);
	return holders.length > 0 ? holders : [name];
}

/**
 * Edit Fields throws on a value that is not of the type it is told (`validateEntry` of n8n-nodes-base's Set), unless it
 * is told to ignore that; a text takes everything.
 */
function typedFieldThrows({ parameters }: WorkflowNode): string | null {
	const options = (parameters.options ?? {}) as JsonObject;
	if (options.ignoreConversionErrors === true) return null;
	if (literal(parameters.mode) === 'raw')
		return isExpression(parameters.jsonOutput) && soleExpression(parameters.jsonOutput) === null
			? 'its JSON is put together from the item, and may be none'
			: null;
	const holder = (parameters.assignments ?? {}) as { readonly assignments?: Json };
	const list = Array.isArray(holder.assignments) ? (holder.assignments as readonly JsonObject[]) : [];
	for (const { name, type, value } of list) {
		if (typeof type !== 'string' || type === 'string' || type === 'any' || !isExpression(value)) continue;
		const sole = soleExpression(value);
		const kind = sole ? kindOf(sole) : 'unknown';
		if (kind === type || kind === 'nothing') continue;
		// A list or object that nobody can tell from its form; numbers and truths are converted, and throw on text.
		return `its field '${typeof name === 'string' ? name : ''}' is to be ${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}, and the item may hold something else`;
	}
	return null;
}
