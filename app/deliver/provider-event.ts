import { parseDeliveryKey } from '../../core/delivery/key';
import type { DeliveryRef, Instant, Outcome } from '../../core/delivery/types';
import type { OutcomeReport } from '../../core/delivery/sends';
import { bareId, fieldOf, instantOf, isFields, type ItemJson, textOf } from '../../core/delivery/fields';

/** What an item says of a delivery, or why it says nothing. */
export type ProviderEvent =
	| { readonly status: 'report'; readonly report: OutcomeReport }
	/** The recipient of this delivery takes no more mail. */
	| { readonly status: 'suppressed'; readonly ref: DeliveryRef }
	/** An event that decides nothing, e.g. a bounce that the provider goes on with. */
	| { readonly status: 'ignored'; readonly reason: string }
	| { readonly status: 'unreadable'; readonly reason: string };

/** Fields of another provider, and which of their values means what. */
export interface EventNaming {
	readonly outcome: string;
	readonly values: Readonly<Record<Outcome, readonly string[]>>;
	/** Values that decide nothing, e.g. a message that is still on its way. */
	readonly ignored?: readonly string[];
	/** Empty: the moment of recording. */
	readonly time: string;
}

/** Names of the fields of an event. Without `naming` it is one of Postmark's. */
export interface EventFields {
	readonly provider: string;
	readonly messageId: string;
	readonly key: string;
	readonly naming?: EventNaming;
	/** The event as its fields are named, from the event as it came; itself if absent. */
	readonly prepared?: (event: ItemJson) => ItemJson;
}

/** What an event says happened, before it is known to whom. */
type Told =
	| { readonly status: 'told'; readonly outcome: Outcome; readonly at?: Instant; readonly detail?: string }
	| { readonly status: 'no-more-mail' }
	| Extract<ProviderEvent, { readonly status: 'ignored' | 'unreadable' }>;

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

/** Text that is JSON, as SNS posts it; anything else as it is. */
const parsed = (value: unknown): unknown => {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return value;
	}
};

/**
 * The events of an item. A webhook node puts what was posted under `body`, which may be an array; `mark` is a field
 * that only the event itself has.
 */
const payloadsOf = (json: ItemJson, mark: string): readonly ItemJson[] => {
	if (fieldOf(json, mark) !== undefined) return [json];
	const body = parsed(json.body);
	if (Array.isArray(body)) return body.map((event: unknown) => (isFields(event) ? event : {}));
	return [isFields(body) ? body : json];
};

function readPostmark(event: ItemJson): Told {
	const type = textOf(event, 'RecordType') ?? '';
	if (type === 'SubscriptionChange') {
		if (fieldOf(event, 'SuppressSending') === true) return { status: 'no-more-mail' };
		const reason = 'the recipient takes mail of this stream again; a person sets the contact active';
		return { status: 'ignored', reason };
	}
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
	const at = instantOf(fieldOf(event, 'DeliveredAt')) ?? instantOf(fieldOf(event, 'BouncedAt'));
	return { status: 'told', outcome, at, detail };
}

function readNamed(event: ItemJson, naming: EventNaming): Told {
	const { outcome: field, values, time, ignored = [] } = naming;
	const said = textOf(event, field)?.trim().toLowerCase();
	if (said === undefined) return { status: 'unreadable', reason: `it has no '${field}'` };
	const known = Object.entries(values) as [Outcome, readonly string[]][];
	const outcome = known.find(([, words]) => words.some((word) => word.toLowerCase() === said))?.[0];
	if (ignored.some((word) => word.toLowerCase() === said)) {
		return { status: 'ignored', reason: `an event '${said}' decides nothing` };
	}
	if (outcome === undefined) {
		const words = known.flatMap(([, list]) => list).join(', ');
		return { status: 'unreadable', reason: `'${field}' holds none of: ${words}` };
	}
	return { status: 'told', outcome, at: time === '' ? undefined : instantOf(fieldOf(event, time)) };
}

/**
 * Reads what a provider reported of messages, bare or as a webhook node gives it, one event or an array of them:
 * Postmark's (Delivery, Bounce, SpamComplaint), or such whose fields are named. The delivery is found by its key in the
 * message's metadata, or by the message id. `now` stands in for a missing time. Never throws.
 */
export function readProviderEvents(
	json: ItemJson,
	fields: EventFields,
	now: Instant,
): readonly ProviderEvent[] {
	const { prepared = (event: ItemJson) => event } = fields;
	const mark = fields.naming?.outcome ?? 'RecordType';
	return payloadsOf(json, fields.prepared ? '' : mark).map((event) => readOne(prepared(event), fields, now));
}

function readOne(event: ItemJson, fields: EventFields, now: Instant): ProviderEvent {
	const { provider, naming } = fields;
	const told = naming ? readNamed(event, naming) : readPostmark(event);
	if (told.status === 'ignored' || told.status === 'unreadable') return told;
	const ref = fields.key === '' ? undefined : refFrom(textOf(event, fields.key));
	if (told.status === 'no-more-mail') {
		if (ref !== undefined) return { status: 'suppressed', ref };
		const reason = 'the recipient no longer takes mail of this stream, and the event names no delivery';
		return { status: 'ignored', reason };
	}
	const providerMessageId = bareId(textOf(event, fields.messageId));
	if (ref === undefined && providerMessageId === undefined) {
		return {
			status: 'unreadable',
			reason: `it has neither a delivery key nor a value in '${fields.messageId}'`,
		};
	}
	const { outcome, detail, at = now } = told;
	return { status: 'report', report: { ref, provider, providerMessageId, outcome, at, detail } };
}
