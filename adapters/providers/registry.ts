import { bareId, fieldOf, instantOf, type ItemJson, textOf } from '../../core/delivery/fields';
import type { FailureKind, VendorWord } from '../../core/delivery/failure';
import type { Instant } from '../../core/delivery/types';

/** What the answer of the node that sends proves. */
export type Acceptance =
	| { readonly status: 'accepted'; readonly messageId: string | null; readonly sentAt?: Instant }
	/** Answered, and said no. */
	| { readonly status: 'refused'; readonly word: VendorWord }
	/** An answer this package does not know: never a success. */
	| { readonly status: 'unknown'; readonly reason: string };

/** A provider whose answers are known. */
export interface Provider {
	/** As it is stored with each delivery; forever. */
	readonly id: string;
	readonly name: string;
	/** Reads the item of the node that sends. */
	readonly accepted: (json: ItemJson) => Acceptance;
}

const firstText = (json: ItemJson, fields: readonly string[]): string | undefined =>
	fields.map((field) => textOf(json, field)).find((text) => text !== undefined);

/** Accepted if one of these fields holds the message id. */
const byId =
	(fields: readonly string[], time = '') =>
	(json: ItemJson): Acceptance => {
		const messageId = bareId(firstText(json, fields));
		if (messageId === undefined) return { status: 'unknown', reason: `it has no '${String(fields[0])}'` };
		const sentAt = time === '' ? undefined : instantOf(fieldOf(json, time));
		return { status: 'accepted', messageId, ...(sentAt === undefined ? {} : { sentAt }) };
	};

/**
 * postmarkapp.com/developer/api/email-api: the code is 0, and there is a message id. The token POSTMARK_API_TEST is answered
 * so too, with the message "Test job accepted", and nothing is sent (postmarkapp.com/developer/api/overview#authentication;
 * the message as recorded by several public clients, read 2026-12-01).
 */
function postmark(json: ItemJson): Acceptance {
	const code = fieldOf(json, 'ErrorCode');
	if (code !== 0) return { status: 'unknown', reason: "its 'ErrorCode' is not 0" };
	if (/^test job accepted/i.test(textOf(json, 'Message') ?? '')) {
		const meaning = 'its test token checks the message and sends nothing';
		return { status: 'refused', word: { kind: 'everybody', vendor: 'Postmark', code: '0', meaning } };
	}
	return byId(['MessageID'], 'SubmittedAt')(json);
}

/** nodemailer, as n8n's node Send Email gives it: who was accepted, who was rejected, the server's reply. */
function smtp(json: ItemJson): Acceptance {
	const list = (name: string): readonly unknown[] => {
		const value = fieldOf(json, name);
		return Array.isArray(value) ? value : [];
	};
	const reply = textOf(json, 'response') ?? '';
	if (list('rejected').length > 0) {
		const word = { kind: 'doubt', vendor: 'The mail server', code: reply.slice(0, 3) || 'none' } as const;
		return { status: 'refused', word: { ...word, meaning: 'some recipients were rejected' } };
	}
	if (!reply.startsWith('2')) return { status: 'unknown', reason: "its 'response' is no reply of 2xx" };
	if (list('accepted').length === 0) return { status: 'unknown', reason: "its 'accepted' is empty" };
	return byId(['messageId'])(json);
}

/** Results of HubSpot's single send that took the message (npm @hubspot/api-client 14.0.1, EmailSendStatusView). */
const taken: ReadonlySet<string> = new Set(['SENT', 'QUEUED', 'IDEMPOTENT_IGNORE']);

/** Results that are the account's, the sender's or the template's fault. */
const ofTheAccount: ReadonlySet<string> = new Set([
	...['EMAIL_DISABLED', 'PORTAL_SUSPENDED', 'PORTAL_OVER_LIMIT', 'PORTAL_EXPIRED', 'CANCELLED_ABUSE'],
	...['PORTAL_MISSING_MARKETING_SCOPE', 'PORTAL_AUTHENTICATION_FAILURE', 'UNCONFIGURED_SENDING_DOMAIN'],
	...['PORTAL_NOT_AUTHORIZED_FOR_APPLICATION', 'INVALID_FROM_ADDRESS', 'CAMPAIGN_CANCELLED'],
	...['EMAIL_UNCONFIRMED', 'MISSING_CONTENT', 'TEMPLATE_RENDER_EXCEPTION', 'ADDRESS_ONLY_ACCEPTED_ON_PROD'],
]);

