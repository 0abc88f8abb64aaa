import { z } from 'zod';
import type { Contract, Exchange } from './contract';

const anything = z.object({}).passthrough();
const address = z.object({ email: z.string().email(), name: z.string().optional() }).strict();

const one = (vendor: string, url: string, refusal: z.ZodTypeAny, exchange: Exchange): Contract => ({
	vendor,
	sources: [{ url, read: null }],
	refusal,
	exchanges: [exchange],
});

/** twilio.com/docs/sendgrid/api-reference/mail-send: 202 without a body, the id in the header X-Message-ID. */
export const sendGridMail = one(
	'SendGrid mail',
	'https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send',
	z.object({ errors: z.array(z.object({ message: z.string(), field: z.unknown(), help: z.unknown() })) }),
	{
		name: 'send',
		method: 'POST',
		path: '/v3/mail/send',
		request: z
			.object({
				personalizations: z
					.array(
						z.object({ to: z.array(address).min(1), custom_args: z.record(z.string()).optional() }).strict(),
					)
					.min(1),
				from: address,
				subject: z.string().min(1),
				content: z.array(z.object({ type: z.string(), value: z.string().min(1) }).strict()).min(1),
			})
			.strict(),
		answers: { 202: null },
	},
);

export const mailgun = one(
	'Mailgun',
	'https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages',
	z.object({ message: z.string() }),
	{
		name: 'send',
		method: 'POST',
		path: '/v3/{domain}/messages',
		request: z
			.object({ from: z.string(), to: z.string(), subject: z.string(), text: z.string() })
			.catchall(z.string()),
		answers: { 200: z.object({ id: z.string().regex(/^<.+>$/), message: z.string() }) },
	},
);

const content = z.object({ Data: z.string(), Charset: z.string().optional() }).strict();
export const ses = one(
	'Amazon SES',
	'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html',
	anything,
	{
		name: 'send',
		method: 'POST',
		path: '/v2/email/outbound-emails',
		request: z
			.object({
				FromEmailAddress: z.string(),
				Destination: z.object({ ToAddresses: z.array(z.string()).min(1).max(50) }).strict(),
				Content: z
					.object({
						Simple: z.object({ Subject: content, Body: z.object({ Text: content }).strict() }).strict(),
					})
					.strict(),
			})
			.strict(),
		answers: { 200: z.object({ MessageId: z.string() }) },
	},
);

export const resend = one(
	'Resend',
	'https://resend.com/docs/api-reference/emails/send-email',
	z.object({ statusCode: z.number(), name: z.string(), message: z.string() }),
	{
		name: 'send',
		method: 'POST',
		path: '/emails',
		// https://resend.com/docs/dashboard/emails/idempotency-keys: up to 256 characters, kept for 24 hours
		headers: z.object({ 'idempotency-key': z.string().min(1).max(256).optional() }).passthrough(),
		request: z
			.object({
				from: z.string(),
				to: z.union([z.string(), z.array(z.string()).max(50)]),
				subject: z.string(),
				text: z.string(),
			})
			.strict(),
		answers: { 200: z.object({ id: z.string().uuid() }) },
	},
);

export const brevo = one(
	'Brevo',
	'https://developers.brevo.com/reference/sendtransacemail',
	z.object({ code: z.string(), message: z.string() }),
	{
		name: 'send',
		method: 'POST',
		path: '/v3/smtp/email',
		request: z
			.object({
				sender: address,
				to: z.array(address).min(1),
				subject: z.string(),
				textContent: z.string(),
				headers: z.record(z.string()).optional(),
			})
			.strict(),
		answers: { 201: z.object({ messageId: z.string() }) },
	},
);

export const hubSpotSingleSend = one(
	'HubSpot single send',
	'npm @hubspot/api-client 14.0.1, lib/codegen/marketing/transactional',
	z.object({ status: z.literal('error'), message: z.string(), category: z.string() }),
	{
		name: 'single send',
		method: 'POST',
		path: '/marketing/v3/transactional/single-email/send',
		request: z
			.object({
				emailId: z.number().int(),
				message: z
					.object({ to: z.string(), sendId: z.string().optional(), from: z.string().optional() })
					.strict(),
				contactProperties: z.record(z.string()).optional(),
				customProperties: anything.optional(),
			})
			.strict(),
		answers: {
			200: z.object({
				status: z.enum(['PENDING', 'PROCESSING', 'CANCELED', 'COMPLETE']),
				statusId: z.string(),
				sendResult: z.string().optional(),
				requestedAt: z.string().optional(),
			}),
		},
	},
);
