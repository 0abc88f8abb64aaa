import { bareId, fieldOf, instantOf, type ItemJson, textOf } from '../../core/delivery/fields';
import type { Instant } from '../../core/delivery/types';
import { providerOf } from './registry';

/** What a provider's search says of one message. */
export interface Found {
	/** A number of messages, or a word; see `readAnswer`. */
	readonly said: unknown;
	readonly messageId: string | null;
	readonly assetId?: string;
	readonly sentAt?: Instant;
}

/** How one provider is asked for the message of a delivery. */
export interface Lookup {
	/** Whether finding none means that there is none, once the quiet time is over. */
	readonly knowsAbsence: boolean;
	/** Reads the answer of the search for the delivery of this key. */
	readonly read: (json: ItemJson, key: string) => Found;
}

/** Fields of an answer, as they are named. */
export interface AnswerFields {
	readonly said: string;
	readonly messageId: string;
	readonly assetId: string;
	readonly sentAt: string;
}

/** Reads an answer by the names of its fields. */
export const foundIn = (json: ItemJson, fields: AnswerFields): Found => ({
	said: fieldOf(json, fields.said),
	messageId: textOf(json, fields.messageId) ?? null,
	assetId: textOf(json, fields.assetId),
	sentAt: instantOf(fieldOf(json, fields.sentAt)),
});

const listAt = (json: ItemJson, name: string): readonly ItemJson[] | undefined => {
	const value = fieldOf(json, name);
	if (!Array.isArray(value)) return undefined;
	return value.filter((entry: unknown): entry is ItemJson => typeof entry === 'object' && entry !== null);
};

/** Among the entries of an answer, those that carry the delivery's key; an answer without a list says nothing. */
const byKey =
	(list: string, key: string, id: string, time: string) =>
	(json: ItemJson, wanted: string): Found => {
		const entries = listAt(json, list);
		const mine = entries?.filter((entry) => textOf(entry, key) === wanted);
		const [first] = mine ?? [];
		return {
			said: mine?.length,
			messageId: (first && bareId(textOf(first, id))) ?? null,
			sentAt: first && instantOf(fieldOf(first, time)),
		};
	};

/**
 * Providers that can be asked for a message by what the send put into it. Only Postmark's search is complete: Mailgun
 * keeps events for some days, shows them with a delay, and replaces this API by its Logs; SendGrid's log lags and is sold
 * apart; Brevo's reports know the tag only. A message they show is proof; finding none is not.
 */
const lookups: Readonly<Record<string, Lookup>> = {
	// postmarkapp.com/developer/api/messages-api, outbound message search by `metadata_`
	postmark: {
		knowsAbsence: true,
		read: (json) =>
			foundIn(json, {
				said: 'TotalCount',
				messageId: 'Messages.0.MessageID',
				assetId: 'Messages.0.Metadata.asset_id',
				sentAt: 'Messages.0.ReceivedAt',
			}),
	},
	// documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/events (deprecated there; read 2026-11-30)
	mailgun: {
		knowsAbsence: false,
		read: byKey('items', 'user-variables.delivery_key', 'message.headers.message-id', 'timestamp'),
	},
};

/** How this provider is asked; `undefined` if it cannot be. */
export const lookupOf = (id: string): Lookup | undefined =>
	Object.hasOwn(lookups, id) ? lookups[id] : undefined;

/**
 * Whether this provider finding no message means that there is none. Of a provider of the user's own, whoever built the
 * search has said so.
 */
export const knowsAbsence = (id: string): boolean =>
	providerOf(id) === undefined || lookupOf(id)?.knowsAbsence === true;
