import { isFields } from '../../core/delivery/fields';
import type { IDataObject } from 'n8n-workflow';
import type { Message } from '../../adapters/providers/batches';
import { readEnvelope } from '../../core/delivery/envelope';
import type { Envelope } from '../../core/delivery/types';

/** One delivery of a batch, with what its commit wants to know: nothing earlier is linked to it alone. */
export interface BatchMember {
	/** Live, with the token of its claim. */
	readonly envelope: Envelope;
	readonly assetId?: string;
	/** The contact's properties as Due Deliveries froze them. */
	readonly frozen?: unknown;
}

/** What one item holds that stands for several deliveries: who they are, and the message of each, in one order. */
export interface Batch {
	readonly members: readonly BatchMember[];
	readonly messages: readonly Message[];
}

/** Fields of such an item. */
const DELIVERIES = 'deliveries';
const MESSAGES = 'messages';

/** The json of an item that stands for these deliveries. It has no `delivery`: no node takes it for a single one. */
export const batchJson = ({ members, messages }: Batch): IDataObject => ({
	[DELIVERIES]: members.map(({ envelope, assetId, frozen }) => ({
		delivery: { ...envelope },
		...(assetId === undefined ? {} : { assetId }),
		...(frozen === undefined ? {} : { contact: { properties: frozen as IDataObject } }),
	})),
	[MESSAGES]: messages,
});

function memberOf(value: unknown): BatchMember | null {
	if (!isFields(value)) return null;
	const envelope = readEnvelope(value.delivery);
	if (envelope?.token === undefined || envelope.mode !== 'live') return null;
	const { assetId, contact } = value;
	return {
		envelope,
		...(typeof assetId === 'string' ? { assetId } : {}),
		...(isFields(contact) ? { frozen: contact.properties } : {}),
	};
}

/** Reads what {@link batchJson} wrote, whole: each delivery once, claimed, with its message. `undefined` for anything else. */
export function readBatch(json: IDataObject): Batch | undefined {
	const [deliveries, messages]: readonly unknown[] = [json[DELIVERIES], json[MESSAGES]];
	if (!Array.isArray(deliveries) || !Array.isArray(messages)) return undefined;
	if (deliveries.length === 0 || deliveries.length !== messages.length) return undefined;
	const members = deliveries.map(memberOf).filter((member) => member !== null);
	const keys = new Set(members.map(({ envelope }) => envelope.key));
	if (keys.size !== deliveries.length || !messages.every(isFields)) return undefined;
	return { members, messages };
}
