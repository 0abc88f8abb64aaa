import { finding, type SqlFinding } from '../finding';
import { constant } from '../tables/constraint';
import { builtInOperators, harmlessFunctions, harmlessSettings } from './known';
import { type Names } from '../names';
import { each, isObject, open, text, type TreeNode } from '../tree';

export interface Call {
	/** Parts of the name, `pg_catalog` left out. */
	readonly name: readonly string[];
	readonly args: readonly unknown[];
	/** Whether the name was given with the schema `pg_catalog`. */
	readonly builtIn: boolean;
}

/** Every function called anywhere below, and every operator that is not PostgreSQL's own for sure. */
export function callsBelow(value: unknown): readonly Call[] {
	if (Array.isArray(value)) return value.flatMap(callsBelow);
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, inner]) => {
		const below = callsBelow(inner);
		if (!isObject(inner)) return below;
		if (key === 'FuncCall') {
			const parts = each(inner, 'funcname', 'String').map((name) => text(name.sval));
			const name = parts.filter((part) => part !== 'pg_catalog');
			const args = Array.isArray(inner.args) ? (inner.args as readonly unknown[]) : [];
			return [{ name, args, builtIn: parts.length !== name.length }, ...below];
		}
		const operator = key === 'A_Expr' ? each(inner, 'name', 'String').map((name) => text(name.sval)) : [];
		const known =
			operator.length === 1 ? builtInOperators.has(operator[0] ?? '') : operator[0] === 'pg_catalog';
		const plain =
			!['AEXPR_OP', 'AEXPR_OP_ANY', 'AEXPR_OP_ALL'].includes(text(inner.kind)) && operator.length < 2;
		return operator.length > 0 && !known && !plain
			? [{ name: [`operator ${operator.join('.')}`], args: [], builtIn: false }, ...below]
			: below;
	});
}

/** The sequence a call moves, where it is named by a constant: `users_id_seq`. */
function sequenceOf([first]: readonly unknown[]): readonly string[] | null {
	const [kind, body] = open(first);
	const value = constant(kind === 'TypeCast' ? body.arg : first);
	return typeof value === 'string' ? value.replaceAll('"', '').split('.') : null;
}

type Effect = (call: Call, line: number, names: Names) => readonly SqlFinding[];

/** Whether a value is the largest number a table holds, or one more: the usual way to mend a sequence. */
function isMaximum(value: unknown): boolean {
	const [kind, body] = open(value);
	if (kind === 'A_Expr') return isMaximum(body.lexpr) && typeof constant(body.rexpr) === 'number';
	if (kind === 'CoalesceExpr' && Array.isArray(body.args)) return isMaximum(body.args[0]);
	if (kind === 'FuncCall')
		return (
			each(body, 'funcname', 'String')
				.map(({ sval }) => text(sval))
				.join('.') === 'max'
		);
	if (kind !== 'SubLink') return false;
	const [, query] = open(body.subselect);
	const [target] = each(query, 'targetList', 'ResTarget');
	return query.whereClause === undefined && target !== undefined && isMaximum(target.val);
}

const moveSequence: Effect = ({ args }, line, names) => {
	const parts = sequenceOf(args);
	if (parts === null) return [finding('opaque', line, 'It moves a sequence that it computes.')];
	return names.made('sequence', parts) || isMaximum(args[1])
		? []
		: [
				finding(
					'narrowing',
					line,
					`It moves sequence ${parts.join('.')}; numbers that are taken may come again.`,
				),
			];
};

const configure: Effect = ({ args }, line, names) => {
	const [setting, value, local] = args.map(constant);
	if (typeof setting !== 'string') {
		names.setPath(null, false);
		return [finding('opaque', line, 'It changes a setting that it computes.')];
	}
	if (setting.toLowerCase() === 'search_path') {
		const path =
			typeof value === 'string' ? value.split(',').map((part) => part.trim().replaceAll('"', '')) : null;
		names.setPath(path?.filter((part) => part !== '') ?? null, local === true);
		return [];
	}
	return harmlessSettings.has(setting.toLowerCase())
		? []
		: [finding('opaque', line, `It changes the setting ${setting}, whose effect is not known.`)];
};

const effects: Readonly<Record<string, Effect>> = { setval: moveSequence, set_config: configure };

/** Whether a call changes nothing, whatever it is given. What the migration defines itself hides what is built in. */
export function isHarmless({ name, builtIn }: Call, names: Names): boolean {
	const [only = ''] = name;
	if (name.length !== 1 || !harmlessFunctions.has(only)) return false;
	if (builtIn) return true;
	const hidden = names.path === null || names.path.indexOf('pg_catalog') > 0;
	return !hidden && !names.made('function', [only]);
}

/** What the functions called anywhere in a statement do. One that is not on the list of harmless ones is unknown. */
export function callFindings(body: TreeNode, line: number, names: Names): readonly SqlFinding[] {
	const calls = callsBelow(body);
	const known = calls.flatMap((call) => effects[call.name.join('.')]?.(call, line, names) ?? []);
	const unknown = calls.filter(
		(call) => effects[call.name.join('.')] === undefined && !isHarmless(call, names),
	);
	if (unknown.length === 0) return known;
	const told = [...new Set(unknown.map(({ name }) => name.join('.')))].join(', ');
	return [...known, finding('opaque', line, `It calls ${told}, whose effect is not known.`)];
}
