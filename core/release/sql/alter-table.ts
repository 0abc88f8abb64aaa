import { finding, type Contract, type SqlFinding } from './finding';
import { calledFunctions, each, isObject, open, relationName, text, type TreeNode } from './tree';

/** Functions whose value is fixed within a statement, so that adding a column with them rewrites nothing (since PostgreSQL 11). */
const STABLE_DEFAULTS = [
	'now',
	'current_timestamp',
	'transaction_timestamp',
	'statement_timestamp',
	'timezone',
];

interface ColumnFacts {
	readonly name: string;
	readonly notNull: boolean;
	readonly hasDefault: boolean;
	readonly generated: boolean;
	readonly restricting: readonly string[];
	readonly volatileDefault: boolean;
}

export function columnFacts(column: TreeNode): ColumnFacts {
	const constraints = each(column, 'constraints', 'Constraint');
	const types = constraints.map((constraint) => text(constraint.contype));
	const type = isObject(column.typeName)
		? each(column.typeName, 'names', 'String').map((name) => text(name.sval))
		: [];
	const serial = type.some((name) => /^(small|big)?serial$/.test(name));
	const defaults = constraints.filter((constraint) => constraint.contype === 'CONSTR_DEFAULT');
	return {
		name: text(column.colname),
		notNull: types.includes('CONSTR_NOTNULL') || types.includes('CONSTR_PRIMARY'),
		hasDefault:
			serial ||
			types.includes('CONSTR_IDENTITY') ||
			defaults.some((constraint) => !isNullConstant(constraint.raw_expr)),
		generated: types.includes('CONSTR_GENERATED'),
		restricting: types.filter((type) =>
			['CONSTR_UNIQUE', 'CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_PRIMARY'].includes(type),
		),
		volatileDefault: serial || calledFunctions(defaults).some((name) => !STABLE_DEFAULTS.includes(name)),
	};
}

function isNullConstant(expression: unknown): boolean {
	const [kind, body] = open(expression);
	return kind === 'A_Const' ? body.isnull === true : kind === 'TypeCast' && isNullConstant(body.arg);
}

function addColumn(table: string, command: TreeNode, line: number): readonly SqlFinding[] {
	const [, column] = open(command.def);
	const facts = columnFacts(column);
	const where = `column ${facts.name} of ${table}`;
	const found: SqlFinding[] = [];
	if (facts.notNull && !facts.hasDefault && !facts.generated)
		found.push(finding('not-null-without-default', line, `It adds ${where} as NOT NULL without a default.`));
	if (facts.restricting.length > 0 && facts.hasDefault)
		found.push(
			finding('narrowing', line, `It adds ${where} with a constraint that a default cannot always satisfy.`),
		);
	if (facts.volatileDefault || facts.generated)
		found.push(finding('locking', line, `It adds ${where} with a computed value, which rewrites the table.`));
	return found;
}

function addConstraint(table: string, command: TreeNode, line: number): readonly SqlFinding[] {
	const [, constraint] = open(command.def);
	const kind = text(constraint.contype).replace('CONSTR_', '').toLowerCase();
	if (kind === 'notnull') return [finding('narrowing', line, `It adds a NOT NULL constraint to ${table}.`)];
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
	return found;
}

type Rule = (table: string, command: TreeNode, line: number) => readonly SqlFinding[];

const says =
	(hazard: SqlFinding['hazard'], what: (name: string, table: string) => string): Rule =>
	(table, command, line) => [finding(hazard, line, what(text(command.name), table))];
const harmless: Rule = () => [];

/** A column is taken away. With CASCADE it takes along what nobody named, so it is no contract that can be tracked. */
const contracts =
	(hazard: SqlFinding['hazard'], how: Contract['how'], what: (name: string, table: string) => string): Rule =>
	(table, command, line) => {
		const name = text(command.name);
		const taken =
			command.behavior === 'DROP_CASCADE' ? [] : [{ name: `${table}.${name}`, how, of: 'column' as const }];
		return [finding(hazard, line, what(name, table), taken)];
	};

/** Every subtype that is understood; one that is missing here is opaque. */
const rules: Readonly<Record<string, Rule>> = {
	AT_AddColumn: addColumn,
	AT_AddConstraint: addConstraint,
	AT_DropColumn: contracts('destructive', 'dropped', (name, table) => `It drops column ${name} of ${table}.`),
	AT_AlterColumnType: contracts(
		'narrowing',
		'retyped',
		(name, table) => `It changes the type of column ${name} of ${table}.`,
	),
	AT_SetNotNull: contracts(
		'narrowing',
		'not-null',
		(name, table) => `It makes column ${name} of ${table} NOT NULL.`,
	),
	AT_DropNotNull: says(
		'narrowing',
		(name, table) => `It lets column ${name} of ${table} be null, which old readers do not expect.`,
	),
	AT_DropExpression: says('narrowing', (name, table) => `It stops computing column ${name} of ${table}.`),
	AT_DropIdentity: says('narrowing', (name, table) => `It drops the identity of column ${name} of ${table}.`),
	AT_ColumnDefault: (table, command, line) =>
		command.def === undefined
			? [finding('narrowing', line, `It drops the default of column ${text(command.name)} of ${table}.`)]
			: [],
	AT_DropConstraint: says(
		'narrowing',
		(name, table) => `It drops constraint ${name} of ${table}, on which the old version may rely.`,
	),
	AT_ValidateConstraint: harmless,
	AT_DetachPartition: says('destructive', (_name, table) => `It detaches a partition of ${table}.`),
	AT_AttachPartition: harmless,
	AT_EnableRowSecurity: says('narrowing', (_name, table) => `It turns on row security for ${table}.`),
	AT_ForceRowSecurity: says('narrowing', (_name, table) => `It forces row security for ${table}.`),
	AT_DisableRowSecurity: says('narrowing', (_name, table) => `It turns off row security for ${table}.`),
	AT_ChangeOwner: says('narrowing', (_name, table) => `It changes the owner of ${table}.`),
	AT_EnableTrig: harmless,
	AT_DisableTrig: says('narrowing', (name, table) => `It turns off trigger ${name} of ${table}.`),
	AT_AddIdentity: harmless,
	AT_SetStatistics: harmless,
	AT_SetRelOptions: harmless,
	AT_ResetRelOptions: harmless,
	AT_SetOptions: harmless,
	AT_SetStorage: harmless,
	AT_SetLogged: says('locking', (_name, table) => `It rewrites ${table} as logged.`),
	AT_SetUnLogged: says('destructive', (_name, table) => `It makes ${table} unlogged: a crash empties it.`),
	AT_ClusterOn: harmless,
};

/** Judges ALTER TABLE. A table this migration created may be changed as one likes. */
export function lintAlterTable(
	body: TreeNode,
	line: number,
	created: ReadonlySet<string>,
): readonly SqlFinding[] {
	const table = relationName(body.relation);
	if (created.has(table)) return [];
	return each(body, 'cmds', 'AlterTableCmd').flatMap((command) => {
		const subtype = text(command.subtype);
		const rule = rules[subtype];
		return rule
			? rule(table, command, line)
			: [finding('opaque', line, `It alters ${table} in a way that is not known (${subtype}).`)];
	});
}
