/**
 * Where Delivery Commit, from version 2 on, finds the id of an accepted message, by the provider that was picked. The
 * same fields as `adapters/providers/registry.ts` reads; a test holds the two together.
 */
export const PROVIDER_IDS: Readonly<Record<string, readonly string[]>> = {
	brevo: ['messageId'],
	hubspot: ['statusId'],
	mailgun: ['id'],
	postmark: ['MessageID'],
	resend: ['id'],
	sendgrid: ['headers.x-message-id', 'messageId'],
	ses: ['MessageId', 'SendEmailResult.MessageId', 'SendEmailResponse.SendEmailResult.MessageId'],
	smtp: ['messageId'],
};
