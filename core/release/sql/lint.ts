import { lintAlterTable } from './alter-table';
import { droppedContracts, objectNames, tidy } from './dropped';
import { finding, type SqlFinding } from './finding';
import {
	calledFunctions,
	contains,
	each,
	isObject,
	open,
	relationName,
	text,
	type ParsedStatement,
	type TreeNode,
} from './tree';

/** What earlier statements of the same migration made. */
interface Seen {
	/** Tables that this migration created for sure (IF NOT EXISTS proves nothing). */
	readonly created: Set<string>;
	/** Added columns, as `table.column`. */
	readonly added: Set<string>;
	/** Tables with a trigger or a generated column of this migration. */
	readonly inStep: Set<string>;
	/** Backfills from an old column, to be judged at the end. */
	readonly backfills: { readonly table: string; readonly column: string; readonly line: number }[];
}

type Rule = (body: TreeNode, line: number, seen: Seen) => readonly SqlFinding[];

const harmless: Rule = () => [];
const BOOKKEEPING = ['alembic_version'];
/** Functions that change nothing but the session or a sequence; dumps call them. */
const HARMLESS_CALLS = [
	'set_config',
	'setval',
	'nextval',
	'now',
	'lower',
	'upper',
	'coalesce',
	'count',
	'max',
	'min',
];

const drop: Rule = (body, line, seen) => {
	const kind = tidy(body.removeType);
	const names = objectNames(body);
	if (kind === 'index')
		return [finding('locking', line, `It drops index ${names.join(', ')}; reads may slow down.`)];
	const own = kind === 'table' && names.every((name) => seen.created.has(name));
	return own
		? []
		: [finding('destructive', line, `It drops ${kind} ${names.join(', ')}.`, droppedContracts(body))];
};

const createTable: Rule = (body, _line, seen) => {
	if (body.if_not_exists !== true) seen.created.add(relationName(body.relation));
	return [];
};

const createIndex: Rule = (body, line, seen) => {
	const table = relationName(body.relation);
	if (seen.created.has(table)) return [];
	const found: SqlFinding[] = [];
	if (body.unique === true) found.push(finding('narrowing', line, `It makes values of ${table} unique.`));
	if (body.concurrent !== true)
		found.push(finding('locking', line, `It builds an index on ${table} while writes wait.`));
	return found;
};

const alterTable: Rule = (body, line, seen) => {
	const table = relationName(body.relation);
	for (const command of each(body, 'cmds', 'AlterTableCmd')) {
		if (command.subtype !== 'AT_AddColumn') continue;
		const [, column] = open(command.def);
		seen.added.add(`${table}.${text(column.colname)}`);
		if (
			each(column, 'constraints', 'Constraint').some(
				(constraint) => constraint.contype === 'CONSTR_GENERATED',
			)
		)
			seen.inStep.add(table);
	}
	return lintAlterTable(body, line, seen.created);
};

const update: Rule = (body, line, seen) => {
	const table = relationName(body.relation);
	if (BOOKKEEPING.includes(table) || seen.created.has(table)) return [];
	return each(body, 'targetList', 'ResTarget').flatMap((target) => {
		const column = text(target.name);
		if (!seen.added.has(`${table}.${column}`))
			return [finding('destructive', line, `It overwrites column ${column} of ${table}.`)];
		if (contains(target.val, ['ColumnRef'])) seen.backfills.push({ table, column, line });
		return [];
	});
};

const remove: Rule = (body, line, seen) => {
	const table = relationName(body.relation);
	return BOOKKEEPING.includes(table) || seen.created.has(table)
		? []
		: [finding('destructive', line, `It deletes rows of ${table}.`)];
};

const insert: Rule = (body, line, seen) => {
	const table = relationName(body.relation);
	if (BOOKKEEPING.includes(table) || seen.created.has(table)) return [];
	const conflict = isObject(body.onConflictClause) && body.onConflictClause.action === 'ONCONFLICT_UPDATE';
	return conflict ? [finding('destructive', line, `It overwrites rows of ${table} on conflict.`)] : [];
};

const rename: Rule = (body, line, seen) => {
	const table = relationName(body.relation);
	if (seen.created.has(table)) return [];
	const kind = tidy(body.renameType);
	if (kind === 'index' || kind === 'tabconstraint') return [];
	const what =
		kind === 'column'
			? `${text(body.subname)} of ${table}`
			: table || objectNames({ objects: [body.object] }).join('');
	return [
		finding(
			'renaming',
			line,
			`It renames ${kind} ${what}${text(body.newname) ? ` to ${text(body.newname)}` : ''}.`,
			kind === 'column'
				? [{ name: `${table}.${text(body.subname)}`, how: 'renamed', of: 'column' }]
				: kind === 'table'
					? [{ name: table, how: 'renamed', of: 'table' }]
					: [],
		),
	];
};

