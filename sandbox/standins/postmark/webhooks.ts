import type { Received } from './messages';

/** What Postmark can report about a message after it accepted it. */
export type WebhookKind = 'Delivery' | 'Bounce' | 'SpamComplaint';

/** A webhook body as Postmark sends it. */
export function webhookBody(row: Received, kind: WebhookKind, at: number): Record<string, unknown> {
	const when = new Date(at).toISOString();
	const common = {
		RecordType: kind,
		MessageID: row.messageId,
		MessageStream: row.stream,
		ServerID: 23,
		Tag: row.message.Tag ?? '',
		Metadata: row.metadata,
	};
	if (kind === 'Delivery') {
		return { ...common, Recipient: row.to, DeliveredAt: when, Details: 'smtp;250 2.0.0 OK' };
	}
	const bounce = kind === 'Bounce';
	return {
		...common,
		ID: row.acceptedAt,
		Type: bounce ? 'HardBounce' : 'SpamComplaint',
		TypeCode: bounce ? 1 : 512,
		Name: bounce ? 'Hard bounce' : 'Spam complaint',
		Description: bounce ? 'The server was unable to deliver your message.' : 'The subscriber complained.',
		Details: bounce ? 'smtp;550 5.1.1 The email account does not exist.' : '',
		Email: row.to,
		From: row.message.From ?? '',
		BouncedAt: when,
		Inactive: true,
		CanActivate: bounce,
		Subject: row.subject,
	};
}

/** Posts one webhook; gives the status of the receiver's answer, or 0 when it could not be reached. */
export async function postWebhook(url: string, body: Record<string, unknown>): Promise<number> {
	try {
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'user-agent': 'Postmark' },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(10_000),
		});
		await answer.arrayBuffer();
		return answer.status;
	} catch {
		return 0;
	}
}
