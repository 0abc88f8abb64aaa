import { constant } from './tables/constraint';
import {
	alterTable,
	createIndex,
	createTable,
	createTableAs,
	drop,
	rename,
	select,
	setSchema,
	truncate,
} from './objects';
import type { Rule } from './rule';
import { finding, type SqlFinding } from './finding';
import { harmlessSettings } from './functions/known';
import { listed, partsOf, type Names } from './names';
import { fillOwn } from './tables/references';
import { each, isObject, open, relationName, text, type TreeNode } from './tree';
import { createFunction, createTrigger } from './functions/create';
import type { TypeFacts } from './tables/type-facts';
import { compositeFacts, domainFacts } from './tables/types';
import { callsOfView } from './views';

const harmless: Rule = () => [];
const transaction: Rule = (body, { line, names }) => {
	const kind = text(body.kind).replace('TRANS_STMT_', '');
	if (kind === 'BEGIN' || kind === 'START') names.begin();
	else if (kind === 'SAVEPOINT') names.savepoint(text(body.savepoint_name));
	else if (kind === 'ROLLBACK_TO') names.rollbackTo(text(body.savepoint_name));
	else if (kind === 'ROLLBACK') names.rollback();
	else if (kind === 'COMMIT') names.commit();
	else if (kind !== 'RELEASE') return [finding('opaque', line, `It uses a two-phase transaction (${kind}).`)];
	if (body.chain === true) names.begin();
	return [];
};

const setVariable: Rule = (body, { line, names }) => {
	const name = text(body.name).toLowerCase();
	const kind = text(body.kind);
	if (kind === 'VAR_RESET_ALL' || (name === 'search_path' && kind !== 'VAR_SET_VALUE')) {
		names.setPath(['public'], body.is_local === true);
		return [];
	}
	if (name === 'search_path') {
		const values = Array.isArray(body.args) ? body.args.map(constant) : [];
		const path = values.every((value) => typeof value === 'string') ? values : null;
		names.setPath(path, body.is_local === true);
		return [];
	}
	if (kind === 'VAR_SET_MULTI' || harmlessSettings.has(name) || kind === 'VAR_RESET') return [];
	return [finding('opaque', line, `It changes the setting ${name}, whose effect is not known.`)];
};

const alterSequence: Rule = (body, { line, names }) => {
	const parts = partsOf(body.sequence);
	if (names.made('sequence', parts)) return [];
	const options = each(body, 'options', 'DefElem');
	const changes = options.map(({ defname }) => text(defname));
	const owner = listed(open(options.find(({ defname }) => defname === 'owned_by')?.arg)[1], 'items');
	if (owner.length > 1 && names.hasAdded(owner.slice(0, -1), owner.at(-1) ?? ''))
		return [
			finding(
				'narrowing',
				line,
				`It ties sequence ${parts.join('.')} to ${owner.join('.')}, which takes it along when it is dropped.`,
			),
		];
	// OWNED BY only says what a DROP takes along, CACHE how many numbers a session takes at once.
	return changes.every((change) => change === 'owned_by' || change === 'cache')
		? []
		: [
				finding(
					'narrowing',
					line,
					`It changes sequence ${parts.join('.')}; numbers that are taken may come again.`,
				),
			];
};

const opaque =
	(what: string): Rule =>
	(_body, { line }) => [finding('opaque', line, what)];
const fails =
	(hazard: SqlFinding['hazard'], what: (body: TreeNode) => string): Rule =>
	(body, { line }) => [finding(hazard, line, what(body))];

const discard: Rule = (body, { names }) => {
	if (['DISCARD_ALL', 'DISCARD_TEMP'].includes(text(body.target))) names.discardTemporary();
	if (body.target === 'DISCARD_ALL') names.setPath(['public'], false);
	return [];
};

