import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

const condition = z
	.object({
		field: z.string(),
		operator: z.enum(['=', '!=', 'IN', 'NIN', '<', '>', '~', '!~', '^', '$']),
		value: z.union([z.string(), z.number()]),
	})
	.strict();
const query = z.union([
	condition,
	z.object({ operator: z.enum(['AND', 'OR']), value: z.array(condition).min(1).max(15) }).strict(),
]);

const conversation = z.object({
	type: z.literal('conversation'),
	id: z.string(),
	created_at: z.number().int(),
	updated_at: z.number().int(),
	state: z.string(),
	tags: z.object({
		type: z.literal('tag.list'),
		tags: z.array(z.object({ id: z.string(), name: z.string() })),
	}),
	contacts: z.object({ type: z.literal('contact.list'), contacts: z.array(z.object({ id: z.string() })) }),
});

/** Intercom, API 2.11: the search for conversations. */
export const intercom: Contract = {
	vendor: 'Intercom',
	sources: [
		{
			url: 'https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination',
			read,
		},
		{
			url: 'https://developers.intercom.com/docs/references/rest-api/api.intercom.io/Models/conversation_list/',
			read,
		},
		{
			// The reference pages of 2.11 are made of it.
			url: 'https://github.com/intercom/Intercom-OpenAPI, descriptions/2.11/api.intercom.io.yaml, at 8889625 of 2026-08-21',
			read,
		},
	],
	refusal: z.object({
		type: z.literal('error.list'),
		errors: z.array(z.object({ code: z.string(), message: z.string().optional() })),
	}),
	exchanges: [
		{
			name: 'me',
			method: 'GET',
			path: '/me',
			answers: { 200: z.object({ type: z.literal('admin'), id: z.string() }) },
		},
		{
			name: 'search conversations',
			method: 'POST',
			path: '/conversations/search',
			request: z
				.object({
					query,
					pagination: z
						.object({
							per_page: z.number().int().min(1).max(150).optional(),
							starting_after: z.string().optional(),
						})
						.strict()
						.optional(),
				})
				.passthrough(),
			answers: {
				200: z.object({
					type: z.literal('conversation.list'),
					total_count: z.number().int(),
					pages: z.object({
						type: z.literal('pages'),
						page: z.number().int(),
						per_page: z.number().int(),
						total_pages: z.number().int(),
						next: z.object({ per_page: z.number().int(), starting_after: z.string() }).optional(),
					}),
					conversations: z.array(conversation).max(150),
				}),
			},
		},
	],
};
