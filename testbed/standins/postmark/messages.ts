import { randomUUID } from 'node:crypto';

/**
 * Limits of Postmark: messages and bytes per batch (postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails;
 * a batch that is too long is refused with the code 410), metadata fields, length of a name and of a value.
 */
export const postmarkLimits = {
	batch: 500,
	batchBytes: 50_000_000,
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

/**
 * The stream Postmark takes, in a send and in a search, when none is named (postmarkapp.com/developer/api/email-api;
 * for searches the documentation quoted in ActiveCampaign/postmark-php#84 and postmark-dotnet#127; read 2026-11-30).
 */
export const defaultStream = 'outbound';

/** What is wrong with the account, the server or the sender: no message of anybody is taken until somebody mends it. */
export type AccountFault = keyof typeof accountFaults;

/** Refusals of everything, each a 422 with a code (postmarkapp.com/developer/api/overview, API error codes). */
const accountFaults = {
	'out of credits': [405, 'Not allowed to send: you ran out of credits.'],
	'sender signature': [400, "The 'From' address you supplied is not a Sender Signature on your account."],
	'pending approval': [
		412,
		"While your account is pending approval, all recipient addresses must share the same domain as the 'From' address.",
	],
	'not approved': [413, 'This account is not approved to send email.'],
	'invalid server': [422, 'Invalid Server or Account.'],
	'stream not found': [1226, "The message stream for the provided 'ID' was not found."],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

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
	/** Message streams of the server. A new server has these two for sending. */
	readonly streams = new Set(['outbound', 'broadcast']);
	/** Why the account may not send at all; `null` while it may. */
	accountFault: AccountFault | null = null;
	/** Told of every accepted message. */
	onAccept: (message: Received) => void = () => undefined;

	constructor(private readonly clock: () => number) {}

	/** `checks`: takes the message for good, and sends nothing. */
	send(message: Outgoing, checks = false): SendAnswer {
		if (this.accountFault !== null) {
			const [code, message] = accountFaults[this.accountFault];
			return refuse(code, message);
		}
		const stream = message.MessageStream ?? defaultStream;
		if (!this.streams.has(stream)) {
			return refuse(1235, "The 'MessageStream' provided does not exist on this server.");
		}
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
			stream,
			acceptedAt: this.clock(),
			message,
			status: 'Sent',
		};
		if (!checks) {
			this.received.push(row);
			this.onAccept(row);
		}
		return {
			status: 200,
			body: {
				To: message.To,
				SubmittedAt: new Date(row.acceptedAt).toISOString(),
				MessageID: row.messageId,
				ErrorCode: 0,
				Message: checks ? 'Test job accepted' : 'OK',
			},
		};
	}

	/** Newest first, as Postmark lists them. `metadata` fields must all be equal. Without a stream: those of any. */
	find(query: {
		readonly metadata: Readonly<Record<string, string>>;
		readonly recipient?: string;
		readonly stream?: string;
	}): Received[] {
		return this.received
			.filter(
				(row) =>
					(query.stream === undefined || row.stream === query.stream) &&
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
