import { constant } from '../tables/constraint';
import { each, isObject, open, text, type TreeNode } from '../tree';

/** Functions that answer for every value of their types, and never with an error. */
export const totalFunctions: ReadonlySet<string> = new Set(
	`lower upper initcap btrim ltrim rtrim trim length char_length character_length octet_length bit_length md5 reverse left right
replace translate strpos position starts_with concat concat_ws coalesce nullif greatest least to_tsvector setweight jsonb_typeof
num_nulls num_nonnulls now clock_timestamp statement_timestamp transaction_timestamp`.split(/\s+/),
);

/** Operators that answer for every value of their types: no arithmetic (overflow, division by nothing). */
const totalOperators = new Set(
	'|| = <> != < > <= >= ~~ !~~ ~~* !~~* -> ->> #> #>> @> <@ ? ?| ?& && @@ IS DISTINCT FROM'.split(' '),
);

const nodes: Readonly<Record<string, (body: TreeNode) => boolean>> = {
	FuncCall: (body) => {
		const parts = each(body, 'funcname', 'String').map(({ sval }) => text(sval));
		return totalFunctions.has(parts.at(-1) ?? '') && (parts.length === 1 || parts[0] === 'pg_catalog');
	},
	A_Expr: (body) => {
		const parts = each(body, 'name', 'String').map(({ sval }) => text(sval));
		const like = ['AEXPR_DISTINCT', 'AEXPR_NOT_DISTINCT', 'AEXPR_BETWEEN', 'AEXPR_NOT_BETWEEN', 'AEXPR_IN'];
		return (
			like.includes(text(body.kind)) ||
			((parts.length === 1 || parts[0] === 'pg_catalog') && totalOperators.has(parts.at(-1) ?? ''))
		);
	},
	// A cast of a constant fails at once or never; to text it never fails.
	TypeCast: (body) =>
		constant(body.arg) !== undefined ||
		(isObject(body.typeName) &&
			!Array.isArray(body.typeName.typmods) &&
			each(body.typeName, 'names', 'String').at(-1)?.sval === 'text'),
	SubLink: () => false,
	ParamRef: () => false,
	A_Indirection: () => false,
	RowExpr: () => false,
	XmlExpr: () => false,
	JsonFuncExpr: () => false,
};

/**
 * Whether an expression that is computed for each row of the old version may fail for some row, so that the row is refused: a
 * division, arithmetic that overflows, a cast, a function that is not known to answer always.
 */
export function mayRefuse(expression: unknown): boolean {
	if (Array.isArray(expression)) return expression.some(mayRefuse);
	if (!isObject(expression)) return false;
	return Object.entries(expression).some(([key, inner]) => {
		if (key === 'typeName' || key === 'funcname' || key === 'name') return false;
		const rule = isObject(inner) ? nodes[key] : undefined;
		if (rule && isObject(inner) && !rule(inner)) return true;
		return mayRefuse(inner);
	});
}

/** Whether a value is written out: a constant, or one call without arithmetic around it. */
export const isWrittenOut = (expression: unknown): boolean =>
	constant(expression) !== undefined || ['FuncCall', 'SQLValueFunction'].includes(open(expression)[0]);
