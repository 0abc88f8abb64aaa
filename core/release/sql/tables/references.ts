import { finding, type SqlFinding } from '../finding';
import type { Names } from '../names';
import type { Doings } from '../rule';
import { isObject, relationName, text, type TreeNode } from '../tree';

/** Whether deleting a row of the other side goes on: CASCADE, SET NULL, SET DEFAULT (fk_del_action of the parse tree). */
const letsGo = (action: unknown): boolean => ['c', 'n', 'd'].includes(text(action));

const fills = (table: string, target: string, line: number): SqlFinding =>
	finding(
		'narrowing',
		line,
		`It puts rows into ${table} that refer to ${target}, whose rows the old version can then no longer delete freely (ON DELETE CASCADE or SET NULL lets it).`,
	);

/** A table of the migration's own refers to one in use: of its rows, those that are referred to cannot be deleted. */
export function referTo(
	reference: TreeNode,
	line: number,
	names: Names,
	doings: Doings,
): readonly SqlFinding[] {
	const target = reference.pktable;
	if (!isObject(target) || names.isOwn(target)) return [];
	const name = relationName(target);
	const locks = finding('locking', line, `It locks ${name} against writes while it refers to it.`);
	if (letsGo(reference.fk_del_action)) return [locks];
	doings.refers.add(name);
	return doings.filled ? [locks, fills('a table of its own', name, line)] : [locks];
}

/** A table of the migration's own is written to. */
export function fillOwn(table: string, line: number, doings: Doings): readonly SqlFinding[] {
	doings.filled = true;
	const calls = [...doings.writes];
	return [
		...[...doings.refers].map((target) => fills(table, target, line)),
		...(calls.length > 0
			? [
					finding(
						'opaque',
						line,
						`A write to ${table} may call ${calls.join(', ')}, whose effect is not known.`,
					),
				]
			: []),
	];
}
