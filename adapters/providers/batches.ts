import { sha256 } from '../../core/delivery/canonical';
import type { CallLimits } from '../../core/delivery/calls';
import { bareId, textOf } from '../../core/delivery/fields';
import type { Envelope } from '../../core/delivery/types';
import { postmarkFailure } from './postmark';
import { type Acceptance, providerOf } from './registry';

/** A message as it goes to a provider. */
export type Message = Readonly<Record<string, unknown>>;

/** How a provider takes many messages in one call, and answers each. */
export interface BatchRule extends CallLimits {
	/** Why a message cannot be one of a batch; `null` if it can. */
	readonly unfit: (message: Message) => string | null;
	/** The message with the marks by which the provider is asked for it later (`lookups.ts`). */
	readonly marked: (message: Message, envelope: Envelope, assetId: string | undefined) => Message;
	/**
	 * What the answer to a call proves of each message, in the order of the messages. An answer that cannot be told apart
	 * proves nothing of any.
	 */
	readonly read: (answer: unknown, messages: readonly Message[]) => readonly Acceptance[];
}

const isFields = (value: unknown): value is Message =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longest value of Postmark's metadata (postmarkapp.com/support/article/1125-custom-metadata-faq). */
const METADATA_VALUE = 80;

/** `Ann <ann@example.com>` and `ann@example.com` are one address. */
const bareAddress = (to: unknown): string | undefined => {
	if (typeof to !== 'string') return undefined;
	return (/<([^<>]+)>\s*$/.exec(to)?.[1] ?? to).trim().toLowerCase();
};

/** One answer of the list: as that to a single send, but for the status, which is 200 whatever the code says. */
function postmarkAnswer(answer: unknown): Acceptance {
	if (!isFields(answer)) return { status: 'unknown', reason: 'it is no object' };
	if (answer.ErrorCode === 0) {
		return providerOf('postmark')?.accepted(answer) ?? { status: 'unknown', reason: 'nobody reads it' };
	}
	const word = postmarkFailure({ body: answer, text: '' });
	return word ? { status: 'refused', word } : { status: 'unknown', reason: "it has no 'ErrorCode'" };
}

/**
 * Reads the list that POST /email/batch answers: one result for each message, in the order sent, with a status of 200
 * although some were refused (postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails: "a matching JSON
 * array"; github.com/ActiveCampaign/postmark-php/wiki/Sending-Batches: "the results are ordered the same as the original
 * messages"; read 2026-12-01). An accepted result names its address: one that names another's shows that the order is not
 * that of the messages.
 */
function readPostmark(answer: unknown, messages: readonly Message[]): readonly Acceptance[] {
	const doubt = (reason: string): readonly Acceptance[] =>
		messages.map(() => ({ status: 'unknown', reason }));
	if (!Array.isArray(answer)) return doubt('it is no list');
	const answers: readonly unknown[] = answer;
	if (answers.length !== messages.length)
		return doubt(`it holds ${answers.length} results for ${messages.length} messages`);
	const read = answers.map(postmarkAnswer);
	const others = read.some((one, at) => {
		const [result, sent] = [answers[at], messages[at]?.To];
		if (one.status !== 'accepted' || !isFields(result) || typeof result.To !== 'string') return false;
		return bareAddress(result.To) !== bareAddress(sent);
	});
	if (others) return doubt('its results are not in the order of the messages');
	const times = new Map<string, number>();
	for (const one of read) {
		const id = one.status === 'accepted' ? one.messageId : null;
		if (id !== null) times.set(id, (times.get(id) ?? 0) + 1);
	}
	return read.map((one) =>
		one.status === 'accepted' && (times.get(one.messageId ?? '') ?? 0) > 1
			? { status: 'unknown', reason: 'several messages have its message id' }
			: one,
	);
}

/** The metadata that the templates send by, and *Reconcile* asks by. */
function markPostmark(message: Message, envelope: Envelope, assetId: string | undefined): Message {
	const { key, idempotencyKey, spine, recipient, slot } = envelope;
	const own = isFields(message.Metadata) ? message.Metadata : {};
	return {
		...message,
		Metadata: {
			...own,
			delivery_key: key.length > METADATA_VALUE ? sha256(key) : key,
			...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
			spine,
			recipient: recipient.slice(0, METADATA_VALUE),
			slot,
			...(bareId(assetId) === undefined ? {} : { asset_id: String(assetId).slice(0, METADATA_VALUE) }),
		},
	};
}

function unfitForPostmark(message: Message): string | null {
	const to = textOf(message, 'To');
	if (to === undefined) return 'it names nobody in To';
	return to.split('@').length === 2 ? null : 'To is not one address';
}

/**
 * Postmark takes up to 500 messages and 50 MB a call, attachments included
 * (postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails, read 2026-12-01); that its MB are the larger ones
 * is said nowhere.
 */
const postmark: BatchRule = {
	messages: 500,
	bytes: 50_000_000,
	unfit: unfitForPostmark,
	marked: markPostmark,
	read: readPostmark,
};

const rules: Readonly<Record<string, BatchRule>> = { postmark };

/** Providers that take many messages in one call, by their id. */
export const batchProviders: readonly string[] = Object.keys(rules);

/** How this provider takes batches; `undefined` if it does not, or nobody has said how. */
export const batchRuleOf = (id: string): BatchRule | undefined =>
	Object.hasOwn(rules, id) ? rules[id] : undefined;
