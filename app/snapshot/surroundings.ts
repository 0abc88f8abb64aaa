import { canonicalJson } from '../../core/delivery/canonical';
import type { PropertyGroup } from '../../core/delivery/properties';
import { partsOf } from './book';
import { settingsNow } from './capture';
import type { DefinitionStep } from '../../core/snapshot/definitions';
import type { CapturedDocument, Snapshot } from '../../core/snapshot/model';
import type { Rooms } from './ports';
import type { SettingLeft } from '../../core/snapshot/settings';

/** What a restore does about groups of properties. */
export interface GroupPlan {
	/** Groups that a definition goes back into and that are gone: created again, as captured, before it. */
	readonly create: readonly PropertyGroup[];
	readonly left: readonly SettingLeft[];
}

/** The group a step puts its definition into; `null` where it stays in the one it has. */
const groupOf = (step: DefinitionStep): string | null =>
	step.kind === 'create' ? step.definition.groupName : (step.changes.groupName ?? null);

/**
 * Plans groups: no release changes one, so each stays as it is now, but a definition cannot go back into a group that
 * was archived since. One that was not captured is made with its name as the label.
 */
export function planGroups(
	steps: readonly DefinitionStep[],
	captured: readonly PropertyGroup[],
	current: readonly PropertyGroup[],
): GroupPlan {
	const now = new Map(current.filter(({ archived }) => !archived).map((group) => [group.name, group]));
	const before = new Map(captured.map((group) => [group.name, group]));
	const needed = [...new Set(steps.flatMap((step) => groupOf(step) ?? []))].filter((name) => !now.has(name));
	const left = captured.flatMap(({ name, label, displayOrder }): SettingLeft[] => {
		if (needed.includes(name)) return [];
		const there = now.get(name);
		const what = `property group ${name}`;
		if (!there) return [{ what, reason: 'archived-by-someone' }];
		return [
			...(there.label === label ? [] : [{ what: `${what}: label`, reason: 'changed-by-someone' as const }]),
			...(there.displayOrder === displayOrder
				? []
				: [{ what: `${what}: displayOrder`, reason: 'changed-by-someone' as const }]),
		];
	});
	const create = needed.map(
		(name) => before.get(name) ?? { name, label: name, displayOrder: -1, archived: false },
	);
	return { create, left };
}

/** The same for a snapshot and the account as it is now; nothing where no definitions were captured. */
export async function groupPlan(
	rooms: Rooms,
	snapshot: Snapshot,
	steps: readonly DefinitionStep[],
): Promise<GroupPlan> {
	const { definitions } = await partsOf(rooms, snapshot);
	if (!rooms.contacts || (!definitions && steps.length === 0)) return { create: [], left: [] };
	return planGroups(steps, definitions?.groups ?? [], await rooms.contacts.definitions.groups());
}

/** Policies that differ from the captured ones: no release changes one, and every version stays in the ledger. */
export async function policiesLeft(rooms: Rooms, snapshot: Snapshot): Promise<readonly SettingLeft[]> {
	const { settings } = await partsOf(rooms, snapshot);
	// Earlier versions are stored as `subject@version`; only the one in force counts.
	const inForce = ({ kind, id }: CapturedDocument): boolean => kind === 'policy' && !id.includes('@');
	const before = settings.documents.filter(inForce);
	const after = (await settingsNow(rooms, snapshot.scope.spine)).documents.filter(inForce);
	const bodies = (documents: readonly CapturedDocument[]) =>
		new Map(documents.map(({ id, body }) => [id, canonicalJson(body)]));
	const [old, now] = [bodies(before), bodies(after)];
	return [...new Set([...old.keys(), ...now.keys()])]
		.filter((id) => old.get(id) !== now.get(id))
		.sort()
		.map((id) => ({ what: `policy ${id}`, reason: 'not-part-of-a-release' }));
}
