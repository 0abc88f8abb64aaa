import { canonicalPart } from '../../core/delivery/canonical';
import { propertiesToRead } from '../../core/delivery/eligibility';
import { gateError, type ReleaseGateError } from '../../core/errors';
import type { PropertyMapping } from '../../core/delivery/spine-settings';
import { toGateError } from '../../core/errors/unknown';
import { fieldOf, type ItemJson } from '../../core/delivery/fields';
import type { Recipient, RecipientPage } from './recipients';

/** Items per page: as many as one read of a directory. */
const PAGE = 200;

/** Names of the fields that hold the recipient's id and its properties. */
export interface ItemFields {
	/** Dots reach into objects. */
	readonly id: string;
	/** Empty: the properties are fields of the item itself. */
	readonly properties: string;
}

const text = (value: unknown): string | null => {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	// The Postgres node gives dates as they are.
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
	// HubSpot's own node wraps values: `{ value, versions }`.
	if (typeof value === 'object' && value !== null && 'value' in value) return text(value.value);
	return null;
};

const idOf = (json: ItemJson, field: string, item: number): string | ReleaseGateError => {
	const about = { item, field, parameter: 'Recipient ID Field' };
	const given = text(fieldOf(json, field))?.trim() ?? '';
	if (given === '') return gateError('field-missing', about);
	try {
		return canonicalPart(given, 'recipient');
	} catch (error) {
		return gateError('field-unreadable', { ...about, reason: toGateError(error).message }, error);
	}
};

const propertiesOf = (json: ItemJson, fields: ItemFields, names: readonly string[]) => {
	const holder = fields.properties === '' ? json : fieldOf(json, fields.properties);
	const source = (typeof holder === 'object' && holder !== null ? holder : {}) as ItemJson;
	return Object.fromEntries(names.map((name) => [name, text(source[name])]));
};

/** Where HubSpot says which contacts were merged into one; items that were read from it may carry it. */
const MERGED_IDS = 'hs_merged_object_ids';

const formerIdsOf = (json: ItemJson, fields: ItemFields): readonly string[] => {
	const told = propertiesOf(json, fields, [MERGED_IDS])[MERGED_IDS] ?? '';
	return told.split(';').flatMap((id) => id.trim() || []);
};

/** Recipients from input items. An item without an id is `unread`; of several with one id the first counts. */
export async function* recipientsFromItems(
	items: ReadonlyArray<{ readonly json: ItemJson }>,
	fields: ItemFields,
	mapping: PropertyMapping,
): AsyncGenerator<RecipientPage> {
	const names = propertiesToRead(mapping);
	const seen = new Set<string>();
	for (let start = 0; start < items.length; start += PAGE) {
		const recipients: Recipient[] = [];
		const unread: ReleaseGateError[] = [];
		for (const [offset, { json }] of items.slice(start, start + PAGE).entries()) {
			const item = start + offset;
			const id = idOf(json, fields.id, item);
			if (typeof id !== 'string') {
				unread.push(id);
			} else if (!seen.has(id)) {
				seen.add(id);
				const former = formerIdsOf(json, fields);
				recipients.push({
					id,
					properties: propertiesOf(json, fields, names),
					...(former.length > 0 ? { formerIds: former } : {}),
					item,
				});
			}
		}
		yield { recipients, gone: 0, unread };
	}
}
