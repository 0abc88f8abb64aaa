import type { ContactRow, HubSpotAccount } from './account';
import { invalid, Refusal } from './problems';

const standard = ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'];

/** A contact as HubSpot answers it. Unknown properties come back as `null`; no list means the standard ones. */
export function contactAnswer(
	account: HubSpotAccount,
	contact: ContactRow,
	properties: readonly string[] = [],
	withHistory: readonly string[] = [],
): Record<string, unknown> {
	const wanted =
		properties.length === 0 && withHistory.length === 0 ? standard : [...properties, ...withHistory];
	const names = new Set([...wanted, 'createdate', 'hs_object_id', 'lastmodifieddate']);
	return {
		id: contact.id,
		properties: Object.fromEntries([...names].map((name) => [name, account.value(contact, name)])),
		...(withHistory.length === 0
			? {}
			: {
					propertiesWithHistory: Object.fromEntries(
						withHistory.map((name) => [
							name,
							(contact.history.get(name) ?? []).map((version) => ({
								...version,
								timestamp: new Date(version.timestamp).toISOString(),
							})),
						]),
					),
				}),
		createdAt: new Date(contact.createdAt).toISOString(),
		updatedAt: new Date(contact.updatedAt).toISOString(),
		archived: contact.archived,
		...(contact.archivedAt === null ? {} : { archivedAt: new Date(contact.archivedAt).toISOString() }),
	};
}

/** A list out of a body; a {@link Refusal} where something else stands. */
export function listOf(value: unknown, name: string): readonly unknown[] {
	if (value === undefined) return [];
	if (Array.isArray(value)) return value as readonly unknown[];
	throw new Refusal(invalid(`Invalid input JSON: ${name} must be a list`));
}

/** An object out of a body; a {@link Refusal} where something else stands. */
export function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		return value as Record<string, unknown>;
	}
	throw new Refusal(invalid(`Invalid input JSON: ${name} must be an object`));
}

/** Anything a body may hold as the text HubSpot would make of it. */
export const textOf = (value: unknown): string =>
	typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** One or several values of a query parameter, also separated by commas. */
export const queryList = (value: unknown): readonly string[] =>
	(Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]).flatMap((entry) =>
		String(entry).split(','),
	);
