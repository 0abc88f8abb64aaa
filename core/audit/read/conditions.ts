import type { Json, JsonObject } from '../../delivery/types';
import type { WorkflowNode } from '../types';
import { isExpression } from '../expressions';
import { kindOf, type Kind } from './expression';
import { piecesOf, soleExpression } from './template';

interface Condition {
	readonly leftValue?: Json;
	readonly rightValue?: Json;
	readonly operator?: {
		readonly type?: Json;
		readonly operation?: Json;
		readonly singleValue?: Json;
		readonly rightType?: Json;
	};
}

/** One filter of n8n (`conditions` of If, Filter and the rules of Switch). */
interface Filter {
	readonly options?: { readonly typeValidation?: Json; readonly version?: Json };
	readonly combinator?: Json;
	readonly conditions?: readonly Condition[];
}

const isObject = (value: Json | undefined): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The filters of an If, Filter or Switch node, from version 2 (If, Filter) and 3 (Switch) on. */
export function filtersOf({ parameters }: WorkflowNode): readonly Filter[] {
	const rules =
		isObject(parameters.rules) && Array.isArray(parameters.rules.values) ? parameters.rules.values : [];
	const all = [
		parameters.conditions,
		...rules.map((rule: Json) => (isObject(rule) ? rule.conditions : undefined)),
	];
	return all.filter((filter) => isObject(filter) && Array.isArray(filter.conditions)) as readonly Filter[];
}

/**
 * Why a comparison may throw on some item, in a few words; `null` if it cannot. n8n throws when a value is of another
 * type than the operator's, or with loose types when it cannot be converted (`filter-parameter.ts` of n8n-workflow):
 * nothing (null) always passes, any text converts to text, and loose booleans fall back to truthiness.
 */
export function comparisonThrows(node: WorkflowNode): string | null {
	for (const filter of filtersOf(node)) {
		const strict = (filter.options?.typeValidation ?? 'strict') === 'strict' && looseOption(node) !== true;
		for (const { leftValue, rightValue, operator } of filter.conditions ?? []) {
			const type = typeof operator?.type === 'string' ? operator.type : 'string';
			if (
				typeof operator?.operation === 'string' &&
				/regex$/i.test(operator.operation) &&
				isExpression(rightValue)
			)
				return `it looks for a pattern that is chosen at run time, '${shown(rightValue)}'`;
			const rightType = typeof operator?.rightType === 'string' ? operator.rightType : type;
			const sides: readonly (readonly [Json | undefined, string])[] =
				operator?.singleValue === true
					? [[leftValue, type]]
					: [
							[leftValue, type],
							[rightValue, rightType],
						];
			for (const [value, wanted] of sides) {
				if (!fits(value, wanted, strict))
					return `it compares '${shown(value)}' as ${wanted}${strict ? ', with strict types' : ''}`;
			}
		}
	}
	return null;
}

const looseOption = ({ parameters }: WorkflowNode): Json | undefined =>
	isObject(parameters.options)
		? (parameters.options.looseTypeValidation ?? parameters.looseTypeValidation)
		: parameters.looseTypeValidation;

function fits(value: Json | undefined, wanted: string, strict: boolean): boolean {
	if (wanted === 'any' || value === undefined || value === null) return true;
	if (!isExpression(value)) return constantFits(value, wanted, strict);
	const kind = kindOfValue(value);
	if (kind === 'nothing' || kind === wanted) return true;
	if (strict) return false;
	if (wanted === 'string' || wanted === 'boolean') return true;
	return wanted === 'number' && kind === 'boolean';
}

const shown = (value: Json | undefined): string =>
	(typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, 60);

/** A constant of the wrong type throws on every item alike; loose types convert a text that says a number or a truth. */
function constantFits(value: Json, wanted: string, strict: boolean): boolean {
	if (wanted === 'number') return strict ? typeof value === 'number' : Number.isFinite(Number(value));
	if (wanted === 'boolean') return strict ? typeof value === 'boolean' : true;
	return true;
}

/** The kind of an evaluated parameter, as far as its form tells; text around an expression makes a text of it. */
function kindOfValue(value: Json): Kind {
	const sole = soleExpression(value);
	if (sole) return kindOf(sole);
	return piecesOf(value).every((piece) => 'text' in piece || piece.expression !== null)
		? 'string'
		: 'unknown';
}

/** Whether what leaves by `true` has an accepted status: an If that asks for `$json.statusCode` in the two hundreds. */
export function asksForAcceptance(node: WorkflowNode): boolean {
	if (!/\.if$/.test(node.type)) return false;
	const [filter] = filtersOf(node);
	if (!filter || (filter.conditions ?? []).length === 0) return false;
	const one = (filter.conditions ?? []).length === 1;
	if (filter.combinator === 'or' && !one) return false;
	return (filter.conditions ?? []).some(({ leftValue, rightValue, operator }) => {
		const sole = typeof leftValue === 'string' ? leftValue.replace(/\s+/g, '') : '';
		if (!/^=\{\{\$json\.statusCode\}\}$/.test(sole)) return false;
		const limit = Number(rightValue);
		if (operator?.type !== 'number' || rightValue === '' || !Number.isFinite(limit)) return false;
		if (operator.operation === 'equals') return limit >= 200 && limit < 300;
		if (operator.operation === 'lt') return limit <= 300;
		return operator.operation === 'lte' && limit < 300;
	});
}

/** Whether an If or Switch decides by what the item holds, and stops the run on what it cannot compare. */
export function decidesByItem(node: WorkflowNode): boolean {
	if (node.disabled || !/\.(if|switch)$/.test(node.type) || node.onError !== 'stopWorkflow') return false;
	return /\$json\b|\$\(|\$input\b/.test(JSON.stringify(node.parameters));
}
