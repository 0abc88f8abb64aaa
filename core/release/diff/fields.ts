import { stringsIn } from '../../audit/expressions';
import { piecesOf } from '../../audit/read/template';
import type { WorkflowNode } from '../../audit/types';
import { canonicalJson } from '../../delivery/canonical';
import type { Json, JsonObject } from '../../delivery/types';

/** The type of the node whose fields are followed. */
export const SET = 'n8n-nodes-base.set';

export const isPlain = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field that a Set node writes. */
export interface Field {
	readonly value: Json;
	/** The type n8n holds the value to; absent where none is said. */
	readonly type?: string;
	/** Value and type in canonical form. */
	readonly text: string;
}

/** Fields that a Set node writes, by name; `null` for a node that is none or not read. */
export function fieldsOf(node: WorkflowNode): ReadonlyMap<string, Field> | null {
	if (node.type !== SET) return null;
	const { mode, assignments, jsonOutput } = node.parameters;
	if (mode === 'raw') {
		try {
			const parsed: unknown = typeof jsonOutput === 'string' ? JSON.parse(jsonOutput) : jsonOutput;
			if (!isPlain(parsed)) return null;
			return new Map(
				Object.entries(parsed).map(([name, value]) => [name, { value, text: canonicalJson(value) }]),
			);
		} catch {
			return null;
		}
	}
	const list = isPlain(assignments) ? assignments.assignments : undefined;
	if (!Array.isArray(list) || !list.every(isPlain)) return null;
	const named = list.map(({ name, value = null, type = null }): readonly [string, Field] => [
		typeof name === 'string' ? name : '',
		{
			value,
			...(typeof type === 'string' ? { type } : {}),
			text: canonicalJson({ value, type }),
		},
	]);
	const fields = new Map(named);
	// A name chosen at run time, or written twice, is not followed.
	return fields.size === named.length && named.every(([name]) => name !== '' && !name.startsWith('='))
		? fields
		: null;
}

/** The part of a name that is the item's own field: `mail` of `mail.from`, which n8n takes for a path. */
export const rootOf = (name: string): string => name.split(/[.[]/)[0] ?? name;

/** What n8n evaluates in a value, in order. */
const codeIn = (value: Json): string =>
	JSON.stringify(
		stringsIn(value).flatMap(([text]) =>
			piecesOf(text).flatMap((piece) => ('source' in piece ? [piece.source.trim()] : [])),
		),
	);

/** Whether a value evaluates what the other did not, and so may stop a run that went on before. */
export const isNewCode = (before: Json, after: Json): boolean =>
	codeIn(after) !== codeIn(null) && codeIn(after) !== codeIn(before);

/** Whether a literal is none of its type, which n8n's Set node refuses. */
function isMistyped({ value, type }: Field): boolean {
	if (typeof value === 'string' && value.startsWith('=')) return false;
	switch (type) {
		case undefined:
		case 'string':
			return false;
		case 'number':
			return value === '' || typeof value === 'object' || !Number.isFinite(Number(value));
		case 'boolean':
			return typeof value !== 'boolean' && (typeof value !== 'string' || !/^(true|false)$/i.test(value));
		default:
			return true;
	}
}

/** Whether writing this field may stop a run that went on before. */
export const mayStop = (before: Field | undefined, after: Field | undefined): boolean =>
	after !== undefined && (isNewCode(before?.value ?? null, after.value) || isMistyped(after));
