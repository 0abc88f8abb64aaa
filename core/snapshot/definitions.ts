import { sameJson } from '../delivery/canonical';
import type {
	NewPropertyDefinition,
	PropertyDefinition,
	PropertyDefinitionChanges,
	PropertyOption,
} from '../delivery/properties';

/** What of a definition can be changed, and therefore put back, besides its options. */
export const definitionFields = [
	'label',
	'description',
	'groupName',
	'type',
	'fieldType',
	'displayOrder',
	'hidden',
	'formField',
] as const;

/** One definition a release wrote: as it was before, and as the directory answered. */
export interface JournalledDefinition {
	readonly name: string;
	readonly action: 'create' | 'change' | 'archive';
	readonly before: PropertyDefinition | null;
	/** `null` for an archived one. */
	readonly written: PropertyDefinition | null;
}

export type DefinitionStep =
	| { readonly name: string; readonly kind: 'change'; readonly changes: PropertyDefinitionChanges }
	/** Creating an archived definition restores it. */
	| { readonly name: string; readonly kind: 'create'; readonly definition: NewPropertyDefinition };

export interface DefinitionLeft {
	readonly name: string;
	/** Field, or `options.<value>`; empty for the whole definition. */
	readonly field: string;
	readonly reason: 'changed-by-someone' | 'archived-by-someone' | 'additive' | 'read-only';
}

export interface DefinitionPlan {
	readonly steps: readonly DefinitionStep[];
	/** Left as it is; `additive`: what the release added stays, since values may already use it. */
	readonly left: readonly DefinitionLeft[];
}

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
	before: readonly PropertyOption[],
	written: readonly PropertyOption[],
	current: readonly PropertyOption[],
): { readonly options: readonly PropertyOption[]; readonly left: readonly Omit<DefinitionLeft, 'name'>[] } {
	const [old, ours, now] = [byValue(before), byValue(written), byValue(current)];
	const left: Omit<DefinitionLeft, 'name'>[] = [];
	const merged: PropertyOption[] = [];
	for (const option of before) {
		const there = now.get(option.value);
		const byRelease = sameJson(there, ours.get(option.value));
		if (byRelease) merged.push(option);
		else {
			if (there) merged.push(there);
			if (!sameJson(there, option))
				left.push({ field: `options.${option.value}`, reason: 'changed-by-someone' });
		}
	}
	for (const option of current) {
		if (old.has(option.value)) continue;
		merged.push(option);
		if (ours.has(option.value)) left.push({ field: `options.${option.value}`, reason: 'additive' });
	}
	return { options: merged, left };
}

function planChange(entry: JournalledDefinition, current: PropertyDefinition): DefinitionPlan {
	const { name, before, written } = entry;
	if (!before || !written) return { steps: [], left: [] };
	if (current.readOnlyDefinition) return { steps: [], left: [{ name, field: '', reason: 'read-only' }] };
	const changes: Record<string, unknown> = {};
	const left: DefinitionLeft[] = [];
	for (const field of definitionFields) {
		if (sameJson(before[field], written[field]) || sameJson(current[field], before[field])) continue;
		if (sameJson(current[field], written[field])) changes[field] = before[field];
		else left.push({ name, field, reason: 'changed-by-someone' });
	}
	if (!sameJson(before.options, written.options)) {
		const merged = mergeOptions(before.options, written.options, current.options);
		left.push(...merged.left.map((entryLeft) => ({ name, ...entryLeft })));
		if (!sameJson(merged.options, current.options)) changes.options = merged.options;
	}
	const steps: DefinitionStep[] = Object.keys(changes).length > 0 ? [{ name, kind: 'change', changes }] : [];
	return { steps, left };
}

/**
 * Plans the restore of definitions: per field, only where the current state is what the release wrote. Created ones
 * stay (additive), archived ones are created again, options are merged.
 *
 * @param journal in the order of writing; a definition written twice counts from its first before to its last written
 * @param active definitions as they are now
 */
export function planDefinitions(
	journal: readonly JournalledDefinition[],
	active: ReadonlyMap<string, PropertyDefinition>,
): DefinitionPlan {
	const merged = new Map<string, JournalledDefinition>();
	for (const entry of journal) {
		const first = merged.get(entry.name);
		merged.set(entry.name, first ? { ...entry, action: first.action, before: first.before } : entry);
	}
	const plans = [...merged.values()].map((entry): DefinitionPlan => {
		const { name, before, written } = entry;
		const current = active.get(name);
		const leave = (reason: DefinitionLeft['reason']): DefinitionPlan => ({
			steps: [],
			left: [{ name, field: '', reason }],
		});
		if (!before) return current ? leave('additive') : { steps: [], left: [] };
		if (current) return planChange(entry, current);
		if (written) return leave('archived-by-someone');
		return { steps: [{ name, kind: 'create', definition: creationOf(before) }], left: [] };
	});
	return {
		steps: plans.flatMap(({ steps }) => steps),
		left: plans.flatMap(({ left }) => left),
	};
}
