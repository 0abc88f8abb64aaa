import { z } from 'zod';
import type { Contract } from './contract';

/** `param` and `code` are null where there is none. */
const refusal = z.object({
	error: z.object({
		message: z.string(),
		type: z.string().nullable(),
		param: z.string().nullable(),
		code: z.string().nullable(),
	}),
});

const completion = z.object({
	id: z.string(),
	object: z.literal('chat.completion'),
	created: z.number().int(),
	model: z.string(),
	choices: z
		.array(
			z.object({
				index: z.number().int(),
				// `length`: cut off at the limit of tokens. `content_filter`: content was left out.
				finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']),
				logprobs: z.object({}).passthrough().nullable(),
				message: z.object({
					role: z.literal('assistant'),
					content: z.string().nullable(),
					refusal: z.string().nullable(),
				}),
			}),
		)
		.min(1),
	usage: z
		.object({
			prompt_tokens: z.number().int(),
			completion_tokens: z.number().int(),
			total_tokens: z.number().int(),
		})
		.optional(),
});

const model = z.object({
	id: z.string(),
	object: z.literal('model'),
	created: z.number().int(),
	owned_by: z.string(),
});

/** OpenAI: chat completions and the list of models. */
export const openAi: Contract = {
	vendor: 'OpenAI',
	sources: [
		{ url: 'https://github.com/openai/openai-openapi', read: '2026-11-30' },
		{
			url: 'https://developers.openai.com/api/reference/python/resources/chat/subresources/completions/methods/create',
			read: '2026-11-30',
		},
		{ url: 'https://platform.openai.com/docs/guides/error-codes', read: '2026-11-30' },
	],
	refusal,
	exchanges: [
		{
			name: 'chat completion',
			method: 'POST',
			path: '/v1/chat/completions',
			request: z
				.object({
					model: z.string().min(1),
					messages: z
						.array(
							z
								.object({
									role: z.enum(['developer', 'system', 'user', 'assistant', 'tool']),
									content: z.union([z.string(), z.array(z.object({ type: z.string() }).passthrough())]),
								})
								.strict(),
						)
						.min(1),
					temperature: z.number().min(0).max(2).optional(),
					max_completion_tokens: z.number().int().positive().optional(),
				})
				.strict(),
			answers: { 200: completion },
		},
		{
			name: 'models',
			method: 'GET',
			path: '/v1/models',
			answers: { 200: z.object({ object: z.literal('list'), data: z.array(model) }) },
		},
		{ name: 'model', method: 'GET', path: '/v1/models/{model}', answers: { 200: model } },
	],
};
