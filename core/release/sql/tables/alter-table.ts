import { callFindings, callsBelow, isHarmless } from '../functions/calls';
import { addColumn, factsOf, typeFindings } from './column';
import { addConstraint, dropConstraint, setNotNull, validate } from './alter-constraint';
import { alterOwn, otherKinds } from './alter-own';
import type { Place, Rule } from './place';
import { constant } from './constraint';
import { finding, type Contract, type SqlFinding } from '../finding';
import { partsOf } from '../names';
import type { Context } from '../rule';
import { isWrittenOut } from '../functions/total';
import { each, isObject, open, relationName, text, type TreeNode } from '../tree';
import { writtenType } from './types';

const harmless: Rule = () => [];
const says =
	(hazard: SqlFinding['hazard'], what: (name: string, table: string) => string): Rule =>
	({ table, line }, command) => [finding(hazard, line, what(text(command.name), table))];

/** A column is taken away. With CASCADE it takes along what nobody named, so it is no contract that can be tracked. */
const contracts =
	(hazard: SqlFinding['hazard'], how: Contract['how'], what: (name: string, table: string) => string): Rule =>
	({ table, relation, line, names }, command) => {
		const name = text(command.name);
		const cascade = command.behavior === 'DROP_CASCADE';
		if (!cascade && names.hasAdded(relation, name)) {
			if (how === 'dropped') names.moveColumn(relation, name, null);
			return [];
		}
		const taken = cascade ? [] : [{ name: `${table}.${name}`, how, of: 'column' as const }];
		return [finding(hazard, line, what(name, table), taken)];
	};

const columnDefault: Rule = ({ table, relation, line, names }, command) => {
	const name = text(command.name);
	const facts = names.columnFacts(relation, name);
	const empty = command.def === undefined || constant(command.def) === null;
	if (facts) names.addColumn(relation, name, { ...facts, filled: !empty });
	if (empty)
		return facts && !facts.bound
			? []
			: [finding('narrowing', line, `It drops the default of column ${name} of ${table}.`)];
	const unknown = callsBelow(command.def).filter((call) => !isHarmless(call, names));
	if (facts && unknown.length === 0)
		return !facts.bound && !facts.limited && isWrittenOut(command.def)
			? []
			: [
					finding(
						'opaque',
						line,
						`It changes the default of column ${name} of ${table}, which its type or a constraint may refuse.`,
					),
				];
	const changed = finding(
		'narrowing',
		line,
		`It changes the default of column ${name} of ${table}: rows of the old version get another value.`,
	);
	return unknown.length > 0
		? [
				finding(
					'opaque',
					line,
					`Each new row of ${table} calls ${unknown.map((call) => call.name.join('.')).join(', ')}, whose effect is not known.`,
				),
			]
		: [changed];
};

/** BY DEFAULT still takes the numbers that the old version gives; ALWAYS refuses them. */
const addIdentity: Rule = ({ table, line }, command) => {
	const always = open(command.def)[1].generated_when === 'a';
	const name = text(command.name);
	return always
		? [
				finding(
					'narrowing',
					line,
					`It numbers column ${name} of ${table} by itself and refuses other numbers.`,
				),
			]
		: [];
};

const noteColumn = (place: Place, command: TreeNode): void => {
	const [, column] = open(command.def);
	const name = text(column.colname);
	// IF NOT EXISTS proves nothing: the column may have been there, with what the old version wrote.
	if (command.missing_ok === true) return;
	place.names.addColumn(place.relation, name, factsOf(column, place.names));
};

const changesType = contracts(
	'narrowing',
	'retyped',
	(name, table) => `It changes the type of column ${name} of ${table}.`,
);

const retype: Rule = (place, command) => {
	const { table, relation, line, names } = place;
	const [, column] = open(command.def);
	const name = text(command.name);
	const facts = names.columnFacts(relation, name);
	const told = callFindings(column, line, names);
	if (!facts) return [...told, ...changesType(place, command)];
	const type = writtenType(column.typeName, names);
	const refuses = facts.bound || (facts.filled && type.limited);
	names.addColumn(relation, name, {
		...facts,
		limited: type.limited,
		narrow: type.narrow,
		bound: facts.bound || type.limited,
	});
	return [
		...told,
		...typeFindings(`column ${name} of ${table}`, type, facts.filled ? undefined : null, line),
		...(refuses
			? [
					finding(
						'opaque',
						line,
						`It changes the type of column ${name} of ${table}, which its default or a constraint may no longer fit.`,
					),
				]
			: []),
	];
};

