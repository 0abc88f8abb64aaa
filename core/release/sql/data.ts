import { finding, type SqlFinding } from './finding';
import type { Names } from './names';
import { fillOwn } from './tables/references';
import type { Doings } from './rule';
import { contains, each, isObject, relationName, text, type TreeNode } from './tree';

/** A new column that is filled from an old one; whether it stays in step is judged at the end. */
export interface Backfill {
	readonly table: string;
	readonly column: string;
	readonly line: number;
}

/** What a rule for a statement that writes rows is given. */
export interface Writing {
	readonly line: number;
	readonly names: Names;
	readonly backfills: Backfill[];
	readonly doings: Doings;
}

type Rule = (body: TreeNode, writing: Writing) => readonly SqlFinding[];

const BOOKKEEPING = ['alembic_version'];

/** Rows of the migration's own tables, and of the tool that counts migrations, may be changed as one likes. */
const mayChange = (body: TreeNode, names: Names): boolean =>
	names.isOwn(body.relation) ||
	(BOOKKEEPING.includes(relationName(body.relation)) &&
		names.resolve(body.relation) !== 'pg_temp.alembic_version');

const fillsOwn = (body: TreeNode, { line, names, doings }: Writing): readonly SqlFinding[] =>
	names.isOwn(body.relation) ? fillOwn(relationName(body.relation), line, doings) : [];

const update: Rule = (body, writing) => {
	const { line, names, backfills } = writing;
	if (mayChange(body, names)) return fillsOwn(body, writing);
	const table = relationName(body.relation);
	return each(body, 'targetList', 'ResTarget').flatMap((target) => {
		const column = text(target.name);
		if (!names.hasAdded(body.relation, column))
			return [finding('destructive', line, `It overwrites column ${column} of ${table}.`)];
		if (contains(target.val, ['ColumnRef'])) backfills.push({ table, column, line });
		return [];
	});
};

const remove: Rule = (body, writing) =>
	mayChange(body, writing.names)
		? fillsOwn(body, writing)
		: [finding('destructive', writing.line, `It deletes rows of ${relationName(body.relation)}.`)];

/** Whether an INSERT gives the numbers of its rows itself, or may: without names, the first column is as a rule the number. */
function numbersRows(body: TreeNode): boolean {
	const columns = each(body, 'cols', 'ResTarget').map(({ name }) => text(name));
	const table = relationName(body.relation).split('.').at(-1) ?? '';
	const keys = ['id', `${table}_id`, `${table.replace(/s$/, '')}_id`];
	const given = isObject(body.selectStmt);
	return given && (columns.length === 0 || columns.some((column) => keys.includes(column)));
}

const insert: Rule = (body, writing) => {
	const { line, names } = writing;
	if (mayChange(body, names)) return fillsOwn(body, writing);
	const numbered =
		numbersRows(body) || text(body.override) === 'OVERRIDING_SYSTEM_VALUE'
			? [
					finding(
						'opaque',
						line,
						`It may give rows of ${relationName(body.relation)} their numbers, which the sequence then gives to the old version again: name the columns, and leave the number out.`,
					),
				]
			: [];
	const conflict = isObject(body.onConflictClause) && body.onConflictClause.action === 'ONCONFLICT_UPDATE';
	return conflict
		? [
				...numbered,
				finding('destructive', line, `It overwrites rows of ${relationName(body.relation)} on conflict.`),
			]
		: numbered;
};

const merge: Rule = (body, writing) =>
	mayChange(body, writing.names)
		? fillsOwn(body, writing)
		: [
				finding(
					'destructive',
					writing.line,
					`It merges into ${relationName(body.relation)}, which may overwrite or delete.`,
				),
			];

/** Statements that write rows, wherever they stand. */
const rules: Readonly<Record<string, Rule>> = {
	InsertStmt: insert,
	UpdateStmt: update,
	DeleteStmt: remove,
	MergeStmt: merge,
};

/**
 * What a statement and everything inside it (common table expressions, sub-queries, the query of CREATE TABLE AS, of COPY, of
 * EXPLAIN ANALYZE) writes into rows.
 */
export function dataFindings(tree: TreeNode, writing: Writing): readonly SqlFinding[] {
	const walk = (value: unknown): readonly SqlFinding[] => {
		if (Array.isArray(value)) return value.flatMap(walk);
		if (!isObject(value)) return [];
		return Object.entries(value).flatMap(([key, inner]) => {
			const rule = isObject(inner) ? rules[key] : undefined;
			return [...(rule && isObject(inner) ? rule(inner, writing) : []), ...walk(inner)];
		});
	};
	return walk(tree);
}

/** Whether a query makes a table of its result: SELECT INTO, CREATE TABLE AS. */
export const madeByQuery = (body: TreeNode): unknown => {
	const into = isObject(body.intoClause) ? body.intoClause : isObject(body.into) ? body.into : undefined;
	return into?.rel;
};
