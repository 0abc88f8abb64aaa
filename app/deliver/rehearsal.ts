import { z } from 'zod';
import type { Json, JsonObject, Space } from '../../core/delivery/types';
import { documentOf } from '../ledger/documents';
import type { Ledger } from '../ledger/api';

/** Id of the document of kind `rehearsal` of a dry run's key space. */
export const rehearsalId = (spine: string, space: Space): string => `${spine}/${space}`;

/** What of that document says how inputs are rehearsed; which versions ran in it is kept beside it. */
export const rehearsedDefaults = z.object({
	/** Defaults of properties as the release that is rehearsed sets them; absent where it sets none. */
	defaults: z.record(z.string()).optional(),
});

/** The defaults that a rehearsal takes beside those of the spine; none where nothing was written down for it. */
export async function defaultsToRehearse(
	{ records }: Pick<Ledger, 'records'>,
	spine: string,
	space: Space,
): Promise<Readonly<Record<string, string>>> {
	const [record] = await records.get('rehearsal', [rehearsalId(spine, space)]);
	return record ? (documentOf(record, rehearsedDefaults).defaults ?? {}) : {};
}

const isBlank = (value: Json | undefined): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** An input as the release would freeze it: what it has no value for takes the default. */
export function withDefaults(input: JsonObject, defaults: Readonly<Record<string, string>>): JsonObject {
	const { properties } = input;
	if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return input;
	const own = properties as JsonObject;
	const missing = Object.entries(defaults).filter(([name]) => isBlank(own[name]));
	return missing.length === 0 ? input : { ...input, properties: { ...own, ...Object.fromEntries(missing) } };
}
