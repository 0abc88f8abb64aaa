import { z } from 'zod';
import type { ChangeList } from '../changes';
import { rowsOf, type DiffRow } from '../diff';

/** One entry of a property's history. */
export const versionSchema = z.object({
	value: z.string(),
	at: z.number(),
	sourceType: z.string(),
	sourceId: z.string().nullable(),
});

/** One contact as captured: of each property its value and the newest entry of its history. */
const contactSchema = z.object({
	id: z.string(),
	values: z.record(z.object({ value: z.string().nullable(), newest: versionSchema.nullable() })),
});
/** One chunk of contacts, ascending by id. */
export const heldContacts = z.array(contactSchema);
export type CapturedContact = Readonly<z.infer<typeof contactSchema>>;
export type CapturedValue = CapturedContact['values'][string];

/** Names of the properties a change list writes values of. */
export const writtenProperties = (changes: ChangeList): readonly string[] =>
	[
		...new Set([
			...changes.rewrites.map((rewrite) => rewrite.property),
			...changes.values.flatMap(({ set }) => Object.keys(set)),
		]),
	].sort();

/** One contact in two views; one that is missing in one of them is a row of its own. */
export function contactRows(
	before: CapturedContact | undefined,
	after: CapturedContact | undefined,
): readonly DiffRow[] {
	const row = rowsOf('contact', before?.id ?? after?.id ?? '');
	if (!before || !after)
		return [row('', '', '', before ? 'Archived, merged or deleted.' : 'Not in the first one.')];
	return Object.entries(before.values).flatMap(([field, { value }]): DiffRow[] => {
		const now = after.values[field]?.value ?? null;
		return (value ?? '') === (now ?? '') || !(field in after.values) ? [] : [row(field, value, now)];
	});
}

/** What of a contact counts when two states are compared. */
export const contactState = ({ id, values }: CapturedContact): unknown => [
	id,
	Object.keys(values)
		.sort()
		.map((name) => [name, values[name]?.value ?? '']),
];
