import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

const message = z.object({
	from_email: z.string(),
	msg_id: z.string(),
	subject: z.string(),
	to_email: z.string(),
	status: z.enum(['processed', 'delivered', 'not_delivered']),
	opens_count: z.number().int(),
	clicks_count: z.number().int(),
	last_event_time: z.string().datetime(),
});

const single = z.object({ id: z.string(), name: z.string(), status: z.string() });

/** SendGrid: the activity feed, a paid add-on, and single sends. */
export const sendGrid: Contract = {
	vendor: 'SendGrid',
	sources: [
		{ url: 'https://www.twilio.com/docs/sendgrid/api-reference/email-activity/filter-all-messages', read },
		{
			url: 'https://support.sendgrid.com/hc/en-us/articles/35804743679259-How-To-Filter-results-with-Activity-Feed-API-for-X-Message-ID',
			read,
		},
		{ url: 'https://www.twilio.com/docs/sendgrid/api-reference/single-sends/create-single-send', read },
	],
	refusal: z.object({ errors: z.array(z.object({ message: z.string() })) }),
	exchanges: [
		{
			name: 'scopes',
			method: 'GET',
			path: '/v3/scopes',
			answers: { 200: z.object({ scopes: z.array(z.string()) }) },
		},
		{
			name: 'messages',
			method: 'GET',
			path: '/v3/messages',
			query: z
				.object({
					query: z.string().optional(),
					limit: z.coerce.number().int().min(1).max(1000).optional(),
				})
				.strict(),
			answers: { 200: z.object({ messages: z.array(message) }) },
		},
		{
			name: 'create single send',
			method: 'POST',
			path: '/v3/marketing/singlesends',
			request: z.object({ name: z.string().min(1) }).passthrough(),
			answers: { 201: single },
		},
		{
			name: 'schedule single send',
			method: 'PUT',
			path: '/v3/marketing/singlesends/{id}/schedule',
			request: z.object({ send_at: z.string() }).passthrough(),
			answers: { 201: z.object({ send_at: z.string(), status: z.string() }) },
		},
	],
};
