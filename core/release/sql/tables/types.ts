import { evaluateCheck, constant } from './constraint';
import type { Names } from '../names';
import { each, isObject, text, type TreeNode } from '../tree';
import type { TypeFacts } from './type-facts';

/**
 * Built-in types of PostgreSQL (`pg_type` of 15, without pseudo-types), the serial notations, and base types of widely used
 * extensions, which nobody names a domain after.
 */
const BASE = `
int2 int4 int8 smallint integer bigint int float4 float8 real numeric decimal money bool boolean bit varbit
text varchar bpchar char name bytea uuid xml json jsonb jsonpath
date time timetz timestamp timestamptz interval inet cidr macaddr macaddr8
point line lseg box path polygon circle tsvector tsquery oid xid xid8 cid tid regclass regproc regprocedure regoper
regoperator regtype regrole regnamespace regconfig regdictionary regcollation pg_lsn refcursor txid_snapshot pg_snapshot
int4range int8range numrange tsrange tstzrange daterange
int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange
serial bigserial smallserial serial2 serial4 serial8
citext hstore ltree geometry geography vector halfvec
`;
const base: ReadonlySet<string> = new Set(BASE.trim().split(/\s+/));

/**
 * Types without an equality operator class: one column of them (or of their arrays), and `SELECT DISTINCT *`, `UNION` and
 * `GROUP BY` over whole rows of the old version fail.
 */
const withoutEquality: ReadonlySet<string> = new Set([
	...['json', 'xml', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle', 'jsonpath', 'refcursor'],
	...['txid_snapshot', 'pg_snapshot'],
]);

/** Types that take every value of their kind: no length, no precision, no small range. */
const ROOMY = ['text', 'bool', 'jsonb', 'tsvector', 'numeric', 'citext', 'varchar'];

/** A type as it is written: its name, whether it is an array, and whether it may refuse a value for its size. */
export interface WrittenType {
	readonly name: string;
	readonly array: boolean;
	/** `varchar(20)`, `numeric(5, 2)`, `smallint`; also where nobody can tell. */
	readonly limited: boolean;
	/** `varchar(20)`, `smallint`: a value of the same kind may not fit. */
	readonly narrow: boolean;
	/** `null`: a type from elsewhere; a domain could forbid what the old version writes. */
	readonly facts: TypeFacts | null;
}

/** Reads a TypeName of the parse tree. */
export function writtenType(typeName: unknown, names: Names): WrittenType {
	if (!isObject(typeName)) return { name: '', array: false, limited: true, narrow: true, facts: null };
	const given = each(typeName, 'names', 'String').map(({ sval }) => text(sval));
	const parts = given[0] === 'pg_catalog' ? given.slice(1) : given;
	const name = parts.at(-1) ?? '';
	// A schema that stands before pg_catalog in the path may hide what is built in.
	const hidden = given.length === 1 && (names.path === null || names.path.indexOf('pg_catalog') > 0);
	const builtIn = parts.length === 1 && base.has(name) && !hidden && typeName.pct_type !== true;
	const facts = builtIn ? { equality: !withoutEquality.has(name) } : names.typeFacts(parts);
	return {
		name: parts.join('.'),
		array: Array.isArray(typeName.arrayBounds),
		narrow: !builtIn || Array.isArray(typeName.typmods) || ['int2', 'char', 'bpchar', 'name'].includes(name),
		limited: !builtIn || Array.isArray(typeName.typmods) || !ROOMY.includes(name),
		facts,
	};
}

/** What is known of a domain after CREATE DOMAIN; `null` where its base is not known. */
export function domainFacts(body: TreeNode, names: Names): TypeFacts | null {
	const { array, facts } = writtenType(body.typeName, names);
	if (facts === null) return null;
	const under = array ? undefined : facts.domain;
	const constraints = each(body, 'constraints', 'Constraint');
	const of = (...kinds: readonly string[]): readonly TreeNode[] =>
		constraints.filter(({ contype }) => kinds.includes(text(contype)));
	const [given] = of('CONSTR_DEFAULT');
	return {
		equality: facts.equality,
		domain: {
			required: under?.required === true || of('CONSTR_NOTNULL').length > 0,
			checks: [...(under?.checks ?? []), ...of('CONSTR_CHECK')],
			value: given ? constant(given.raw_expr) : under ? under.value : null,
		},
	};
}

/** What is known of a composite type; `null` where one of its attributes is not known. */
export function compositeFacts(body: TreeNode, names: Names): TypeFacts | null {
	const attributes = each(body, 'coldeflist', 'ColumnDef').map(
		({ typeName }) => writtenType(typeName, names).facts,
	);
	return attributes.every((one) => one !== null)
		? { equality: attributes.every(({ equality }) => equality) }
		: null;
}

/** Whether a type takes a value (`null` where a column has no default) for sure. */
export function takes({ domain }: TypeFacts, given: ReturnType<typeof constant>): boolean {
	if (!domain || (!domain.required && domain.checks.length === 0)) return true;
	const value = given === null ? domain.value : given;
	if (value === undefined || (value === null && domain.required)) return false;
	return domain.checks.every((check) => {
		const said = evaluateCheck(check.raw_expr, 'value', value);
		return said === true || said === null;
	});
}
