import { addsComputed, lintAlterTable } from './tables/alter-table';
import { callsBelow, isHarmless } from './functions/calls';
import { madeByQuery } from './data';
import { droppedContracts, objectNames, objectParts, tidy } from './dropped';
import { finding, type SqlFinding } from './finding';
import { partsOf, type Names } from './names';
import { referTo } from './tables/references';
import type { Rule } from './rule';
import { mayRefuse } from './functions/total';
import { each, isObject, relationName, text, type TreeNode } from './tree';
import { writtenType } from './tables/types';

const RELATIONS = ['table', 'view', 'matview', 'foreign table'];
/** Things that are told apart by what they belong to, so a DROP of one's own can be known for sure. */
const OWNABLE = ['view', 'matview', 'sequence', 'type', 'domain', 'schema', 'index'];

export const drop: Rule = (body, { line, names, inStep }) => {
	const kind = tidy(body.removeType);
	const told = objectNames(body);
	const objects = objectParts(body);
	const cascade = body.behavior === 'DROP_CASCADE';
	const inside =
		body.concurrent === true && names.inTransaction
			? [
					finding(
						'opaque',
						line,
						'It drops an index CONCURRENTLY inside a transaction, which PostgreSQL refuses.',
					),
				]
			: [];
	const own =
		!cascade &&
		objects.every((parts) =>
			kind === 'table'
				? names.isOwn({ schemaname: parts.at(-2), relname: parts.at(-1) })
				: OWNABLE.includes(kind) && names.made(kind, parts),
		);
	for (const parts of objects) {
		if (kind === 'schema') names.dropSchema(parts[0] ?? '');
		if (RELATIONS.includes(kind)) names.dropTable(parts);
		if (kind === 'trigger')
			inStep.delete(
				parts
					.slice(0, -1)
					.filter((part) => part !== 'public')
					.join('.'),
			);
		names.unmake(kind, parts);
	}
	if (kind === 'index' && !own)
		return [
			...inside,
			finding('locking', line, `It drops index ${told.join(', ')}; reads may slow down.`),
			finding(
				'opaque',
				line,
				`It drops index ${told.join(', ')}: if that is unique, ON CONFLICT of the old version finds it no more.`,
			),
		];
	return own
		? inside
		: [finding('destructive', line, `It drops ${kind} ${told.join(', ')}.`, droppedContracts(body))];
};

const constraintsOf = (body: TreeNode): readonly TreeNode[] => [
	...each(body, 'tableElts', 'Constraint'),
	...each(body, 'tableElts', 'ColumnDef').flatMap((column) => each(column, 'constraints', 'Constraint')),
];

/** A partition of a table in use takes rows of the old version: it is no table of the migration's own. */
function createPartition(body: TreeNode, parent: TreeNode, line: number): readonly SqlFinding[] {
	const table = relationName(parent);
	const locks = finding('locking', line, `It locks ${table} while it adds a partition.`);
	return constraintsOf(body).length === 0
		? [locks]
		: [
				locks,
				finding(
					'narrowing',
					line,
					`It adds a partition to ${table} that refuses or changes rows of the old version.`,
				),
			];
}

/** Whether a new table takes every row of its shape: no constraint, nothing computed, nothing copied but the columns. */
const isBare = (body: TreeNode): boolean =>
	constraintsOf(body).length === 0 &&
	body.partspec === undefined &&
	body.inhRelations === undefined &&
	each(body, 'tableElts', 'TableLikeClause').every(({ options }) => options === undefined || options === 0);

export const createTable: Rule = (body, { line, names, doings }) => {
	const parents = each(body, 'inhRelations', 'RangeVar');
	const into = body.partbound === undefined ? undefined : parents.find((parent) => !names.isOwn(parent));
	if (into) return createPartition(body, into, line);
	if (body.if_not_exists !== true) names.makeTable(body.relation, body.oncommit === 'ONCOMMIT_DROP');
	const found = constraintsOf(body).flatMap((one) => referTo(one, line, names, doings));
	for (const call of callsBelow(body.tableElts))
		if (!isHarmless(call, names)) doings.writes.add(call.name.join('.'));
	// Copied defaults may call anything (options of LIKE: bits of parsenodes.h; none is 0).
	for (const like of each(body, 'tableElts', 'TableLikeClause'))
		if (Number(like.options ?? 0) !== 0) doings.writes.add(`the defaults of ${relationName(like.relation)}`);
	if (body.if_not_exists === true) return found;
	const parts = partsOf(body.relation);
	if (isBare(body)) names.make('bare', parts);
	for (const column of each(body, 'tableElts', 'ColumnDef'))
		if (isNumbered(column, names))
			names.make('sequence', [...parts.slice(0, -1), `${parts.at(-1) ?? ''}_${text(column.colname)}_seq`]);
	return [...new Map(found.map((one) => [`${one.hazard} ${one.what}`, one])).values()];
};

