import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { fieldOf, type ItemJson, textOf } from '../../core/delivery/fields';
import { gateError } from '../../core/errors';
import { Ancestry } from './ancestry';
import { jsonOf } from './parameters';

/** The field's text of each item: on the item itself or on the nearest earlier item it is linked to. */
export function findTexts(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	name: string,
): (string | undefined)[] {
	if (name === '') return items.map(() => undefined);
	const found = new Ancestry(ctx).find(items, (json) => textOf(json, name));
	return found.map((lookup) => (lookup.status === 'found' ? lookup.value : undefined));
}

const frozenProperties = (json: IDataObject): IDataObject | undefined => {
	const properties = fieldOf(json, 'contact.properties');
	return typeof properties === 'object' && properties !== null ? (properties as IDataObject) : undefined;
};

/** The contact's properties of each item as Due Deliveries froze them: on the item, or on an earlier linked one. */
export function findFrozen(
	ctx: IExecuteFunctions,
	items: readonly INodeExecutionData[],
): (IDataObject | undefined)[] {
	const found = new Ancestry(ctx).find(items, frozenProperties);
	return found.map((lookup) => (lookup.status === 'found' ? lookup.value : undefined));
}

/** Where a document is looked for: a field of an item, and the parameter that names the field. */
export interface DocumentPlace {
	readonly field: string;
	/** The parameter, as the editor calls it. */
	readonly parameter: string;
	readonly item: number;
}

/**
 * The document in a field of an item: an object, or JSON text. `undefined` when the field has no name or nothing in it.
 * Throws `field-unreadable` for text that is no JSON.
 */
export function documentAt(json: ItemJson, { field, parameter, item }: DocumentPlace): unknown {
	if (field === '') return undefined;
	return jsonOf(fieldOf(json, field), (cause) =>
		gateError('field-unreadable', { item, field, parameter, reason: 'it is no JSON' }, cause),
	);
}