/** Rows of the old version go into a partition: what it refuses, they are refused. */
const attach: Rule = ({ table, line, names }, command) => {
	const { name: taken } = open(command.def)[1];
	const bare = names.isOwn(taken) && names.made('bare', partsOf(taken));
	// From here on rows of the old version go into it.
	names.dropTable(partsOf(taken));
	return bare
		? []
		: [
				finding(
					'opaque',
					line,
					`It makes ${relationName(taken)} a partition of ${table}: whether that refuses or changes rows of the old version is not known.`,
				),
			];
};

/** Every subtype that is understood; one that is missing here is opaque. */
const rules: Readonly<Record<string, Rule>> = {
	AT_AddColumn: (place, command) => addColumn(place.table, command, place.line, place.names),
	AT_AddConstraint: addConstraint,
	AT_DropColumn: contracts('destructive', 'dropped', (name, table) => `It drops column ${name} of ${table}.`),
	AT_AlterColumnType: retype,
	AT_SetNotNull: setNotNull,
	AT_DropNotNull: says(
		'narrowing',
		(name, table) => `It lets column ${name} of ${table} be null, which old readers do not expect.`,
	),
	AT_DropExpression: says('narrowing', (name, table) => `It stops computing column ${name} of ${table}.`),
	AT_DropIdentity: says('narrowing', (name, table) => `It drops the identity of column ${name} of ${table}.`),
	AT_ColumnDefault: columnDefault,
	AT_DropConstraint: dropConstraint,
	AT_ValidateConstraint: validate,
	AT_DetachPartition: says('destructive', (_name, table) => `It detaches a partition of ${table}.`),
	AT_AttachPartition: attach,
	AT_EnableRowSecurity: says('narrowing', (_name, table) => `It turns on row security for ${table}.`),
	AT_ForceRowSecurity: says('narrowing', (_name, table) => `It forces row security for ${table}.`),
	AT_DisableRowSecurity: says('narrowing', (_name, table) => `It turns off row security for ${table}.`),
	AT_ChangeOwner: says('narrowing', (_name, table) => `It changes the owner of ${table}.`),
	AT_EnableTrig: says(
		'opaque',
		(name, table) => `It turns on trigger ${name} of ${table}, whose effect is not known.`,
	),
	AT_DisableTrig: says('narrowing', (name, table) => `It turns off trigger ${name} of ${table}.`),
	AT_AddIdentity: addIdentity,
	AT_SetStatistics: harmless,
	AT_SetRelOptions: harmless,
	AT_ResetRelOptions: harmless,
	AT_SetOptions: harmless,
	AT_SetStorage: harmless,
	AT_SetLogged: says('locking', (_name, table) => `It rewrites ${table} as logged.`),
	AT_SetUnLogged: says('destructive', (_name, table) => `It makes ${table} unlogged: a crash empties it.`),
	AT_ClusterOn: harmless,
};

/** Judges ALTER TABLE. */
export function lintAlterTable(body: TreeNode, context: Context): readonly SqlFinding[] {
	const { line, names, postgres } = context;
	const place: Place = { table: relationName(body.relation), relation: body.relation, line, names, postgres };
	const own = names.isOwn(body.relation);
	return each(body, 'cmds', 'AlterTableCmd').flatMap((command) => {
		const subtype = text(command.subtype);
		if (own) {
			if (subtype === 'AT_AddColumn') noteColumn(place, command);
			return alterOwn(body, command, context);
		}
		const other = otherKinds[text(body.objtype)]?.(subtype, place.table, command) ?? null;
		if (other !== null) return [finding('narrowing', line, other)];
		const rule = rules[subtype];
		const found = rule
			? rule(place, command)
			: [finding('opaque', line, `It alters ${place.table} in a way that is not known (${subtype}).`)];
		if (subtype === 'AT_AddColumn') noteColumn(place, command);
		return found;
	});
}

/** Whether ALTER TABLE adds a column that is computed from others of its row, which keeps it in step. */
export const addsComputed = (body: TreeNode): boolean =>
	each(body, 'cmds', 'AlterTableCmd').some(
		({ subtype, def }) =>
			subtype === 'AT_AddColumn' &&
			isObject(def) &&
			each(open(def)[1], 'constraints', 'Constraint').some(({ contype }) => contype === 'CONSTR_GENERATED'),
	);
