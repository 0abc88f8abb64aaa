import { each, isObject, open, text, type TreeNode } from '../tree';

type Value = string | number | boolean | null;
/** `undefined`: nobody can tell. */
type Known = Value | undefined;

/** A constant of the parse tree; `undefined` for anything else. */
export function constant(expression: unknown): Known {
	const [kind, body] = open(expression);
	if (kind === 'TypeCast') {
		const inner = constant(body.arg);
		const type = isObject(body.typeName)
			? each(body.typeName, 'names', 'String').map(({ sval }) => text(sval))
			: [];
		const plain = ['text', 'varchar', 'bpchar', 'bool', 'int2', 'int4', 'int8', 'numeric'];
		if (inner === null) return null;
		if (typeof inner === 'string' && type.at(-1) === 'bool') return /^t(rue)?$/i.test(inner);
		return plain.includes(type.at(-1) ?? '') ? inner : undefined;
	}
	if (kind !== 'A_Const') return undefined;
	if (body.isnull === true) return null;
	if (isObject(body.ival)) return typeof body.ival.ival === 'number' ? body.ival.ival : 0;
	if (isObject(body.fval)) return Number(text(body.fval.fval));
	if (isObject(body.sval)) return text(body.sval.sval);
	if (isObject(body.boolval)) return body.boolval.boolval === true;
	return undefined;
}

const list = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? (value as readonly unknown[]) : [];

const compare: Readonly<Record<string, (a: Value, b: Value) => Known>> = {
	'=': (a, b) => (typeof a === typeof b ? a === b : undefined),
	'<>': (a, b) => (typeof a === typeof b ? a !== b : undefined),
	'<': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a < b : undefined),
	'>': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a > b : undefined),
	'<=': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a <= b : undefined),
	'>=': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a >= b : undefined),
};

const binary = (operator: string, a: Known, b: Known): Known => {
	if (a === undefined || b === undefined) return undefined;
	if (a === null || b === null) return operator in compare ? null : undefined;
	return compare[operator]?.(a, b);
};

const either = (values: readonly Known[]): Known =>
	values.includes(true)
		? true
		: values.includes(undefined)
			? undefined
			: values.includes(null)
				? null
				: false;
const not = (value: Known): Known =>
	typeof value === 'boolean' ? !value : value === null ? null : undefined;
const all = (values: readonly Known[]): Known => not(either(values.map(not)));

/**
 * What a CHECK says of a row that has `value` in the column, in SQL's three values: `null` passes as `true` does.
 * `undefined` when it reads anything but this column, constants and plain comparisons.
 */
export function evaluateCheck(expression: unknown, column: string, value: Value): Known {
	const inner = (part: unknown): Known => evaluateCheck(part, column, value);
	const [kind, body] = open(expression);
	if (kind === 'ColumnRef')
		return each(body, 'fields', 'String')
			.map(({ sval }) => text(sval))
			.join('.') === column
			? value
			: undefined;
	if (kind === 'A_Const' || kind === 'TypeCast') {
		const known = constant(expression);
		return known !== undefined || kind === 'A_Const' ? known : inner(body.arg);
	}
	if (kind === 'NullTest') {
		const tested = inner(body.arg);
		return tested === undefined ? undefined : (tested === null) === (body.nulltesttype === 'IS_NULL');
	}
	if (kind === 'BoolExpr') {
		const values = list(body.args).map(inner);
		if (body.boolop === 'NOT_EXPR') return not(values[0]);
		return body.boolop === 'OR_EXPR' ? either(values) : all(values);
	}
	if (kind !== 'A_Expr') return undefined;
	const operator = each(body, 'name', 'String')
		.map(({ sval }) => text(sval))
		.join('.');
	if (body.kind === 'AEXPR_OP') return binary(operator, inner(body.lexpr), inner(body.rexpr));
	if (body.kind === 'AEXPR_IN') {
		const [listKind, listBody] = open(body.rexpr);
		const options = listKind === 'List' ? list(listBody.items) : list(body.rexpr);
		const found = either(options.map((option) => binary('=', inner(body.lexpr), inner(option))));
		return operator === '<>' ? not(found) : found;
	}
	if (body.kind === 'AEXPR_BETWEEN') {
		const [low, high] = list(open(body.rexpr)[0] === 'List' ? open(body.rexpr)[1].items : body.rexpr);
		const left = inner(body.lexpr);
		return all([binary('>=', left, inner(low)), binary('<=', left, inner(high))]);
	}
	return undefined;
}

/** Whether a CHECK lets a row pass that has `value` in the column; `false` also when nobody can tell. */
export const checkPasses = (constraint: TreeNode, column: string, value: Value): boolean => {
	const said = evaluateCheck(constraint.raw_expr, column, value);
	return said === true || said === null;
};
