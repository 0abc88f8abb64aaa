import { describe, expect, it } from '@jest/globals';
import { eventReadingOf } from '../../../adapters/providers/events';
import { readProviderEvents } from '../../../app/deliver/provider-event';

const read = (id: string, body: unknown) => {
	const reading = eventReadingOf(id);
	if (!reading) throw new Error(`No reading ${id}`);
	return readProviderEvents({ headers: {}, body }, { provider: id, ...reading.fields }, 0).map((event) =>
		event.status === 'report'
			? [event.report.outcome, event.report.providerMessageId ?? event.report.ref?.recipient]
			: [event.status],
	);
};

describe('what providers report later', () => {
	it('SendGrid posts an array; the id of the log begins with the one of the send', () => {
		expect(
			read('sendgrid', [
				{
					event: 'delivered',
					sg_message_id: 'abc.filter1.0',
					timestamp: 1513299569,
					delivery_key: 's:7:2026-11-30',
				},
				{ event: 'spamreport', sg_message_id: 'abd.filter1.0', timestamp: 1513299569 },
				{ event: 'open', sg_message_id: 'abc.filter1.0', timestamp: 1513299569 },
				{ event: 'surprise' },
			]),
		).toEqual([['delivered', 'abc'], ['complained', 'abd'], ['ignored'], ['unreadable']]);
	});

	it('Mailgun says of a failure whether it goes on', () => {
		const event = (data: object) => ({
			signature: {},
			'event-data': { timestamp: 1, message: { headers: { 'message-id': 'm@example.com' } }, ...data },
		});
		expect(read('mailgun', event({ event: 'failed', severity: 'permanent' }))).toEqual([
			['bounced', 'm@example.com'],
		]);
		expect(read('mailgun', event({ event: 'failed', severity: 'temporary' }))).toEqual([['ignored']]);
		expect(read('mailgun', event({ event: 'complained' }))).toEqual([['complained', 'm@example.com']]);
	});

	it('Amazon SES comes through SNS as text in text', () => {
		const sns = (message: object) =>
			JSON.stringify({
				Type: 'Notification',
				Message: JSON.stringify({ mail: { messageId: 'm' }, ...message }),
			});
		expect(read('ses', sns({ notificationType: 'Bounce', bounce: { bounceType: 'Permanent' } }))).toEqual([
			['bounced', 'm'],
		]);
		expect(read('ses', sns({ eventType: 'Bounce', bounce: { bounceType: 'Transient' } }))).toEqual([
			['ignored'],
		]);
		expect(read('ses', sns({ eventType: 'Delivery' }))).toEqual([['delivered', 'm']]);
		expect(read('ses', JSON.stringify({ Type: 'SubscriptionConfirmation' }))).toEqual([['unreadable']]);
	});

	it('Resend and Brevo', () => {
		expect(
			read('resend', { type: 'email.bounced', created_at: '2026-11-30T00:00:00Z', data: { email_id: 'm' } }),
		).toEqual([['bounced', 'm']]);
		expect(read('resend', { type: 'email.delivery_delayed', data: { email_id: 'm' } })).toEqual([
			['ignored'],
		]);
		expect(read('brevo', { event: 'hard_bounce', 'message-id': '<m@x>', ts_event: 1 })).toEqual([
			['bounced', 'm@x'],
		]);
		expect(read('brevo', { event: 'soft_bounce', 'message-id': '<m@x>' })).toEqual([['ignored']]);
	});
});

it('Postmark tells of unsubscribes and reactivations; neither is the end of a delivery', () => {
	const fields = { provider: 'postmark', messageId: 'MessageID', key: 'Metadata.delivery_key' };
	const [off] = readProviderEvents(
		{ RecordType: 'SubscriptionChange', SuppressSending: true, MessageID: 'm' },
		fields,
		0,
	);
	const [on] = readProviderEvents({ RecordType: 'SubscriptionChange', SuppressSending: false }, fields, 0);
	expect([off?.status, on?.status]).toEqual(['ignored', 'ignored']);
	expect(off).toMatchObject({ reason: expect.stringContaining('no longer takes mail') });
});
