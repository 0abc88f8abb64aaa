import { z } from 'zod';
import type { Contact, PropertyVersion } from '../../delivery/contacts';
import type { ChangeList } from '../changes';
import { apiSources, sameForm } from './forms';
import { versionSchema } from './held';

/** One value a release writes: what was on top before, and its own entry as read back. */
export const writtenValue = z.object({
	contactId: z.string(),
	property: z.string(),
	value: z.string(),
	before: versionSchema.nullable(),
	/** `null` until its own entry was read back. */
	version: versionSchema.nullable(),
});
export type WrittenValue = Readonly<z.infer<typeof writtenValue>>;

/** Names one property of one contact. */
export const placeOf = ({ contactId, property }: Pick<WrittenValue, 'contactId' | 'property'>): string =>
	`${contactId}\n${property}`;

const sameVersion = (a: PropertyVersion, b: PropertyVersion | null): boolean =>
	b !== null && a.at === b.at && a.value === b.value;

/**
 * Finds the release's own entry in the history read after the write: written through the API, with its value, above
 * what was on top before. Two candidates prove nothing.
 */
export function proven(written: WrittenValue, history: readonly PropertyVersion[]): WrittenValue {
	if (written.version) return written;
	const floor = history.findIndex((version) => sameVersion(version, written.before));
	if (written.before !== null && floor < 0) return written;
	const newer = floor < 0 ? history : history.slice(0, floor);
	const own = newer.filter(
		(version) => apiSources.has(version.sourceType) && sameForm(written.value, version.value),
	);
	const [version] = own;
	return own.length === 1 && version ? { ...written, version } : written;
}

/** The values a change list sets, by contact. */
export function singleValues(changes: ChangeList): ReadonlyMap<string, Readonly<Record<string, string>>> {
	const single = new Map<string, Record<string, string>>();
	for (const { contact, set } of changes.values) single.set(contact, { ...single.get(contact), ...set });
	return single;
}

/** What a release will write of one contact: rewrites, then single values; what is there already is left out. */
export function valuesFor(
	contact: Contact,
	changes: ChangeList,
	single: ReturnType<typeof singleValues>,
): readonly WrittenValue[] {
	const wanted = new Map<string, string>();
	for (const { property, from, to } of changes.rewrites)
		if ((contact.properties[property] ?? '') === from) wanted.set(property, to);
	for (const [property, value] of Object.entries(single.get(contact.id) ?? {})) wanted.set(property, value);
	return [...wanted]
		.filter(([property, value]) => (contact.properties[property] ?? '') !== value)
		.map(([property, value]) => ({
			contactId: contact.id,
			property,
			value,
			before: contact.history?.[property]?.[0] ?? null,
			version: null,
		}));
}