/** Results that are the recipient's or the message's. */
const ofTheRecipient: ReadonlySet<string> = new Set([
	...['INVALID_TO_ADDRESS', 'BLOCKED_DOMAIN', 'BLOCKED_ADDRESS', 'PREVIOUSLY_BOUNCED', 'PREVIOUS_SPAM'],
	...['PREVIOUSLY_UNSUBSCRIBED_MESSAGE', 'PREVIOUSLY_UNSUBSCRIBED_PORTAL', 'PREVIOUSLY_UNSUBSCRIBED_BRAND'],
	...[
		'PREVIOUSLY_UNSUBSCRIBED_BUSINESS_UNIT',
		'QUARANTINED_ADDRESS',
		'ADDRESS_LIST_BOMBED',
		'ADDRESS_OPTED_OUT',
	],
	...['GRAYMAIL_SUPPRESSED', 'RECIPIENT_FATIGUE_SUPPRESSED', 'NON_MARKETABLE_CONTACT', 'GDPR_DOI_ENABLED'],
	...['UNDELIVERABLE', 'TOO_MANY_RECIPIENTS', 'VALIDATION_FAILED', 'CORRUPT_INPUT', 'MTA_IGNORE'],
	...['MISSING_TEMPLATE_PROPERTIES', 'MISSING_REQUIRED_PARAMETER'],
]);

function hubSpot(json: ItemJson): Acceptance {
	const result = textOf(json, 'sendResult');
	const status = textOf(json, 'status');
	// Asynchronous: until it was tried there is no result, and the message is HubSpot's.
	const waiting = result === undefined && (status === 'PENDING' || status === 'PROCESSING');
	if (waiting || (result !== undefined && taken.has(result))) return byId(['statusId'], 'requestedAt')(json);
	const kind: FailureKind | null =
		result === undefined
			? null
			: result === 'THROTTLED'
				? 'later'
				: ofTheAccount.has(result)
					? 'everybody'
					: ofTheRecipient.has(result)
						? 'recipient'
						: null;
	if (kind === null) return { status: 'unknown', reason: "its 'sendResult' is none that is known" };
	const word = { kind, vendor: 'HubSpot', code: String(result), meaning: 'the single send was not made' };
	return { status: 'refused', word: { ...word, costsReplay: kind !== 'later' } };
}

/** Providers whose answers are known, by their id. */
export const providers: readonly Provider[] = [
	// api.brevo.com/v3/smtp/email: 201 with `messageId`
	{ id: 'brevo', name: 'Brevo', accepted: byId(['messageId']) },
	{ id: 'hubspot', name: 'HubSpot Single Send', accepted: hubSpot },
	// api.mailgun.net/v3/DOMAIN/messages: 200 with `id` and `message`
	{ id: 'mailgun', name: 'Mailgun', accepted: byId(['id']) },
	{ id: 'postmark', name: 'Postmark', accepted: postmark },
	// api.resend.com/emails: 200 with `id`
	{ id: 'resend', name: 'Resend', accepted: byId(['id']) },
	// 202 without a body: the id is in a header; n8n's own node gives it as `messageId`
	{ id: 'sendgrid', name: 'SendGrid', accepted: byId(['headers.x-message-id', 'messageId']) },
	// SES v2 and n8n's own node, which gives the answer of v1
	{
		id: 'ses',
		name: 'Amazon SES',
		accepted: byId(['MessageId', 'SendEmailResult.MessageId', 'SendEmailResponse.SendEmailResult.MessageId']),
	},
	{ id: 'smtp', name: 'SMTP (Send Email)', accepted: smtp },
];

/** The provider of this id; `undefined` for a name of the user's own. */
export const providerOf = (id: string): Provider | undefined =>
	providers.find((provider) => provider.id === id.trim().toLowerCase());
