import { digest } from '../../delivery/canonical';
import type { Json } from '../../delivery/types';
import type { PropertyDefinition } from '../../delivery/properties';

/** What of a definition a release can change and others can rely on. */
export type Definition = Pick<PropertyDefinition, 'name' | 'type' | 'fieldType'> &
	Partial<
		Pick<PropertyDefinition, 'options' | 'hasUniqueValue' | 'calculated' | 'calculationFormula' | 'archived'>
	>;

/** One difference between two sets of definitions. */
export interface DefinitionChange {
	readonly property: string;
	readonly kind: 'added' | 'removed' | 'changed';
	/** Whether everything that worked before still works: old readers and old values. */
	readonly additive: boolean;
	/** One sentence. */
	readonly what: string;
}

const live = (definitions: readonly Definition[]): ReadonlyMap<string, Definition> =>
	new Map(definitions.filter(({ archived }) => archived !== true).map((entry) => [entry.name, entry]));

const values = (definition: Definition): readonly string[] =>
	(definition.options ?? []).map(({ value }) => value);

/** Types a HubSpot property may be widened to without losing a value: text holds everything. */
const widens = (from: string, to: string): boolean =>
	to === 'string' && ['number', 'bool', 'date', 'datetime', 'enumeration'].includes(from);

function changesOf(before: Definition, after: Definition): readonly DefinitionChange[] {
	const property = before.name;
	const change = (additive: boolean, what: string): DefinitionChange => ({
		property,
		kind: 'changed',
		additive,
		what,
	});
	const found: DefinitionChange[] = [];
	if (before.type !== after.type) {
		const how = widens(before.type, after.type) ? 'widens, but readers must follow,' : 'changes its type';
		found.push(change(false, `${property} ${how} from ${before.type} to ${after.type}.`));
	}
	const gone = values(before).filter((value) => !values(after).includes(value));
	const more = values(after).filter((value) => !values(before).includes(value));
	if (gone.length > 0) found.push(change(false, `${property} loses the options ${gone.join(', ')}.`));
	if (more.length > 0) found.push(change(true, `${property} gets the options ${more.join(', ')}.`));
	if (before.hasUniqueValue !== true && after.hasUniqueValue === true)
		found.push(change(false, `${property} becomes unique, so values that are there twice are refused.`));
	if (before.calculated !== true && after.calculated === true)
		found.push(change(false, `${property} becomes calculated, so nobody can write it any more.`));
	if (
		before.calculated === true &&
		after.calculated === true &&
		(before.calculationFormula ?? null) !== (after.calculationFormula ?? null)
	)
		found.push(change(false, `${property} is calculated by another formula.`));
	if (before.type === after.type && before.fieldType !== after.fieldType)
		found.push(change(true, `${property} is edited by ${after.fieldType} instead of ${before.fieldType}.`));
	return found;
}

/**
 * What changes from one set of definitions to another, in order of the property's name. Labels, descriptions, groups
 * and positions are how people see a property; they change nothing that runs. Archived ones count as absent.
 */
export function diffDefinitions(
	before: readonly Definition[],
	after: readonly Definition[],
): readonly DefinitionChange[] {
	const [from, to] = [live(before), live(after)];
	return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name): readonly DefinitionChange[] => {
		const [old, next] = [from.get(name), to.get(name)];
		if (old && next) return changesOf(old, next);
		return old
			? [{ property: name, kind: 'removed', additive: false, what: `${name} is removed.` }]
			: [{ property: name, kind: 'added', additive: true, what: `${name} (${next?.type}) is new.` }];
	});
}

/**
 * SHA-256 (hex) of a set of definitions: what a manifest names as `artifacts.schema`. Only what {@link diffDefinitions}
 * looks at counts, and the order does not.
 */
export function definitionsHash(definitions: readonly Definition[]): string {
	const counted = [...live(definitions).values()]
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.map((entry): Json => ({
			name: entry.name,
			type: entry.type,
			fieldType: entry.fieldType,
			options: [...values(entry)].sort(),
			unique: entry.hasUniqueValue === true,
			formula: entry.calculated === true ? (entry.calculationFormula ?? '') : null,
		}));
	return digest(counted);
}
