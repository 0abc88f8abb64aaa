import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

/** An id of a channel: public and private ones, direct messages. */
const channel = z.string().regex(/^[CGD][A-Z0-9]{8,}$/);

/** Errors come with 200: `ok` false and a word. */
const failed = z.object({ ok: z.literal(false), error: z.string() });
const message = z.object({
	type: z.literal('message'),
	text: z.string(),
	ts: z.string().regex(/^\d+\.\d{6}$/),
	// A bot's message has none.
	user: z.string().optional(),
	bot_id: z.string().optional(),
});
const who = z.object({ ok: z.literal(true), team: z.string(), user: z.string() });

/** Slack's Web API: what the release train sends and reads. */
export const slack: Contract = {
	vendor: 'Slack',
	sources: [
		{ url: 'https://docs.slack.dev/reference/methods/chat.postMessage', read },
		{ url: 'https://docs.slack.dev/reference/methods/conversations.history', read },
		// Archived since 2024; the shapes of these four have not moved.
		{ url: 'https://github.com/slackapi/slack-api-specs, web-api/slack_web_openapi_v2.json', read },
	],
	refusal: failed,
	exchanges: [
		{ name: 'auth.test', method: 'GET', path: '/api/auth.test', answers: { 200: z.union([who, failed]) } },
		{
			name: 'users.profile.get',
			method: 'GET',
			path: '/api/users.profile.get',
			answers: {
				200: z.union([z.object({ ok: z.literal(true), profile: z.object({}).passthrough() }), failed]),
			},
		},
		{
			name: 'auth.test (post)',
			method: 'POST',
			path: '/api/auth.test',
			answers: { 200: z.union([who, failed]) },
		},
		{
			name: 'chat.postMessage',
			method: 'POST',
			path: '/api/chat.postMessage',
			request: z.object({ channel: z.string(), text: z.string().optional() }).passthrough(),
			answers: {
				200: z.union([z.object({ ok: z.literal(true), channel, ts: z.string(), message }), failed]),
			},
		},
		{
			name: 'conversations.history',
			method: 'GET',
			path: '/api/conversations.history',
			query: z
				.object({
					channel: z.string(),
					cursor: z.string().optional(),
					limit: z.coerce.number().int().min(1).max(999).optional(),
					oldest: z.string().optional(),
					latest: z.string().optional(),
				})
				.strict(),
			answers: {
				200: z.union([
					z.object({
						ok: z.literal(true),
						messages: z.array(message),
						has_more: z.boolean(),
						response_metadata: z.object({ next_cursor: z.string() }).optional(),
					}),
					failed,
				]),
			},
		},
	],
};
