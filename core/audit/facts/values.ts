import type { Json, JsonObject } from '../../delivery/types';
import { isExpression, literal, stringsIn } from '../expressions';
import { comparisonThrows } from '../read/conditions';
import { kindOf, throwsIn } from '../read/expression';
import { soleExpression } from '../read/template';
import type { WorkflowNode } from '../types';

/** Why a node may throw on the values of some item, in a few words; `null` if it cannot. */
export function valuesThrow(node: WorkflowNode): string | null {
	for (const [text] of stringsIn(node.parameters)) {
		const why = isExpression(text) ? throwsIn(text) : null;
		if (why !== null) return why;
	}
	if (/^n8n-nodes-base\.(if|switch|filter)$/.test(node.type)) return comparisonThrows(node);
	return node.type === 'n8n-nodes-base.set' ? typedFieldThrows(node) : null;
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
