import type { WorkflowJson } from '../../audit/types';
import { fieldsOf } from './fields';
import { changeText, completed, type NodeKnowledge, type WorkflowChange } from './workflow';

/** One difference as people read it: the values, not their hashes. */
export interface ReadableChange {
	/** The difference in words, e.g. `the node Set Config changes (prompt), looked at by Generate Text`. */
	readonly what: string;
	/** The surfaces it belongs to. */
	readonly surfaces: readonly string[];
	/** The value in the old version; `null` where there is none, or where it is more than a value. */
	readonly before: string | null;
	/** The same of the new version. */
	readonly after: string | null;
}

/** Most characters of a value that are shown. */
export const MOST_SHOWN = 4_000;

/** Names under which a workflow may hold what nobody should read on a page. */
const SECRET = /pass(word|phrase)?$|secret|token$|api_?-?key|authorization|bearer/i;

/** A value at a dotted path of a JSON value; `undefined` where there is none. */
function valueAt(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
			value,
		);
}

function shown(value: unknown, path: string): string | null {
	if (value === undefined) return null;
	if (SECRET.test(path)) return 'hidden: it may be a secret';
	const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
	return text.length <= MOST_SHOWN
		? text
		: `${text.slice(0, MOST_SHOWN)} … (${text.length - MOST_SHOWN} more characters)`;
}

function valueIn(workflow: WorkflowJson, { kind, where, path }: WorkflowChange): string | null {
	if (kind === 'setting') return shown(valueAt(workflow.settings, where), where);
	const node = workflow.nodes.find(({ name }) => name === where);
	if (node === undefined || path === '') return null;
	if (kind === 'behaviour') {
		const value = valueAt(node, path);
		// Which credential is chosen is a name and an id, not the secret behind it.
		return path === 'credentials' && value !== undefined ? JSON.stringify(value) : shown(value, path);
	}
	const field = fieldsOf(node)?.get(path);
	return shown(field === undefined ? valueAt(node.parameters, path) : field.value, path);
}

/**
 * The differences of two versions of a workflow with the values of before and after: one entry for each place, whatever
 * the number of surfaces it belongs to. What may be a secret is not shown; a long value is cut after
 * {@link MOST_SHOWN} characters.
 */
export function readableDiff(
	changes: readonly WorkflowChange[],
	production: WorkflowJson,
	released: WorkflowJson,
	knowledge?: NodeKnowledge,
): readonly ReadableChange[] {
	const [before, after] = [completed(production, knowledge), completed(released, knowledge)];
	const places = new Map<string, WorkflowChange[]>();
	for (const change of changes) {
		const place = JSON.stringify([change.kind, change.where, change.path]);
		places.set(place, [...(places.get(place) ?? []), change]);
	}
	return [...places.values()].flatMap((alike): ReadableChange[] => {
		const [first] = alike;
		if (first === undefined) return [];
		return [
			{
				what: [...new Set(alike.map(changeText))].join('; '),
				surfaces: [...new Set(alike.map(({ surface }) => surface))],
				before: valueIn(before, first),
				after: valueIn(after, first),
			},
		];
	});
}
