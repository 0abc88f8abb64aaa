import type { IDataObject } from 'n8n-workflow';
import { parseDeliveryKey } from '../../core/delivery/key';
import type { DeliveryRef, Instant, Outcome } from '../../core/delivery/types';
import type { OutcomeReport } from '../../core/ledger/api';
import { fieldOf, textOf } from '../shared/fields';

/** What an item says of a delivery, or why it says nothing. */
export type ProviderEvent =
	| { readonly status: 'report'; readonly report: OutcomeReport }
	/** An event that decides nothing, e.g. a bounce that the provider goes on with. */
	| { readonly status: 'ignored'; readonly reason: string }
	| { readonly status: 'unreadable'; readonly reason: string };

/** Names of the fields of an event. */
export interface EventFields {
	readonly provider: string;
	readonly messageId: string;
	readonly key: string;
}

const outcomes: Readonly<Record<string, Outcome>> = {
	Delivery: 'delivered',
	Bounce: 'bounced',
	SpamComplaint: 'complained',
};

/**
 * Bounce types of Postmark after which the message is still on its way, or which are no bounce at all
 * (postmarkapp.com/developer/api/bounce-api, bounce types).
 */
const notFinal = new Set([
	'Transient',
	'AutoResponder',
	'Subscribe',
	'Unsubscribe',
	'AddressChange',
	'OpenRelayTest',
]);

const refFrom = (key: string | undefined): DeliveryRef | undefined => {
	if (key === undefined) return undefined;
	try {
		return parseDeliveryKey(key);
	} catch {
		return undefined;
	}
};

const instantOf = (value: unknown): Instant | undefined => {
	const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
	return Number.isNaN(at) ? undefined : at;
};

/** A webhook node puts what was posted under `body`. */
const payloadOf = (json: IDataObject): IDataObject => {
	const { body } = json;
	const wrapped =
		typeof body === 'object' && body !== null && !Array.isArray(body) && !('RecordType' in json);
	return wrapped ? (body as IDataObject) : json;
};

/**
 * Reads a Postmark webhook event (Delivery, Bounce, SpamComplaint), bare or as a webhook node gives it. The delivery
 * is found by its key in the message's metadata, or by the message id. `now` stands in for a missing time. Never
 * throws.
 */
export function readProviderEvent(json: IDataObject, fields: EventFields, now: Instant): ProviderEvent {
	const event = payloadOf(json);
	const type = textOf(event, 'RecordType') ?? '';
	const outcome = Object.hasOwn(outcomes, type) ? outcomes[type] : undefined;
	if (outcome === undefined) {
		const reason =
			type === '' ? 'it has no RecordType' : 'its RecordType is none of Delivery, Bounce, SpamComplaint';
		return { status: 'unreadable', reason };
	}
	const detail = type === 'Bounce' ? textOf(event, 'Type') : undefined;
	if (detail !== undefined && notFinal.has(detail)) {
		return { status: 'ignored', reason: `a bounce of the type ${detail} decides nothing` };
	}
	const ref = fields.key === '' ? undefined : refFrom(textOf(event, fields.key));
	const providerMessageId = textOf(event, fields.messageId);
	if (ref === undefined && providerMessageId === undefined) {
		return {
			status: 'unreadable',
			reason: `it has neither a delivery key nor a value in '${fields.messageId}'`,
		};
	}
	const at = instantOf(fieldOf(event, 'DeliveredAt')) ?? instantOf(fieldOf(event, 'BouncedAt')) ?? now;
	const { provider } = fields;
	return { status: 'report', report: { ref, provider, providerMessageId, outcome, at, detail } };
}
