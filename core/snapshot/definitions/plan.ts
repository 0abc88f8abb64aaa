import { sameJson } from '../../delivery/canonical';
import type {
	NewPropertyDefinition,
	PropertyDefinition,
	PropertyDefinitionChanges,
	PropertyGroup,
	PropertyOption,
} from '../../delivery/properties';
import type { Left } from '../left';
import { byName } from '../plain';
import { planGroups } from './groups';
import { definitionFields, type DefinitionEntry, type HeldDefinitions } from './held';

/** What a plan goes by of a definition a release wrote. */
type Written = Omit<DefinitionEntry, 'done'>;

export type DefinitionStep =
	| { readonly name: string; readonly kind: 'change'; readonly changes: PropertyDefinitionChanges }
	/** Creating an archived definition restores it. */
	| { readonly name: string; readonly kind: 'create'; readonly definition: NewPropertyDefinition };

/** A group that a definition goes back into and that is gone: created again, as captured, before it. */
export interface GroupStep {
	readonly name: string;
	readonly kind: 'group';
	readonly group: PropertyGroup;
}

interface DefinitionPlan {
	readonly steps: readonly DefinitionStep[];
	readonly left: readonly Left[];
}

/** `field`: the field, or `options.<value>`; empty for the whole definition. */
const leave = (name: string, field: string, reason: string): Left => ({
	what: `property ${name}${field ? `: ${field}` : ''}`,
	reason,
	name,
	field,
});

/** What a definition needs to be created again as it was. */
export const creationOf = (definition: PropertyDefinition): NewPropertyDefinition => ({
	name: definition.name,
	label: definition.label,
	groupName: definition.groupName,
	type: definition.type,
	fieldType: definition.fieldType,
	description: definition.description,
	displayOrder: definition.displayOrder,
	hidden: definition.hidden,
	formField: definition.formField,
	hasUniqueValue: definition.hasUniqueValue,
	...(definition.options.length > 0 ? { options: definition.options } : {}),
});

const byValue = (options: readonly PropertyOption[]): ReadonlyMap<string, PropertyOption> =>
	new Map(options.map((option) => [option.value, option]));

/**
 * Merges the options of three states, since HubSpot replaces the whole list: what the release changed or removed goes
 * back, what it added stays, what somebody changed since stays as they left it.
 */
function mergeOptions(
	name: string,
	before: readonly PropertyOption[],
	written: readonly PropertyOption[],
	current: readonly PropertyOption[],
): { readonly options: readonly PropertyOption[]; readonly left: readonly Left[] } {
	const [old, ours, now] = [byValue(before), byValue(written), byValue(current)];
	const left: Left[] = [];
	const merged: PropertyOption[] = [];
	for (const option of before) {
		const there = now.get(option.value);
		const byRelease = sameJson(there, ours.get(option.value));
		if (byRelease) merged.push(option);
		else {
			if (there) merged.push(there);
			if (!sameJson(there, option)) left.push(leave(name, `options.${option.value}`, 'changed-by-someone'));
		}
	}
	for (const option of current) {
		if (old.has(option.value)) continue;
		merged.push(option);
		if (ours.has(option.value)) left.push(leave(name, `options.${option.value}`, 'additive'));
	}
	return { options: merged, left };
}

function planChange(entry: Written, current: PropertyDefinition): DefinitionPlan {
	const { name, before, written } = entry;
	if (!before || !written) return { steps: [], left: [] };
	if (current.readOnlyDefinition) return { steps: [], left: [leave(name, '', 'read-only')] };
	const changes: Record<string, unknown> = {};
	const left: Left[] = [];
	for (const field of definitionFields) {
		if (sameJson(before[field], written[field]) || sameJson(current[field], before[field])) continue;
		if (sameJson(current[field], written[field])) changes[field] = before[field];
		else left.push(leave(name, field, 'changed-by-someone'));
	}
	if (!sameJson(before.options, written.options)) {
		const merged = mergeOptions(name, before.options, written.options, current.options);
		left.push(...merged.left);
		if (!sameJson(merged.options, current.options)) changes.options = merged.options;
	}
	const steps: DefinitionStep[] = Object.keys(changes).length > 0 ? [{ name, kind: 'change', changes }] : [];
	return { steps, left };
}

/** Plans one definition that was written. */
function planOne(entry: Written, current: PropertyDefinition | undefined): DefinitionPlan {
	const { name, before, written } = entry;
	const left = (reason: string): DefinitionPlan => ({ steps: [], left: [leave(name, '', reason)] });
	if (!before) return current ? left('additive') : { steps: [], left: [] };
	if (current) return planChange(entry, current);
	if (written) return left('archived-by-someone');
	return { steps: [{ name, kind: 'create', definition: creationOf(before) }], left: [] };
}

/**
 * Plans the restore of definitions: per field, only where the current state is what the release wrote. Created ones
 * stay (`additive`, since values may already use them), archived ones are created again, options are merged. Groups
 * that definitions go back into come first.
 *
 * @param entries in the order of writing; a definition written twice counts from its first before to its last written
 * @param captured `null` where no definitions were captured
 */
export function planDefinitions(
	entries: readonly Written[],
	captured: Pick<HeldDefinitions, 'groups'> | null,
	current: Pick<HeldDefinitions, 'definitions' | 'groups'>,
): { readonly steps: readonly (DefinitionStep | GroupStep)[]; readonly left: readonly Left[] } {
	const merged = new Map<string, Written>();
	for (const entry of entries) {
		const first = merged.get(entry.name);
		merged.set(entry.name, first ? { ...entry, action: first.action, before: first.before } : entry);
	}
	const active = byName(current.definitions);
	const plans = [...merged.values()].map((entry) => planOne(entry, active.get(entry.name)));
	const steps = plans.flatMap((plan) => plan.steps);
	const needed = steps.flatMap((step) =>
		step.kind === 'create' ? step.definition.groupName : (step.changes.groupName ?? []),
	);
	const groups = planGroups(needed, captured?.groups ?? [], current.groups);
	return {
		steps: [
			...groups.create.map((group): GroupStep => ({ name: group.name, kind: 'group', group })),
			...steps,
		],
		left: [...groups.left, ...plans.flatMap(({ left }) => left)],
	};
}
