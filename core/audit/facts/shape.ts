import type { Json } from '../../delivery/types';
import type { CatalogueEntry, Items } from '../catalogue/types';
import { isExpression, literal } from '../expressions';
import type { WorkflowNode } from '../types';
import { versionOf } from './operation';

const BASE = 'n8n-nodes-base.';

/** How many items go, and by how many outputs, where settings decide. */
export function shapeOf(
	node: WorkflowNode,
	entry: CatalogueEntry | undefined,
	items: Items,
): { readonly items: Items; readonly outputs: number } {
	const { parameters } = node;
	const outputs = entry?.outputs ?? 1;
	switch (node.type) {
		case `${BASE}switch`: {
			const { outputs: count, drops } = switchOutputs(node);
			const options = (parameters.options ?? {}) as { readonly allMatchingOutputs?: Json };
			const adds = options.allMatchingOutputs !== undefined && options.allMatchingOutputs !== false;
			return { outputs: count, items: adds ? (drops ? 'any' : 'more') : drops ? 'fewer' : 'same' };
		}
		case `${BASE}splitInBatches`:
			// The first version had one output, and its loops are not followed.
			return versionOf(node) < 2 ? { items: 'any', outputs: 1 } : { items, outputs: 2 };
		case `${BASE}set`:
			return {
				items: parameters.duplicateItem !== undefined && parameters.duplicateItem !== false ? 'more' : items,
				outputs,
			};
		case `${BASE}merge`: {
			const mode = parameters.mode === undefined ? 'append' : literal(parameters.mode);
			return { items: mode === 'append' ? 'same' : items, outputs };
		}
		case '@n8n/n8n-nodes-langchain.guardrails': {
			const classifies = (parameters.operation ?? 'classify') === 'classify';
			return { items: 'same', outputs: classifies ? 2 : 1 };
		}
		case '@n8n/n8n-nodes-langchain.textClassifier': {
			const { fallback } = (parameters.options ?? {}) as { readonly fallback?: Json };
			const { categories } = (parameters.categories ?? {}) as { readonly categories?: Json };
			const count = Array.isArray(categories) ? categories.length : 0;
			return {
				items: fallback === 'other' ? 'same' : 'any',
				outputs: Math.max(1, count + (fallback === 'other' ? 1 : 0)),
			};
		}
		default:
			return { items, outputs };
	}
}

/** Outputs of a Switch node, and whether an item that fits no rule vanishes. */
export function switchOutputs(node: WorkflowNode): { outputs: number; drops: boolean } {
	const { parameters } = node;
	const version = versionOf(node);
	if (version < 2)
		return { outputs: 4, drops: parameters.fallbackOutput === undefined || parameters.fallbackOutput === -1 };
	const count = (value: Json | undefined): number => (Array.isArray(value) ? value.length : 0);
	if (literal(parameters.mode) === 'expression') {
		const fixed = parameters.numberOutputs ?? parameters.outputsAmount;
		return { outputs: typeof fixed === 'number' ? fixed : 4, drops: false };
	}
	const rules = parameters.rules as { readonly values?: Json; readonly rules?: Json } | undefined;
	const options = parameters.options as { readonly fallbackOutput?: Json } | undefined;
	const fallback = version < 3 ? parameters.fallbackOutput : options?.fallbackOutput;
	const outputs = count(rules?.values) + count(rules?.rules);
	const extra = fallback === 'extra';
	return {
		outputs: Math.max(1, outputs + (extra ? 1 : 0)),
		drops: fallback === undefined || fallback === 'none' || isExpression(fallback),
	};
}
