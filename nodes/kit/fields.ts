import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { textOf } from '../../core/delivery/fields';
import { Ancestry } from './ancestry';

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
