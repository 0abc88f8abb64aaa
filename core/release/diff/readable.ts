import { declaredText } from '../../audit/notes';
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
/** How much of a long value is shown around what differs. */
const AROUND = 200;

/** Names under which a workflow may hold what nobody should read on a page. */
const SECRET = /pass(word|phrase)?$|secret|token$|api_?-?key|authorization|bearer/i;
const HIDDEN = 'hidden: it may be a secret';

/** A value at a dotted path of a JSON value; `undefined` where there is none. */
function valueAt(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
			value,
		);
}

/** A value of which a part is kept from the page: whatever stands under a name of secrets, also inside. */
function hushed(value: unknown, path: string): unknown {
	if (SECRET.test(path)) return HIDDEN;
	if (Array.isArray(value)) return value.map((entry) => hushed(entry, ''));
	if (typeof value !== 'object' || value === null) return value;
	const { name } = value as { readonly name?: unknown };
	const named = typeof name === 'string' && SECRET.test(name);
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [
			key,
			named && key === 'value' ? HIDDEN : hushed(entry, key),
		]),
	);
}

function textOf(value: unknown, path: string): string | null {
	if (value === undefined) return null;
	const told = hushed(value, path);
	return typeof told === 'string' ? told : JSON.stringify(told, null, 2);
}

/** Where a node leads, one line for each of its outputs. */
function leadsOf({ connections }: WorkflowJson, name: string): string | null {
	const lines = Object.entries(connections[name] ?? {}).flatMap(([type, outputs]) =>
		outputs.map((output, at) => {
			const targets = (output ?? []).map(({ node, index }) =>
				index > 0 ? `${node} (input ${index})` : node,
			);
			return `${type} ${at}: ${targets.join(', ') || 'nothing'}`;
		}),
	);
	return lines.length === 0 ? null : lines.join('\n');
}

function valueIn(workflow: WorkflowJson, { kind, where, path }: WorkflowChange): string | null {
	if (kind === 'setting') return textOf(valueAt(workflow.settings, where), where);
	if (kind === 'connections') return leadsOf(workflow, where);
	if (kind === 'declaration') return textOf(declaredText(workflow), '');
	const node = workflow.nodes.find(({ name }) => name === where);
	if (node === undefined) return null;
	// A node that comes or goes is shown with all it does: renamed, it would hide what else changed in it.
	if (path === '') {
		const { type, parameters } = node;
		return textOf({ type, parameters }, '');
	}
	if (kind === 'behaviour') {
		const value = valueAt(node, path);
		// Which credential is chosen is a name and an id, not the secret behind it.
		return path === 'credentials' && value !== undefined ? JSON.stringify(value) : textOf(value, path);
	}
	const field = fieldsOf(node)?.get(path);
	return textOf(field === undefined ? valueAt(node.parameters, path) : field.value, path);
}

/** How much of two texts is the same at their beginning, and at their end behind that; in UTF-16 units. */
function commonEnds(one: string, other: string): readonly [head: number, tail: number] {
	const most = Math.min(one.length, other.length);
	let head = 0;
	while (head < most && one[head] === other[head]) head += 1;
	let tail = 0;
	while (tail < most - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
	return [head, tail];
}

/** A long text from a little before the first difference on, as far as the page has room. */
function around(text: string, head: number, tail: number): string {
	const from = Math.max(0, head - AROUND);
	const end = Math.min(text.length, Math.max(from, text.length - tail) + AROUND);
	const to = Math.min(end, from + MOST_SHOWN);
	const before = from > 0 ? `(${from} characters as before) … ` : '';
	const rest = text.length - to;
	const after =
		to < end
			? ` … (${rest} more characters, which differ as well: open the draft to read them)`
			: rest > 0
				? ` … (${rest} characters as before)`
				: '';
	return `${before}${text.slice(from, to)}${after}`;
}

/** Marks that nobody sees, or that turn the direction of writing: shown by their number, so that no two texts look alike. What joins pictures stays. */
const UNSEEN =
	/(?<!\p{Extended_Pictographic}\ufe0f?)[\ufe0f\u200d]|(?![\ufe0f\u200d])[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/gu;
const seen = (text: string): string =>
	text.replace(
		UNSEEN,
		(sign) => `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
	);

/** Both values of a difference as a page has room for them, each from the first place where they differ. */
function shown(
	before: string | null,
	after: string | null,
): readonly [before: string | null, after: string | null] {
	if (before === null || after === null)
		return [before === null ? null : seen(cut(before)), after === null ? null : seen(cut(after))];
	if (before.length <= MOST_SHOWN && after.length <= MOST_SHOWN) return [seen(before), seen(after)];
	const [head, tail] = commonEnds(before, after);
	return [seen(around(before, head, tail)), seen(around(after, head, tail))];
}

const cut = (text: string): string =>
	text.length <= MOST_SHOWN
		? text
		: `${text.slice(0, MOST_SHOWN)} … (${text.length - MOST_SHOWN} more characters: open the draft to read them)`;

/**
 * The differences of two versions of a workflow with the values of before and after: one entry for each place, whatever
 * the number of surfaces it belongs to. What may be a secret is not shown; of long values {@link MOST_SHOWN} characters
 * from the first place where they differ, so that no change hides behind what stays.
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
		const [was, is] = shown(valueIn(before, first), valueIn(after, first));
		return [
			{
				what: [...new Set(alike.map(changeText))].join('; '),
				surfaces: [...new Set(alike.map(({ surface }) => surface))],
				before: was,
				after: is,
			},
		];
	});
}
