/** One node of PostgreSQL's parse tree as JSON: an object with one key, the node's kind. */
export type TreeNode = Readonly<Record<string, unknown>>;

/** One statement as parsed: its tree, its text and the line it begins on (1-based). */
export interface ParsedStatement {
	readonly tree: TreeNode;
	readonly text: string;
	readonly line: number;
}

export const isObject = (value: unknown): value is TreeNode =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kind and body of a node: `{DropStmt: {...}}` gives `['DropStmt', {...}]`. */
export function open(node: unknown): readonly [kind: string, body: TreeNode] {
	if (isObject(node)) {
		for (const [kind, body] of Object.entries(node)) if (isObject(body)) return [kind, body];
	}
	return ['', {}];
}

/** The bodies of all nodes of one kind in a list field. */
export function each(body: TreeNode, field: string, kind: string): readonly TreeNode[] {
	const list = body[field];
	if (!Array.isArray(list)) return [];
	return list.map(open).flatMap(([found, inner]) => (found === kind ? [inner] : []));
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `schema.table` of a RangeVar; the schema `public` is left out. */
export function relationName(value: unknown): string {
	if (!isObject(value)) return '';
	const schema = text(value.schemaname);
	const name = text(value.relname);
	return schema !== '' && schema !== 'public' ? `${schema}.${name}` : name;
}

/** Whether any node of one of these kinds stands anywhere below. */
export function contains(value: unknown, kinds: readonly string[]): boolean {
	if (Array.isArray(value)) return value.some((inner) => contains(inner, kinds));
	if (!isObject(value)) return false;
	return Object.entries(value).some(([key, inner]) => kinds.includes(key) || contains(inner, kinds));
}

/** Every column named anywhere below, by its parts: `u.email` gives `['u', 'email']`. */
export function columnRefs(value: unknown): readonly (readonly string[])[] {
	if (Array.isArray(value)) return value.flatMap(columnRefs);
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		key === 'ColumnRef' && isObject(inner)
			? [each(inner, 'fields', 'String').map(({ sval }) => text(sval))]
			: columnRefs(inner),
	);
}
