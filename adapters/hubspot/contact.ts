import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/contacts';
import type { Contact, PropertyVersion } from '../../core/delivery/contacts';

/** Names the records that were merged into one; always asked for, so that no merge goes unseen. */
export const mergedIdsProperty = 'hs_merged_object_ids';

const instant = (date: Date | undefined): number => {
	const at = date?.getTime() ?? NaN;
	return Number.isNaN(at) ? 0 : at;
};

/** A contact of the client in the port's words, with exactly the properties that were asked for. */
export function contactOf(row: SimplePublicObject, properties: readonly string[], history: boolean): Contact {
	const values = new Map(Object.entries(row.properties));
	const versions = new Map(Object.entries(row.propertiesWithHistory ?? {}));
	return {
		id: row.id,
		properties: Object.fromEntries(properties.map((name) => [name, values.get(name) ?? null])),
		createdAt: instant(row.createdAt),
		updatedAt: instant(row.updatedAt),
		archived: row.archived ?? false,
		mergedIds: (values.get(mergedIdsProperty) ?? '').split(';').filter(Boolean),
		...(history
			? {
					history: Object.fromEntries(
						properties.map((name) => [
							name,
							(versions.get(name) ?? []).map((version): PropertyVersion => ({
								value: version.value,
								at: instant(version.timestamp),
								sourceType: version.sourceType,
								sourceId: version.sourceId ?? null,
							})),
						]),
					),
				}
			: {}),
	};
}
