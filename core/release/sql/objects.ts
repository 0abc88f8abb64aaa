import { addsComputed, lintAlterTable } from './alter-table';
import { madeByQuery } from './data';
import { droppedContracts, objectNames, objectParts, tidy } from './dropped';
import { finding, type SqlFinding } from './finding';
import { partsOf } from './names';
import type { Rule } from './rule';
import { each, isObject, relationName, text, type TreeNode } from './tree';

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
	if (kind === 'index')
		return [...inside, finding('locking', line, `It drops index ${told.join(', ')}; reads may slow down.`)];
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
	return own
		? []
		: [finding('destructive', line, `It drops ${kind} ${told.join(', ')}.`, droppedContracts(body))];
};

const references = (body: TreeNode): readonly unknown[] => [
	...each(body, 'tableElts', 'Constraint').map(({ pktable }) => pktable),
	...each(body, 'tableElts', 'ColumnDef').flatMap((column) =>
		each(column, 'constraints', 'Constraint').map(({ pktable }) => pktable),
	),
];

export const createTable: Rule = (body, { line, names }) => {
	const locked = references(body).filter((table) => isObject(table) && !names.isOwn(table));
	if (body.if_not_exists !== true) names.makeTable(body.relation, body.oncommit === 'ONCOMMIT_DROP');
	return [...new Set(locked.map(relationName))].map((table) =>
		finding('locking', line, `It locks ${table} against writes while it refers to it.`),
	);
};

export const createTableAs: Rule = (body, { names }) => {
	const into = isObject(body.into) ? body.into : {};
	const isTable = tidy(body.objtype) === 'table';
	if (body.if_not_exists !== true && isTable)
		names.makeTable(madeByQuery(body), into.onCommit === 'ONCOMMIT_DROP');
	if (body.if_not_exists !== true && !isTable) names.make('matview', partsOf(into.rel));
	return [];
};

export const select: Rule = (body, { names }) => {
	const made = madeByQuery(body);
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
	if (names.isOwn(body.relation)) return found;
	if (body.unique === true) found.push(finding('narrowing', line, `It makes values of ${table} unique.`));
	if (body.concurrent !== true)
		found.push(finding('locking', line, `It builds an index on ${table} while writes wait.`));
	return found;
};

export const alterTable: Rule = (body, { line, names, postgres, inStep }) => {
	if (addsComputed(body)) inStep.add(relationName(body.relation));
	return lintAlterTable(body, line, names, postgres);
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
	if (own || kind === 'index' || kind === 'tabconstraint') return [];
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
