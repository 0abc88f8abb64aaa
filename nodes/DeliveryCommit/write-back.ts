import type { OutboxWrite } from '../../core/delivery/outbox';

/** What a node of the user writes to one recipient: its id and the values, by the names of the spine's mapping. */
export interface WriteBack {
	readonly id: string;
	readonly properties: Readonly<Record<string, unknown>>;
}

/** The field `writes` of an item: what a committed delivery writes to its recipient; nothing where nothing is written. */
export function writeBack([first]: readonly OutboxWrite[]): { readonly writes?: WriteBack } {
	if (first === undefined) return {};
	const { properties } = first.payload as { readonly properties?: Readonly<Record<string, unknown>> };
	return { writes: { id: first.objectId, properties: { ...properties } } };
}