const createSchema: Rule = (body, { line, names }) => {
	const name = text(body.schemaname);
	if (Array.isArray(body.schemaElts))
		return [
			finding('opaque', line, `It makes things inside CREATE SCHEMA: write them as statements of their own.`),
		];
	// "$user" stands before public in PostgreSQL's own search path.
	if (name === '')
		return [
			finding(
				'opaque',
				line,
				'It makes a schema named after a role, whose tables that role then finds first.',
			),
		];
	if (body.if_not_exists !== true) names.make('schema', [name]);
	return [];
};

const makesType =
	(
		kind: string,
		parts: (body: TreeNode) => readonly string[],
		facts: (body: TreeNode, names: Names) => TypeFacts | null,
	): Rule =>
	(body, { names }) => {
		names.make(kind, parts(body));
		names.makeType(parts(body), facts(body, names));
		return [];
	};

const makes =
	(kind: string, parts: (body: TreeNode) => readonly string[]): Rule =>
	(body, { names }) => {
		if (body.if_not_exists !== true) names.make(kind, parts(body));
		return [];
	};

const copyRows: Rule = (body, { line, names, doings }) => {
	if (body.is_program === true) return [finding('opaque', line, 'It runs a program on the server.')];
	if (body.is_from === true && names.isOwn(body.relation))
		return fillOwn(relationName(body.relation), line, doings);
	return body.is_from === true ? [] : [finding('opaque', line, 'It copies data out.')];
};

const createView: Rule = (body, { line, names, doings }) => {
	if (body.replace === true) return [finding('opaque', line, 'It replaces a view the old version may use.')];
	const temporary = isObject(body.view) && body.view.relpersistence === 't';
	const parts = partsOf(body.view);
	names.make('view', temporary ? ['pg_temp', parts.at(-1) ?? ''] : parts);
	const calls = callsOfView(body, names, doings.views);
	if (calls !== '') doings.views.set(parts.at(-1) ?? '', calls);
	return [];
};

const optionNames = (body: TreeNode, field: string): readonly string[] =>
	each(body, field, 'DefElem').map(({ defname }) => text(defname));

const addEnumValue: Rule = (body, { line, names, postgres }) => {
	if (text(body.oldVal) !== '')
		return [finding('renaming', line, `It renames value ${text(body.oldVal)} of an enum.`)];
	// Since PostgreSQL 12 it may run inside a transaction (release notes of 12, E.23.3.1.5).
	return names.inTransaction && postgres < 12
		? [
				finding(
					'opaque',
					line,
					'It adds a value to an enum inside a transaction, which PostgreSQL before 12 refuses.',
				),
			]
		: [];
};

const reindex: Rule = (body, { line, names }) => {
	const concurrently = optionNames(body, 'params').includes('concurrently');
	if (concurrently)
		return names.inTransaction
			? [
					finding(
						'opaque',
						line,
						'It rebuilds an index CONCURRENTLY inside a transaction, which PostgreSQL refuses.',
					),
				]
			: [];
	return [finding('locking', line, 'It rebuilds an index while writes wait.')];
};

const vacuum: Rule = (body, { line, names }) => {
	const found: SqlFinding[] = [];
	if (optionNames(body, 'options').includes('full'))
		found.push(finding('locking', line, 'It rewrites a table while reads and writes wait (VACUUM FULL).'));
	if (names.inTransaction && body.is_vacuumcmd === true)
		found.push(finding('opaque', line, 'It runs VACUUM inside a transaction, which PostgreSQL refuses.'));
	return found;
};

