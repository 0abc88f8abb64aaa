import { callsBelow, isHarmless } from './calls';
import { addColumn } from './column';
import { constant } from './constraint';
import { finding, type Contract, type SqlFinding } from './finding';
import { partsOf, type Names } from './names';
import { each, isObject, open, relationName, text, type TreeNode } from './tree';

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
	if (names.hasAdded(relation, name) && names.made('default', thing(place, name))) return [];
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
	if (names.hasAdded(relation, name)) return [];
	if (command.def === undefined || constant(command.def) === null)
		return [finding('narrowing', line, `It drops the default of column ${name} of ${table}.`)];
	const unknown = callsBelow(command.def).filter((call) => !isHarmless(call, names));
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
	place.names.addColumn(place.relation, name);
	const filled = each(column, 'constraints', 'Constraint').some(
		({ contype, raw_expr }) =>
			contype === 'CONSTR_IDENTITY' || (contype === 'CONSTR_DEFAULT' && constant(raw_expr) !== null),
	);
	if (filled) place.names.make('default', thing(place, name));
};

/** Every subtype that is understood; one that is missing here is opaque. */
const rules: Readonly<Record<string, Rule>> = {
	AT_AddColumn: (place, command) => addColumn(place.table, command, place.line, place.names),
	AT_AddConstraint: addConstraint,
	AT_DropColumn: contracts('destructive', 'dropped', (name, table) => `It drops column ${name} of ${table}.`),
	AT_AlterColumnType: contracts(
		'narrowing',
		'retyped',
		(name, table) => `It changes the type of column ${name} of ${table}.`,
	),
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
	AT_AttachPartition: harmless,
	AT_EnableRowSecurity: says('narrowing', (_name, table) => `It turns on row security for ${table}.`),
	AT_ForceRowSecurity: says('narrowing', (_name, table) => `It forces row security for ${table}.`),
	AT_DisableRowSecurity: says('narrowing', (_name, table) => `It turns off row security for ${table}.`),
	AT_ChangeOwner: says('narrowing', (_name, table) => `It changes the owner of ${table}.`),
	AT_EnableTrig: harmless,
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

/** Judges ALTER TABLE. A table this migration created may be changed as one likes, but for the functions it calls. */
export function lintAlterTable(
	body: TreeNode,
	line: number,
	names: Names,
	postgres: number,
): readonly SqlFinding[] {
	const place: Place = { table: relationName(body.relation), relation: body.relation, line, names, postgres };
	const commands = each(body, 'cmds', 'AlterTableCmd');
	const own = names.isOwn(body.relation);
	return commands.flatMap((command) => {
		const subtype = text(command.subtype);
		const rule = rules[subtype];
		const found = rule
			? rule(place, command)
			: [finding('opaque', line, `It alters ${place.table} in a way that is not known (${subtype}).`)];
		if (subtype === 'AT_AddColumn') noteColumn(place, command);
		// A table that takes another one in holds its rows: dropping or emptying it would take them along.
		const taken = subtype === 'AT_AttachPartition' ? open(command.def)[1].name : undefined;
		if (own && taken !== undefined && !names.isOwn(taken)) {
			names.dropTable(partsOf(body.relation));
			return [
				finding(
					'narrowing',
					line,
					`It makes ${relationName(taken)} a part of ${place.table}; what happens to that happens to its rows.`,
				),
			];
		}
		return own ? [] : found;
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
