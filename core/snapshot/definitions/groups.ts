import type { PropertyGroup } from '../../delivery/properties';
import { rowsOf, setRows, type DiffRow } from '../diff';
import type { Left } from '../left';
import { byName } from '../plain';

const fields = ['label', 'displayOrder'] as const;

const active = (groups: readonly PropertyGroup[]): ReadonlyMap<string, PropertyGroup> =>
	byName(groups.filter(({ archived }) => !archived));

/**
 * Plans groups: no release changes one, so each stays as it is now, but a definition cannot go back into a group that
 * was archived since. One that was not captured is made with its name as the label.
 *
 * @param needed names of the groups that definitions go back into
 */
export function planGroups(
	needed: readonly string[],
	captured: readonly PropertyGroup[],
	current: readonly PropertyGroup[],
): { readonly create: readonly PropertyGroup[]; readonly left: readonly Left[] } {
	const [before, now] = [byName(captured), active(current)];
	const missing = [...new Set(needed)].filter((name) => !now.has(name));
	const left = captured.flatMap((group): Left[] => {
		if (missing.includes(group.name)) return [];
		const there = now.get(group.name);
		const what = `property group ${group.name}`;
		if (!there) return [{ what, reason: 'archived-by-someone' }];
		return fields
			.filter((field) => there[field] !== group[field])
			.map((field) => ({ what: `${what}: ${field}`, reason: 'changed-by-someone' }));
	});
	const create = missing.map(
		(name) => before.get(name) ?? { name, label: name, displayOrder: -1, archived: false },
	);
	return { create, left };
}

/** Groups that came, went or changed. */
export const groupRows = (
	before: readonly PropertyGroup[],
	after: readonly PropertyGroup[],
): readonly DiffRow[] =>
	setRows(
		active(before),
		active(after),
		(name, there) =>
			rowsOf('group', name)('', there === 'before' ? 'active' : '', there === 'after' ? 'active' : ''),
		(name, a, b) =>
			fields
				.filter((field) => a[field] !== b[field])
				.map((field) => rowsOf('group', name)(field, a[field], b[field])),
	);
