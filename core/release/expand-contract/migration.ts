import { lintMigration } from '../sql/lint';
import type { Contract } from '../sql/finding';
import {
	columnRefs,
	each,
	isObject,
	open,
	relationName,
	text,
	type ParsedStatement,
	type TreeNode,
} from '../sql/tree';

/** A new column that is filled from older ones: the migration itself says what it replaces. */
export interface Fill {
	readonly column: string;
	readonly from: readonly string[];
}

/** What a migration does to a schema that an older version still uses. */
export interface Migration {
	/** SHA-256 (hex) of the SQL it was read from. */
	readonly hash: string;
	/** What it adds: `table`, `table.column`, `trigger <name> on <table>`, `function <name>`. */
	readonly expands: readonly string[];
	readonly fills: readonly Fill[];
	/** What it takes away. */
	readonly contracts: readonly Contract[];
}

type Reader = (body: TreeNode) => {
	readonly expands?: readonly string[];
	readonly fills?: readonly Fill[];
};

const dotted = (body: TreeNode, field: string): string =>
	each(body, field, 'String')
		.map(({ sval }) => text(sval))
		.filter((name) => name !== 'public')
		.join('.');

/** The columns of `table` that an expression reads; a column of another table or an unknown alias is left out. */
function sources(table: string, alias: string, unqualified: boolean, expression: unknown): readonly string[] {
	return columnRefs(expression).flatMap((parts) => {
		const column = parts.at(-1) ?? '';
		const owner = parts.slice(0, -1).join('.');
		const own = owner === '' ? unqualified : [table, `public.${table}`, alias].includes(owner);
		return own && column !== '' ? [`${table}.${column}`] : [];
	});
}

const alterTable: Reader = (body) => {
	const table = relationName(body.relation);
	const columns = each(body, 'cmds', 'AlterTableCmd')
		.filter(({ subtype }) => subtype === 'AT_AddColumn')
		.map(({ def }) => open(def)[1]);
	return {
		expands: columns.map(({ colname }) => `${table}.${text(colname)}`),
		fills: columns.flatMap((column) => {
			const computed = each(column, 'constraints', 'Constraint').find(
				({ contype }) => contype === 'CONSTR_GENERATED',
			);
			const from = computed ? sources(table, '', true, computed.raw_expr) : [];
			return from.length > 0 ? [{ column: `${table}.${text(column.colname)}`, from }] : [];
		}),
	};
};

const update: Reader = (body) => {
	const table = relationName(body.relation);
	const alias =
		isObject(body.relation) && isObject(body.relation.alias) ? text(body.relation.alias.aliasname) : '';
	return {
		fills: each(body, 'targetList', 'ResTarget').flatMap((target) => {
			const column = `${table}.${text(target.name)}`;
			const read = sources(table, alias, body.fromClause === undefined, target.val);
			const from = read.filter((name) => name !== column);
			return from.length > 0 ? [{ column, from }] : [];
		}),
	};
};

const readers: Readonly<Record<string, Reader>> = {
	CreateStmt: (body) => {
		const table = relationName(body.relation);
		const columns = each(body, 'tableElts', 'ColumnDef').map(({ colname }) => `${table}.${text(colname)}`);
		return { expands: [table, ...columns] };
	},
	CreateTableAsStmt: (body) => {
		const table = isObject(body.into) ? relationName(body.into.rel) : '';
		return { expands: table === '' ? [] : [table] };
	},
	ViewStmt: (body) => ({ expands: [relationName(body.view)] }),
	CreateTrigStmt: (body) => ({
		expands: [`trigger ${text(body.trigname)} on ${relationName(body.relation)}`],
	}),
	CreateFunctionStmt: (body) => ({
		expands: body.parameters === undefined ? [`function ${dotted(body, 'funcname')}`] : [],
	}),
	AlterTableStmt: alterTable,
	UpdateStmt: update,
};

/**
 * What a migration adds, what it fills from what, and what it takes away, by name. What it takes away is what the lint
 * found; what it adds counts only by statements that are read for sure, so that code blocks expand nothing.
 */
export function readMigration(hash: string, statements: readonly ParsedStatement[]): Migration {
	const read = statements.map(({ tree }) => {
		const [kind, body] = open(tree);
		return readers[kind]?.(body) ?? {};
	});
	const expands = [...new Set(read.flatMap((part) => part.expands ?? []))].sort();
	return {
		hash,
		expands,
		fills: read.flatMap((part) => part.fills ?? []).filter(({ column }) => expands.includes(column)),
		contracts: lintMigration(statements).flatMap(({ contracts }) => contracts ?? []),
	};
}