const select: Rule = (body, line) => {
	if (contains(body, ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']))
		return [finding('opaque', line, 'It changes data inside a query.')];
	const calls = calledFunctions(body).filter((name) => !HARMLESS_CALLS.includes(name));
	return calls.length > 0
		? [finding('opaque', line, `It calls ${[...new Set(calls)].join(', ')}, whose effect is not known.`)]
		: [];
};

const opaque =
	(what: string): Rule =>
	(_body, line) => [finding('opaque', line, what)];

const replaceable =
	(what: string): Rule =>
	(body, line) =>
		body.replace === true ? [finding('opaque', line, `It replaces a ${what} the old version may use.`)] : [];

/** Every kind of statement that is understood; one that is missing here is opaque. */
const rules: Readonly<Record<string, Rule>> = {
	TransactionStmt: harmless,
	VariableSetStmt: harmless,
	CommentStmt: harmless,
	CreateStmt: createTable,
	CreateTableAsStmt: harmless,
	CreateSeqStmt: harmless,
	CreateSchemaStmt: harmless,
	CreateExtensionStmt: harmless,
	CreateEnumStmt: harmless,
	CompositeTypeStmt: harmless,
	CreateDomainStmt: harmless,
	CreateRoleStmt: harmless,
	GrantRoleStmt: harmless,
	VacuumStmt: harmless,
	LockStmt: (_body, line) => [finding('locking', line, 'It locks a table by hand.')],
	ReindexStmt: (_body, line) => [finding('locking', line, 'It rebuilds an index while writes wait.')],
	CreateTrigStmt: (body, _line, seen) => {
		seen.inStep.add(relationName(body.relation));
		return [];
	},
	ViewStmt: replaceable('view'),
	CreateFunctionStmt: replaceable('function'),
	IndexStmt: createIndex,
	AlterTableStmt: alterTable,
	AlterSeqStmt: harmless,
	AlterEnumStmt: (body, line) =>
		text(body.oldVal) === ''
			? []
			: [finding('renaming', line, `It renames value ${text(body.oldVal)} of an enum.`)],
	AlterObjectSchemaStmt: (body, line) => [
		finding('renaming', line, `It moves ${relationName(body.relation) || 'an object'} to another schema.`),
	],
	AlterOwnerStmt: (_body, line) => [finding('narrowing', line, 'It changes the owner of an object.')],
	AlterDomainStmt: (_body, line) => [finding('narrowing', line, 'It alters a domain.')],
	RenameStmt: rename,
	DropStmt: drop,
	DropdbStmt: (body, line) => [finding('destructive', line, `It drops database ${text(body.dbname)}.`)],
	DropRoleStmt: (_body, line) => [finding('destructive', line, 'It drops a role.')],
	DropOwnedStmt: (_body, line) => [finding('destructive', line, 'It drops everything a role owns.')],
	TruncateStmt: (body, line) => [
		finding(
			'destructive',
			line,
			`It empties ${each(body, 'relations', 'RangeVar').map(relationName).join(', ')}.`,
		),
	],
	InsertStmt: insert,
	UpdateStmt: update,
	DeleteStmt: remove,
	MergeStmt: (body, line) => [
		finding(
			'destructive',
			line,
			`It merges into ${relationName(body.relation)}, which may overwrite or delete.`,
		),
	],
	CopyStmt: (body, line) => (body.is_from === true ? [] : [finding('opaque', line, 'It copies data out.')]),
	GrantStmt: (body, line) =>
		body.is_grant === true ? [] : [finding('narrowing', line, 'It revokes a privilege.')],
	SelectStmt: select,
	DoStmt: opaque('It runs a code block.'),
	CallStmt: opaque('It calls a procedure.'),
	ExecuteStmt: opaque('It runs a prepared statement.'),
};

/**
 * Judges a migration, statement by statement and as a whole, for a system in which the old version goes on running:
 * only additive changes are free of findings. A statement of an unknown kind is opaque.
 */
export function lintMigration(statements: readonly ParsedStatement[]): readonly SqlFinding[] {
	const seen: Seen = { created: new Set(), added: new Set(), inStep: new Set(), backfills: [] };
	const found = statements.flatMap(({ tree, line }) => {
		const [kind, body] = open(tree);
		const rule = rules[kind];
		return rule
			? rule(body, line, seen)
			: [finding('opaque', line, `It is a statement of an unknown kind (${kind || 'empty'}).`)];
	});
	const outOfStep = seen.backfills
		.filter(({ table }) => !seen.inStep.has(table))
		.map(({ table, column, line }) =>
			finding(
				'missing-dual-write',
				line,
				`It fills column ${column} of ${table} once; what the old version writes afterwards is missing there.`,
			),
		);
	return [...found, ...outOfStep].sort((a, b) => a.line - b.line);
}

/** The answer the lint gives to “is every change additive?”. */
export function migrationVerdict(findings: readonly SqlFinding[]): {
	readonly status: 'pass' | 'fail' | 'unknown';
	readonly grounds: string;
} {
	const tell = ({ line, what }: SqlFinding): string => `line ${line}: ${what}`;
	const failing = findings.filter(({ hazard }) => hazard !== 'opaque' && hazard !== 'locking');
	const opaques = findings.filter(({ hazard }) => hazard === 'opaque');
	const first = failing[0] ?? opaques[0];
	if (!first) return { status: 'pass', grounds: 'Every statement is additive.' };
	const count = failing.length > 0 ? failing.length : opaques.length;
	return {
		status: failing.length > 0 ? 'fail' : 'unknown',
		grounds: `${tell(first)}${count > 1 ? ` (and ${count - 1} more)` : ''}`,
	};
}
