import { randomUUID } from 'node:crypto';

/** Limits of Postmark: messages per batch, metadata fields, length of a name and of a value. */
export const postmarkLimits = {
	batch: 500,
	metadataFields: 10,
	metadataName: 20,
	metadataValue: 80,
} as const;

/** A message as sent to Postmark. */
export interface Outgoing {
	readonly From?: string;
	readonly To?: string;
	readonly Subject?: string;
	readonly TextBody?: string;
	readonly HtmlBody?: string;
	readonly Tag?: string;
	readonly MessageStream?: string;
	readonly Metadata?: Readonly<Record<string, unknown>>;
	readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
}

/** A message the stand-in accepted: the outside truth of what left. */
export interface Received {
	readonly messageId: string;
	readonly to: string;
	readonly subject: string;
	readonly text: string;
	readonly metadata: Readonly<Record<string, string>>;
	readonly stream: string;
	/** Milliseconds since 1970. */
	readonly acceptedAt: number;
	readonly message: Outgoing;
	status: 'Sent' | 'Delivered' | 'Bounced' | 'SpamComplaint';
}

/** Postmark's answer to one message. `status` is that of the HTTP answer for a single message. */
export interface SendAnswer {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
}

const refuse = (code: number, message: string): SendAnswer => ({
	status: 422,
	body: { ErrorCode: code, Message: message },
});

/** Keeps what was accepted, and refuses what Postmark would refuse. */
export class Mailbox {
	readonly received: Received[] = [];
	/** Addresses Postmark does not deliver to any more (hard bounce, complaint, unsubscribe). */
	readonly inactive = new Set<string>();
	/** Told of every accepted message. */
	onAccept: (message: Received) => void = () => undefined;

	constructor(private readonly clock: () => number) {}

	send(message: Outgoing): SendAnswer {
		const to = (message.To ?? '').trim();
		if (!/@.+\..+/.test(message.From ?? '')) return refuse(300, "Invalid 'From' address.");
		if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$|<[^\s@]+@[^\s@]+\.[^\s@]+>$/.test(to))
			return refuse(300, "Invalid 'To' address.");
		if (message.TextBody === undefined && message.HtmlBody === undefined) {
			return refuse(300, "Provide either email 'TextBody' or 'HtmlBody' or both.");
		}
		const metadata = Object.entries(message.Metadata ?? {}).map(
			([name, value]) => [name, String(value)] as const,
		);
		const wrong = metadata.find(
			([name, value]) =>
				name.length > postmarkLimits.metadataName || value.length > postmarkLimits.metadataValue,
		);
		if (metadata.length > postmarkLimits.metadataFields || wrong !== undefined) {
			return refuse(300, `Invalid metadata: ${wrong?.[0] ?? 'too many fields'}`);
		}
		const address = /<([^>]+)>/.exec(to)?.[1] ?? to;
		if (this.inactive.has(address.toLowerCase())) {
			return refuse(
				406,
				'You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: hidden. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.',
			);
		}
		const row: Received = {
			messageId: randomUUID(),
			to: address,
			subject: message.Subject ?? '',
			text: message.TextBody ?? message.HtmlBody ?? '',
			metadata: Object.fromEntries(metadata),
			stream: message.MessageStream ?? 'outbound',
			acceptedAt: this.clock(),
			message,
			status: 'Sent',
		};
		this.received.push(row);
		this.onAccept(row);
		return {
			status: 200,
			body: {
				To: message.To,
				SubmittedAt: new Date(row.acceptedAt).toISOString(),
				MessageID: row.messageId,
				ErrorCode: 0,
				Message: 'OK',
			},
		};
	}

	/** Newest first, as Postmark lists them. `metadata` fields must all be equal. */
	find(query: {
		readonly metadata: Readonly<Record<string, string>>;
		readonly recipient?: string;
	}): Received[] {
		return this.received
			.filter(
				(row) =>
					(query.recipient === undefined || row.to.toLowerCase() === query.recipient.toLowerCase()) &&
					Object.entries(query.metadata).every(([name, value]) => row.metadata[name] === value),
			)
			.reverse();
	}
}

/** A message as Postmark's search lists it. */
export const listed = (row: Received): Record<string, unknown> => ({
	MessageID: row.messageId,
	MessageStream: row.stream,
	To: [{ Email: row.to, Name: null }],
	Cc: [],
	Bcc: [],
	Recipients: [row.to],
	ReceivedAt: new Date(row.acceptedAt).toISOString(),
	From: row.message.From ?? '',
	Subject: row.subject,
	Tag: row.message.Tag ?? '',
	Attachments: [],
	Status: 'Sent',
	Metadata: row.metadata,
	TrackOpens: false,
	TrackLinks: 'None',
	Sandboxed: false,
});
