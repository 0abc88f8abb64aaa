import { callFindings, callsBelow, isHarmless } from '../functions/calls';
import { addColumn, factsOf, typeFindings } from './column';
import { alterOwn, otherKinds } from './alter-own';
import { constant } from './constraint';
import { finding, type Contract, type SqlFinding } from '../finding';
import { partsOf, type Names } from '../names';
import type { Context } from '../rule';
import { isWrittenOut } from '../functions/total';
import { each, isObject, open, relationName, text, type TreeNode } from '../tree';
import { writtenType } from './types';

/** Where an ALTER TABLE stands: the table, and what is known of names at this line. */
interface Place {
	readonly table: string;
	readonly relation: unknown;
	readonly line: number;
	readonly names: Names;
	/** Major version of PostgreSQL. */
	readonly postgres: number;
}

type Rule = (place: Place, command: TreeNode) => readonly SqlFinding[];

const harmless: Rule = () => [];
const says =
	(hazard: SqlFinding['hazard'], what: (name: string, table: string) => string): Rule =>
	({ table, line }, command) => [finding(hazard, line, what(text(command.name), table))];

/** A thing of the table, e.g. a constraint, by the table's schema. */
const thing = ({ relation }: Place, name: string): readonly string[] => [...partsOf(relation), name];

/** The column a CHECK forbids to be null, if it does nothing else: `CHECK (email IS NOT NULL)`. */
function forbidsNull(constraint: TreeNode): string | null {
	const [kind, body] = open(constraint.raw_expr);
	if (kind !== 'NullTest' || body.nulltesttype !== 'IS_NOT_NULL') return null;
	const [of, column] = open(body.arg);
	return of === 'ColumnRef'
		? (each(column, 'fields', 'String')
				.map(({ sval }) => text(sval))
				.at(-1) ?? null)
		: null;
}

const addConstraint: Rule = (place, command) => {
	const { table, line, names } = place;
	const [, constraint] = open(command.def);
	const kind = text(constraint.contype).replace('CONSTR_', '').toLowerCase();
	const name = text(constraint.conname);
	const checked = kind === 'check' ? forbidsNull(constraint) : null;
	if (name !== '') {
		names.make('constraint', thing(place, name));
		if (checked !== null) {
			names.make('check', thing(place, `${name} ${checked}`));
			if (constraint.skip_validation !== true) names.make('not null', thing(place, checked));
		}
	}
	if (kind === 'notnull') return [finding('narrowing', line, `It adds a NOT NULL constraint to ${table}.`)];
	// The index was unique already; only PRIMARY KEY asks for more, NOT NULL.
	if (kind === 'unique' && text(constraint.indexname) !== '') return [];
	const found = [
		finding(
			'narrowing',
			line,
			`It adds a ${kind} constraint to ${table}; what the old version writes may be refused.`,
		),
	];
	if (constraint.skip_validation !== true && (kind === 'check' || kind === 'foreign'))
		found.push(
			finding('locking', line, `It validates the ${kind} constraint of ${table} while it holds the lock.`),
		);
	if ((kind === 'unique' || kind === 'primary' || kind === 'exclusion') && text(constraint.indexname) === '')
		found.push(
			finding('locking', line, `It builds the index of a constraint of ${table} while it holds the lock.`),
		);
	const unknown = callsBelow(constraint).filter((call) => !isHarmless(call, names));
	if (unknown.length > 0)
		found.push(
			finding(
				'opaque',
				line,
				`Each row calls ${unknown.map((call) => call.name.join('.')).join(', ')}, whose effect is not known.`,
			),
		);
	return found;
};

const validate: Rule = (place, command) => {
	const name = text(command.name);
	// Which column the check was for is kept in its name.
	for (const column of place.names.partsMade('check', thing(place, name)))
		place.names.make('not null', thing(place, column));
	return [];
};

const setNotNull: Rule = (place, command) => {
	const { table, relation, line, names, postgres } = place;
	const name = text(command.name);
	const found = [
		finding('narrowing', line, `It makes column ${name} of ${table} NOT NULL.`, [
			{ name: `${table}.${name}`, how: 'not-null', of: 'column' },
		]),
	];
	const facts = names.columnFacts(relation, name);
	if (facts?.filled === true) {
		names.addColumn(relation, name, { ...facts, bound: true });
		return [];
	}
	// Since PostgreSQL 12 a validated CHECK (column IS NOT NULL) spares the scan (release notes of 12, E.23.3.1.1).
	if (postgres < 12 || !names.made('not null', thing(place, name)))
		found.push(finding('locking', line, `It reads all of ${table} while it holds the lock.`));
	return found;
};

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

const dropConstraint: Rule = (place, command) => {
	const name = text(command.name);
	const own = place.names.made('constraint', thing(place, name));
	place.names.unmake('constraint', thing(place, name));
	return own && command.behavior !== 'DROP_CASCADE'
		? []
		: [
				finding(
					'narrowing',
					place.line,
					`It drops constraint ${name} of ${place.table}, on which the old version may rely.`,
				),
			];
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
