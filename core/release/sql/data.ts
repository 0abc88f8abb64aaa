import { finding, type SqlFinding } from './finding';
import type { Names } from './names';
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
}

type Rule = (body: TreeNode, writing: Writing) => readonly SqlFinding[];

const BOOKKEEPING = ['alembic_version'];

/** Rows of the migration's own tables, and of the tool that counts migrations, may be changed as one likes. */
const mayChange = (body: TreeNode, names: Names): boolean =>
	names.isOwn(body.relation) ||
	(BOOKKEEPING.includes(relationName(body.relation)) &&
		names.resolve(body.relation) !== 'pg_temp.alembic_version');

const update: Rule = (body, { line, names, backfills }) => {
	if (mayChange(body, names)) return [];
	const table = relationName(body.relation);
	return each(body, 'targetList', 'ResTarget').flatMap((target) => {
		const column = text(target.name);
		if (!names.hasAdded(body.relation, column))
			return [finding('destructive', line, `It overwrites column ${column} of ${table}.`)];
		if (contains(target.val, ['ColumnRef'])) backfills.push({ table, column, line });
		return [];
	});
};

const remove: Rule = (body, { line, names }) =>
	mayChange(body, names)
		? []
		: [finding('destructive', line, `It deletes rows of ${relationName(body.relation)}.`)];

const insert: Rule = (body, { line, names }) => {
	if (mayChange(body, names)) return [];
	const conflict = isObject(body.onConflictClause) && body.onConflictClause.action === 'ONCONFLICT_UPDATE';
	return conflict
		? [finding('destructive', line, `It overwrites rows of ${relationName(body.relation)} on conflict.`)]
		: [];
};

const merge: Rule = (body, { line, names }) =>
	mayChange(body, names)
		? []
		: [
				finding(
					'destructive',
					line,
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
