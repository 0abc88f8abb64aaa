import type { Received } from './messages';

/**
 * What Postmark can report about a message after it accepted it. A `Bounce` is a hard one: the address is inactive from
 * then on. A `SoftBounce` comes as a bounce too, and the address stays active.
 */
export type WebhookKind = 'Delivery' | 'Bounce' | 'SoftBounce' | 'SpamComplaint';

/** What Postmark says of each kind of bounce (postmarkapp.com/developer/api/bounce-api, bounce types). */
const bounces = {
	Bounce: {
		Type: 'HardBounce',
		TypeCode: 1,
		Name: 'Hard bounce',
		Description: 'The server was unable to deliver your message.',
		Details: 'smtp;550 5.1.1 The email account does not exist.',
		Inactive: true,
		CanActivate: true,
	},
	SoftBounce: {
		Type: 'SoftBounce',
		TypeCode: 4096,
		Name: 'Soft bounce',
		Description: 'Unable to temporarily deliver message.',
		Details: 'smtp;452 4.2.2 The mailbox is full.',
		Inactive: false,
		CanActivate: false,
	},
	SpamComplaint: {
		Type: 'SpamComplaint',
		TypeCode: 512,
		Name: 'Spam complaint',
		Description: 'The subscriber complained.',
		Details: '',
		Inactive: true,
		CanActivate: false,
	},
} as const;

const MINUTE = 60_000;

/**
 * When a report comes again that was not answered with 200: three times for a delivery, ten times for a bounce. 403 ends
 * it (postmarkapp.com/developer/webhooks/webhooks-overview and the support page on retries; read 2026-11-30).
 */
export const webhookRetries = (kind: WebhookKind): readonly number[] =>
	(kind === 'Delivery' ? [1, 5, 15] : [1, 5, 10, 10, 10, 15, 30, 60, 120, 360]).map((wait) => wait * MINUTE);

/** A report that may come again. */
export interface PendingReport {
	readonly kind: WebhookKind;
	readonly body: Record<string, unknown>;
	/** How often it came again already. */
	readonly tries: number;
	readonly at: number;
}

/** A webhook body as Postmark sends it. */
export function webhookBody(row: Received, kind: WebhookKind, at: number): Record<string, unknown> {
	const when = new Date(at).toISOString();
	const common = {
		RecordType: kind === 'SoftBounce' ? 'Bounce' : kind,
		MessageID: row.messageId,
		MessageStream: row.stream,
		ServerID: 23,
		Tag: row.message.Tag ?? '',
		Metadata: row.metadata,
	};
	if (kind === 'Delivery') {
		return { ...common, Recipient: row.to, DeliveredAt: when, Details: 'smtp;250 2.0.0 OK' };
	}
	return {
		...common,
		...bounces[kind],
		ID: row.acceptedAt,
		Email: row.to,
		From: row.message.From ?? '',
		BouncedAt: when,
		Subject: row.subject,
	};
}

/**
 * Posts one webhook; gives the status of the receiver's answer, or 0 when it could not be reached. User and password in
 * the URL become basic authentication, as with Postmark.
 */
export async function postWebhook(url: string, body: Record<string, unknown>): Promise<number> {
	try {
		const target = new URL(url);
		const login = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
		target.username = target.password = '';
		const answer = await fetch(target, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'user-agent': 'Postmark',
				...(login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
			},
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(10_000),
		});
		await answer.arrayBuffer();
		return answer.status;
	} catch {
		return 0;
	}
}