/** A serial or identity column has a sequence of its own, named after it. */
const isNumbered = (column: TreeNode, names: Names): boolean =>
	/serial/.test(writtenType(column.typeName, names).name) ||
	each(column, 'constraints', 'Constraint').some(({ contype }) => contype === 'CONSTR_IDENTITY');

export const createTableAs: Rule = (body, { names, doings }) => {
	const into = isObject(body.into) ? body.into : {};
	const isTable = tidy(body.objtype) === 'table';
	if (isTable) doings.filled = true;
	if (body.if_not_exists !== true && isTable)
		names.makeTable(madeByQuery(body), into.onCommit === 'ONCOMMIT_DROP');
	if (body.if_not_exists !== true && !isTable) names.make('matview', partsOf(into.rel));
	return [];
};

export const select: Rule = (body, { names, doings }) => {
	const made = madeByQuery(body);
	if (made !== undefined) doings.filled = true;
	if (made !== undefined) names.makeTable(made, false);
	return [];
};

export const createIndex: Rule = (body, { line, names }) => {
	const table = relationName(body.relation);
	const found: SqlFinding[] = [];
	if (body.concurrent === true && names.inTransaction)
		found.push(
			finding(
				'opaque',
				line,
				'It builds an index CONCURRENTLY inside a transaction, which PostgreSQL refuses.',
			),
		);
	const schema = partsOf(body.relation).slice(0, -1);
	if (text(body.idxname) !== '' && body.if_not_exists !== true)
		names.make('index', [...schema, text(body.idxname)]);
	names.unmake('bare', partsOf(body.relation));
	if (names.isOwn(body.relation)) return found;
	if (mayRefuse([body.indexParams, body.whereClause]))
		found.push(
			finding(
				'opaque',
				line,
				`It computes an index of ${table} for each row, which may fail for some row of the old version (arithmetic, a cast).`,
			),
		);
	if (body.unique === true) found.push(finding('narrowing', line, `It makes values of ${table} unique.`));
	if (body.concurrent !== true)
		found.push(finding('locking', line, `It builds an index on ${table} while writes wait.`));
	return found;
};

export const alterTable: Rule = (body, context) => {
	if (addsComputed(body)) context.inStep.add(relationName(body.relation));
	return lintAlterTable(body, context);
};

export const rename: Rule = (body, { line, names }) => {
	const table = relationName(body.relation);
	const kind = tidy(body.renameType);
	const [from, to] = [text(body.subname), text(body.newname)];
	const own =
		kind === 'column'
			? names.hasAdded(body.relation, from)
			: isObject(body.relation) && names.isOwn(body.relation);
	if (kind === 'column') names.moveColumn(body.relation, from, to);
	else if (RELATIONS.includes(kind)) names.moveTable(body.relation, { name: to });
	else if (kind === 'tabconstraint') {
		names.unmake('constraint', [...partsOf(body.relation), from]);
		names.unmake('constraint', [...partsOf(body.relation), to]);
	} else if (kind === 'schema') {
		names.dropSchema(from);
		names.dropSchema(to);
	}
	if (own) return [];
	if (kind === 'index' || kind === 'tabconstraint')
		return names.made('index', partsOf(body.relation))
			? []
			: [
					finding(
						'opaque',
						line,
						`It renames ${kind === 'index' ? 'index' : 'constraint'} ${from || table}, which the old version may name: ON CONFLICT ON CONSTRAINT, or in what it makes of an error.`,
					),
				];
	const what =
		kind === 'column'
			? `${from} of ${table}`
			: table || from || objectNames({ objects: [body.object] }).join('');
	return [
		finding(
			'renaming',
			line,
			`It renames ${kind} ${what}${to ? ` to ${to}` : ''}.`,
			kind === 'column'
				? [{ name: `${table}.${from}`, how: 'renamed', of: 'column' }]
				: kind === 'table'
					? [{ name: table, how: 'renamed', of: 'table' }]
					: [],
		),
	];
};

export const setSchema: Rule = (body, { line, names }) => {
	const own = isObject(body.relation) && names.isOwn(body.relation);
	if (isObject(body.relation)) names.moveTable(body.relation, { schema: text(body.newschema) });
	return own
		? []
		: [
				finding(
					'renaming',
					line,
					`It moves ${relationName(body.relation) || 'an object'} to another schema.`,
				),
			];
};

export const truncate: Rule = (body, { line, names }) => {
	const tables = each(body, 'relations', 'RangeVar').filter((table) => !names.isOwn(table));
	const also = body.behavior === 'DROP_CASCADE' ? ' and every table that refers to it' : '';
	return tables.length === 0 && also === ''
		? []
		: [
				finding(
					'destructive',
					line,
					`It empties ${each(body, 'relations', 'RangeVar').map(relationName).join(', ')}${also}.`,
				),
			];
};
