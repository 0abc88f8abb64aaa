import { sameJson } from '../../delivery/canonical';
import type { PropertyDefinition } from '../../delivery/properties';
import { diffDefinitions } from '../../release/diff/definitions';
import { rowsOf, setRows, type DiffRow } from '../diff';
import { byName } from '../plain';
import { groupRows } from './groups';
import { definitionFields, type HeldDefinitions } from './held';

const optionList = ({ options }: PropertyDefinition): string => options.map(({ value }) => value).join(', ');

/** Groups and definitions that came, went or changed. */
export function definitionRows(before: HeldDefinitions, after: HeldDefinitions): readonly DiffRow[] {
	const notes = new Map<string, string[]>();
	for (const { property, what } of diffDefinitions(before.definitions, after.definitions))
		notes.set(property, [...(notes.get(property) ?? []), what]);
	const note = (name: string): string => notes.get(name)?.join(' ') ?? '';
	const rows = setRows(
		byName(before.definitions),
		byName(after.definitions),
		(name, there) =>
			rowsOf('property', name)(
				'',
				there === 'before' ? 'active' : '',
				there === 'after' ? 'active' : '',
				note(name),
			),
		(name, a, b) => {
			const row = rowsOf('property', name);
			const fields = definitionFields
				.filter((field) => !sameJson(a[field], b[field]))
				.map((field) => row(field, a[field], b[field]));
			if (sameJson(a.options, b.options)) return fields;
			return [...fields, row('options', optionList(a), optionList(b), note(name))];
		},
	);
	return [...groupRows(before.groups, after.groups), ...rows];
}

/** What of the definitions counts when two states are compared: those that were there, with the options they had. */
export function definitionsState(base: HeldDefinitions | null, now: HeldDefinitions | null): unknown {
	const present = byName(now?.definitions ?? []);
	return (base?.definitions ?? []).map(({ name, options }) => {
		const found = present.get(name);
		if (!found) return [name, null];
		const wanted = new Set(options.map(({ value }) => value));
		const kept = found.options.filter(({ value }) => wanted.has(value));
		return [
			name,
			definitionFields.map((field) => found[field]),
			kept.sort((a, b) => (a.value < b.value ? -1 : 1)),
		];
	});
}
