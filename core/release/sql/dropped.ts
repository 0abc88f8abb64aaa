import type { Contract } from './finding';
import { each, open, text, type TreeNode } from './tree';

/** Kind of an object in words: `OBJECT_FOREIGN_TABLE` gives `foreign table`. */
export const tidy = (kind: unknown): string =>
	text(kind).replace('OBJECT_', '').replaceAll('_', ' ').toLowerCase();

/** The parts of what a statement names in its `objects`, e.g. `['archive', 'users']`. */
export function objectParts(body: TreeNode): readonly (readonly string[])[] {
	const list = Array.isArray(body.objects) ? body.objects : [];
	return list.map((entry) => {
		const [kind, inner] = open(entry);
		const field = kind === 'List' ? 'items' : kind === 'ObjectWithArgs' ? 'objname' : 'names';
		return kind === 'String'
			? [text(inner.sval)]
			: each(inner, field, 'String').map(({ sval }) => text(sval));
	});
}

/** What a statement names in its `objects`, e.g. `users`, `users.trigger`, `archive.users`; the schema `public` is left out. */
export const objectNames = (body: TreeNode): readonly string[] =>
	objectParts(body).map((parts, at) => {
		const entry = Array.isArray(body.objects) ? (body.objects as readonly unknown[])[at] : undefined;
		return parts.filter((name) => name !== 'public').join('.') || tidy(open(entry)[0]);
	});

const RELATIONS = ['table', 'view', 'matview', 'foreign table'];

/** Whether every named function has no parameters, as a trigger's has: others share their name with overloads. */
const plain = (body: TreeNode): boolean =>
	each(body, 'objects', 'ObjectWithArgs').every(({ objargs }) => objargs === undefined);

/**
 * What a DROP takes away that can be tracked from an earlier release: tables, views, triggers, trigger functions. With
 * CASCADE it takes along what nobody named, so nothing can be tracked.
 */
export function droppedContracts(body: TreeNode): readonly Omit<Contract, 'line'>[] {
	if (body.behavior === 'DROP_CASCADE') return [];
	const kind = tidy(body.removeType);
	const names = objectNames(body);
	if (RELATIONS.includes(kind)) return names.map((name) => ({ name, how: 'dropped', of: 'table' }));
	if (kind === 'function' && plain(body))
		return names.map((name) => ({ name: `function ${name}`, how: 'dropped', of: 'function' }));
	if (kind !== 'trigger') return [];
	return names.map((name) => {
		const at = name.lastIndexOf('.');
		const trigger = `trigger ${name.slice(at + 1)} on ${name.slice(0, at)}`;
		return { name: trigger, how: 'dropped', of: 'trigger' };
	});
}
