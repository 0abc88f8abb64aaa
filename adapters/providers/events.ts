import type { EventFields } from '../../app/deliver/provider-event';
import { isFields, type ItemJson, textOf } from '../../core/delivery/fields';

/** How a provider's reports are read: where they are, and which fields mean what. */
export interface EventReading {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly fields: Omit<EventFields, 'provider'>;
}

/** Amazon SES reports through SNS: the report is JSON in the text `Message`. */
const fromSns = (event: ItemJson): ItemJson => {
	const given = typeof event['Message'] === 'string' ? event['Message'] : '';
	try {
		const message = JSON.parse(given) as unknown;
		if (!isFields(message)) return event;
		const bounce = message['bounce'];
		const kind = message['eventType'] ?? message['notificationType'];
		const passing = kind === 'Bounce' && isFields(bounce) && bounce['bounceType'] !== 'Permanent';
		return { ...message, outcome: passing ? 'Delayed' : kind };
	} catch {
		return event;
	}
};

/** Mailgun says of a failure whether it goes on trying. */
const fromMailgun = (event: ItemJson): ItemJson => {
	const data = event['event-data'];
	if (!isFields(data)) return event;
	const passing = data['event'] === 'failed' && data['severity'] !== 'permanent';
	return { ...data, outcome: passing ? 'delayed' : data['event'] };
};

/** The log's id begins with the id of the send (field notes S1): what follows the first dot is the log's. */
const fromSendGrid = (event: ItemJson): ItemJson => ({
	...event,
	message: textOf(event, 'sg_message_id')?.split('.')[0],
});

/** Reports of the providers in the list. Postmark's, without `naming`, are read by their own rules. */
export const eventReadings: readonly EventReading[] = [
	{
		id: 'brevo',
		name: 'Brevo Webhook',
		description: 'Events delivered, hard_bounce, blocked, invalid_email and spam',
		fields: {
			messageId: 'message-id',
			key: 'X-Mailin-custom',
			naming: {
				outcome: 'event',
				values: {
					delivered: ['delivered'],
					bounced: ['hard_bounce', 'blocked', 'invalid_email'],
					complained: ['spam', 'complaint'],
				},
				ignored: ['soft_bounce', 'deferred', 'request', 'unsubscribed', 'opened', 'click'],
				time: 'ts_event',
			},
		},
	},
	{
		id: 'mailgun',
		name: 'Mailgun Webhook',
		description: 'Events delivered, failed and complained',
		fields: {
			prepared: fromMailgun,
			messageId: 'message.headers.message-id',
			key: 'user-variables.delivery_key',
			naming: {
				outcome: 'outcome',
				values: { delivered: ['delivered'], bounced: ['failed'], complained: ['complained'] },
				ignored: ['delayed', 'accepted', 'opened', 'clicked', 'unsubscribed'],
				time: 'timestamp',
			},
		},
	},
	{
		id: 'postmark',
		name: 'Postmark Webhook',
		description: 'Events of the types Delivery, Bounce, SpamComplaint and SubscriptionChange',
		fields: { messageId: 'MessageID', key: 'Metadata.delivery_key' },
	},
	{
		id: 'resend',
		name: 'Resend Webhook',
		description: 'Events email.delivered, email.bounced and email.complained',
		fields: {
			messageId: 'data.email_id',
			key: '',
			naming: {
				outcome: 'type',
				values: {
					delivered: ['email.delivered'],
					bounced: ['email.bounced', 'email.failed'],
					complained: ['email.complained'],
				},
				ignored: ['email.sent', 'email.delivery_delayed', 'email.opened', 'email.clicked'],
				time: 'created_at',
			},
		},
	},
	{
		id: 'sendgrid',
		name: 'SendGrid Event Webhook',
		description: 'Arrays of events: delivered, bounce, dropped and spamreport',
		fields: {
			prepared: fromSendGrid,
			messageId: 'message',
			key: 'delivery_key',
			naming: {
				outcome: 'event',
				values: { delivered: ['delivered'], bounced: ['bounce', 'dropped'], complained: ['spamreport'] },
				ignored: ['processed', 'deferred', 'open', 'click', 'unsubscribe', 'group_unsubscribe'],
				time: 'timestamp',
			},
		},
	},
	{
		id: 'ses',
		name: 'Amazon SES through SNS',
		description: 'Notifications and events of the types Delivery, Bounce and Complaint',
		fields: {
			prepared: fromSns,
			messageId: 'mail.messageId',
			key: '',
			naming: {
				outcome: 'outcome',
				values: { delivered: ['Delivery'], bounced: ['Bounce', 'Reject'], complained: ['Complaint'] },
				ignored: ['Delayed', 'DeliveryDelay', 'Send', 'Open', 'Click', 'Subscription'],
				time: 'mail.timestamp',
			},
		},
	},
];

/** The reading of this id; `undefined` for a provider that reports nothing, and for fields named by the user. */
export const eventReadingOf = (id: string): EventReading | undefined =>
	eventReadings.find((reading) => reading.id === id);
