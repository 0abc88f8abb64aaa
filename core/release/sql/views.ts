import { callsBelow, isHarmless } from './functions/calls';
import { finding, type SqlFinding } from './finding';
import type { Names } from './names';
import { isObject, text, type TreeNode } from './tree';

/** Names of the tables and views that stand anywhere below, without their schemas. */
function relationsBelow(value: unknown): readonly string[] {
	if (Array.isArray(value)) return value.flatMap(relationsBelow);
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		key === 'RangeVar' && isObject(inner) ? [text(inner.relname)] : relationsBelow(inner),
	);
}

/** What a view of this migration calls of unknown effect when it is read; `''`: nothing. */
export function callsOfView(body: TreeNode, names: Names, views: ReadonlyMap<string, string>): string {
	const unknown = callsBelow(body.query).filter((call) => !isHarmless(call, names));
	const through = relationsBelow(body.query).flatMap((name) => views.get(name) ?? []);
	return [...new Set([...unknown.map(({ name }) => name.join('.')), ...through])].join(', ');
}

/** Views of this migration that a statement reads, and what they then call. */
export function readFindings(
	tree: TreeNode,
	line: number,
	views: ReadonlyMap<string, string>,
): readonly SqlFinding[] {
	if (views.size === 0) return [];
	const read = [...new Set(relationsBelow(tree))].filter((name) => views.has(name));
	return read.map((name) =>
		finding(
			'opaque',
			line,
			`It reads ${name}, which calls ${views.get(name) ?? ''}, whose effect is not known.`,
		),
	);
}
