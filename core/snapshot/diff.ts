import { canonicalJson } from '../delivery/canonical';
import type { JsonObject } from '../delivery/types';
import { differingPaths } from '../release/diff/workflow';

/** One difference between two views. */
export interface DiffRow {
	readonly part: 'contact' | 'property' | 'group' | 'workflow' | 'flag' | 'policy' | 'spine';
	/** Id or name of the thing. */
	readonly name: string;
	/** What of it differs, e.g. a property, `options`, `Send: jsonBody.Subject`; empty for the whole thing. */
	readonly field: string;
	readonly before: string;
	readonly after: string;
	/** One sentence where before and after do not say it; else empty. */
	readonly note: string;
}

export interface Diff {
	readonly before: string;
	readonly after: string;
	/** All differences, by part. */
	readonly counts: { readonly [part: string]: number };
	/** At most as many as asked for. */
	readonly rows: readonly DiffRow[];
	readonly more: number;
}

/** A value as a diff shows it: text as it is, everything else as JSON. */
export const shown = (value: unknown): string =>
	value === undefined || value === null ? '' : typeof value === 'string' ? value : canonicalJson(value);

/** What stands at a path of an object, e.g. `options.timeout`. */
export const at = (value: unknown, path: string): unknown =>
	path
		.split('.')
		.filter(Boolean)
		.reduce<unknown>(
			(found, key) =>
				typeof found === 'object' && found !== null ? new Map(Object.entries(found)).get(key) : undefined,
			value,
		);

/** Makes rows of one thing. */
export const rowsOf =
	(part: DiffRow['part'], name: string) =>
	(field: string, before: unknown, after: unknown, note = ''): DiffRow => ({
		part,
		name,
		field,
		before: shown(before),
		after: shown(after),
		note,
	});

/** The paths at which two objects differ, a row each. */
export function objectRows(
	part: DiffRow['part'],
	name: string,
	before: JsonObject,
	after: JsonObject,
): readonly DiffRow[] {
	const row = rowsOf(part, name);
	return differingPaths(before, after).map((path) => row(path, at(before, path), at(after, path)));
}

/** What comes, goes and changes between two sets, in the order of their names. */
export function setRows<Item>(
	before: ReadonlyMap<string, Item>,
	after: ReadonlyMap<string, Item>,
	whole: (name: string, there: 'before' | 'after') => DiffRow,
	changed: (name: string, a: Item, b: Item) => readonly DiffRow[],
): readonly DiffRow[] {
	return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
		const [a, b] = [before.get(name), after.get(name)];
		return a && b ? changed(name, a, b) : [whole(name, a ? 'before' : 'after')];
	});
}