/** Every kind of statement that is understood; one that is missing here is opaque. */
export const rules: Readonly<Record<string, Rule>> = {
	TransactionStmt: transaction,
	VariableSetStmt: setVariable,
	DiscardStmt: discard,
	CommentStmt: harmless,
	CreateStmt: createTable,
	CreateTableAsStmt: createTableAs,
	CreateSeqStmt: makes('sequence', ({ sequence }) =>
		isObject(sequence) && sequence.relpersistence === 't'
			? ['pg_temp', partsOf(sequence).at(-1) ?? '']
			: partsOf(sequence),
	),
	CreateSchemaStmt: createSchema,
	CreateExtensionStmt: harmless,
	CreateEnumStmt: makesType(
		'type',
		(body) => listed(body, 'typeName'),
		() => ({ equality: true }),
	),
	CompositeTypeStmt: makesType('type', (body) => partsOf(body.typevar), compositeFacts),
	CreateDomainStmt: makesType('domain', (body) => listed(body, 'domainname'), domainFacts),
	CreateRoleStmt: harmless,
	GrantRoleStmt: (body, { line }) =>
		body.is_grant === true ? [] : [finding('narrowing', line, 'It takes a role from a member.')],
	VacuumStmt: vacuum,
	LockStmt: fails('locking', () => 'It locks a table by hand.'),
	ReindexStmt: reindex,
	ClusterStmt: fails('locking', () => 'It rewrites a table in another order while reads and writes wait.'),
	RefreshMatViewStmt: (body, { line, names }) => {
		if (names.made('matview', partsOf(body.relation)) || body.concurrent === true) return [];
		const view = relationName(body.relation);
		return body.skipData === true
			? [finding('destructive', line, `It empties ${view}, which then cannot be read.`)]
			: [finding('locking', line, `It computes ${view} anew while reads wait.`)];
	},
	CreateTrigStmt: createTrigger,
	ViewStmt: createView,
	CreateFunctionStmt: createFunction,
	IndexStmt: createIndex,
	AlterTableStmt: alterTable,
	AlterSeqStmt: alterSequence,
	AlterEnumStmt: addEnumValue,
	AlterObjectSchemaStmt: setSchema,
	AlterOwnerStmt: fails('narrowing', () => 'It changes the owner of an object.'),
	AlterDomainStmt: fails('narrowing', () => 'It alters a domain.'),
	RenameStmt: rename,
	DropStmt: drop,
	DropdbStmt: fails('destructive', (body) => `It drops database ${text(body.dbname)}.`),
	DropRoleStmt: fails('destructive', () => 'It drops a role.'),
	DropOwnedStmt: fails('destructive', () => 'It drops everything a role owns.'),
	TruncateStmt: truncate,
	// What they write is judged wherever it stands, see data.ts.
	InsertStmt: harmless,
	UpdateStmt: harmless,
	DeleteStmt: harmless,
	MergeStmt: harmless,
	CopyStmt: copyRows,
	// Who loses the right to grant still has the right itself.
	GrantStmt: (body, { line }) =>
		body.is_grant === true || (body.grant_option === true && body.behavior !== 'DROP_CASCADE')
			? []
			: [finding('narrowing', line, 'It revokes a privilege.')],
	SelectStmt: select,
	ExplainStmt: harmless,
	CreateStatsStmt: harmless,
	DoStmt: opaque('It runs a code block.'),
	CallStmt: opaque('It calls a procedure.'),
	PrepareStmt: opaque('It prepares a statement.'),
	ExecuteStmt: opaque('It runs a prepared statement.'),
};

/** Kinds of statement whose functions run later, when somebody uses what was made. */
export const runsLater: ReadonlySet<string> = new Set([
	'CreateStmt',
	'ViewStmt',
	'CreateFunctionStmt',
	'CreateTrigStmt',
	'AlterTableStmt',
	'CallStmt',
]);

const stored: ReadonlySet<string> = new Set(['CreateFunctionStmt', 'ViewStmt', 'RuleStmt', 'PrepareStmt']);

/** Whether what stands inside a statement runs later or not at all: a body that is stored, a plan that is only told. */
export const onlyTells = (kind: string, body: TreeNode): boolean =>
	stored.has(kind) || (kind === 'ExplainStmt' && !optionNames(body, 'options').includes('analyze'));
