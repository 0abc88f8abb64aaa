import { domainToASCII } from 'node:url';
import { sha256 } from '../../core/delivery/canonical';
import type { CallLimits } from '../../core/delivery/calls';
import { bareId, isFields, textOf } from '../../core/delivery/fields';
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

/** Longest value of Postmark's metadata (postmarkapp.com/support/article/1125-custom-metadata-faq). */
const METADATA_VALUE = 80;

/** Fields of metadata that a message may bring along: of the 10 that Postmark takes, the marks need up to 6. */
const OWN_METADATA = 4;

/**
 * `Ann <ann@example.com>` and `ann@example.com` are one address, and so is a domain in both of its forms (UTS #46).
 * `undefined` for what is none.
 */
const bareAddress = (to: unknown): string | undefined => {
	if (typeof to !== 'string' || to.trim() === '') return undefined;
	const bare = (/<([^<>]+)>\s*$/.exec(to)?.[1] ?? to).trim().normalize('NFC').toLowerCase();
	const domain = bare.lastIndexOf('@') + 1;
	return bare.slice(0, domain) + (domainToASCII(bare.slice(domain)) || bare.slice(domain));
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
 * messages"; read 2026-12-01). An accepted result names its address, and nothing else ties it to its message: one without it
 * is not told apart. A result that names another's address shows that the order is not that of the messages.
 */
function readPostmark(answer: unknown, messages: readonly Message[]): readonly Acceptance[] {
	const doubt = (reason: string): readonly Acceptance[] =>
		messages.map(() => ({ status: 'unknown', reason }));
	if (!Array.isArray(answer)) return doubt('it is no list');
	const answers: readonly unknown[] = answer;
	if (answers.length !== messages.length)
		return doubt(`it holds ${answers.length} results for ${messages.length} messages`);
	const read = answers.map(postmarkAnswer);
	const named = answers.map((answer) => (isFields(answer) ? bareAddress(answer.To) : undefined));
	const others = named.some((to, at) => to !== undefined && to !== bareAddress(messages[at]?.To));
	if (others) return doubt('its results are not in the order of the messages');
	const times = new Map<string, number>();
	for (const one of read) {
		const id = one.status === 'accepted' ? one.messageId : null;
		if (id !== null) times.set(id, (times.get(id) ?? 0) + 1);
	}
	return read.map((one, at) => {
		if (one.status !== 'accepted') return one;
		if (named[at] === undefined) return { status: 'unknown', reason: "it has no 'To'" };
		return (times.get(one.messageId ?? '') ?? 0) > 1
			? { status: 'unknown', reason: 'several messages have its message id' }
			: one;
	});
}

const MARKS = /^(delivery_key|idempotency_key|spine|recipient|slot|asset_id)$/i;

/** The fields of a message's own metadata that are none of the marks, in whatever case. */
const ownMetadata = ({ Metadata }: Message): readonly (readonly [string, unknown])[] =>
	isFields(Metadata) ? Object.entries(Metadata).filter(([name]) => !MARKS.test(name)) : [];

/** The metadata that the templates send by, and *Reconcile* asks by. */
function markPostmark(message: Message, envelope: Envelope, assetId: string | undefined): Message {
	const { key, idempotencyKey, spine, recipient, slot } = envelope;
	return {
		...message,
		Metadata: {
			...Object.fromEntries(ownMetadata(message)),
			delivery_key: key.length > METADATA_VALUE ? sha256(key) : key,
			...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
			spine,
			recipient: recipient.slice(0, METADATA_VALUE),
			slot,
			...(bareId(assetId) === undefined ? {} : { asset_id: String(assetId).slice(0, METADATA_VALUE) }),
		},
	};
}

/** Fields in which Postmark wants text (postmarkapp.com/developer/api/email-api): another kind may cost the whole call. */
const TEXTS = ['From', 'To', 'Subject', 'TextBody', 'HtmlBody', 'Tag', 'ReplyTo', 'MessageStream'];

/** Fields by which a message reaches somebody or is found again; Postmark may read them in any case. */
const REACHES = new Set(['To', 'Cc', 'Bcc', 'Metadata']);

/** A message that is wrong for itself goes alone: in the call it may have all of it refused, and so hold everybody. */
function unfitForPostmark(message: Message): string | null {
	const to = textOf(message, 'To');
	if (to === undefined) return 'it names nobody in To';
	if (to.split('@').length !== 2) return 'To is not one address';
	const twice = Object.keys(message).find(
		(name) => !REACHES.has(name) && [...REACHES].some((one) => one.toLowerCase() === name.toLowerCase()),
	);
	if (twice !== undefined) return `its ${twice} is written otherwise than the provider writes it`;
	const given = (name: string): boolean => (message[name] ?? '') !== '';
	if (given('Cc') || given('Bcc')) return 'it names others in Cc or Bcc';
	const other = TEXTS.find((name) => given(name) && typeof message[name] !== 'string');
	if (other !== undefined) return `its ${other} is no text`;
	// JSON can hold half of a pair (RFC 8259, 8.2), and what a reader makes of it nobody says.
	if (TEXTS.some((name) => /\p{Surrogate}/u.test(typeof message[name] === 'string' ? message[name] : '')))
		return 'its text was cut in the middle of a character';
	if (given('Metadata') && !isFields(message.Metadata)) return 'its Metadata is no JSON object';
	return ownMetadata(message).length > OWN_METADATA
		? `its Metadata holds more than ${OWN_METADATA} fields`
		: null;
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
