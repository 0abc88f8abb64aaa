import { z } from 'zod';
import type { Contract } from './contract';

const read = '2026-11-30';

const series = z.object({
	metric: z.string(),
	expression: z.string(),
	scope: z.string(),
	interval: z.number(),
	start: z.number(),
	end: z.number(),
	length: z.number().int(),
	// Milliseconds and a value, which may be null.
	pointlist: z.array(z.tuple([z.number(), z.number().nullable()])),
});

/** Datadog's metrics query, version 1. Where there is no data there is no series. */
export const datadog: Contract = {
	vendor: 'Datadog',
	sources: [
		{ url: 'https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/', read },
		{
			url: 'https://github.com/DataDog/datadog-api-client-typescript, .generator/schemas/v1/openapi.yaml',
			read: '2026-11-30',
		},
		{ url: 'https://docs.datadoghq.com/dashboards/functions/interpolation', read },
	],
	refusal: z.union([z.object({ errors: z.array(z.string()) }), z.object({ error: z.string() })]),
	exchanges: [
		{
			name: 'validate',
			method: 'GET',
			path: '/api/v1/validate',
			answers: { 200: z.object({ valid: z.boolean() }) },
		},
		{
			name: 'query',
			method: 'GET',
			path: '/api/v1/query',
			query: z
				.object({
					// Whole seconds.
					from: z.string().regex(/^\d+$/),
					to: z.string().regex(/^\d+$/),
					query: z.string().min(1),
				})
				.strict(),
			answers: {
				200: z.object({
					status: z.literal('ok'),
					from_date: z.number(),
					to_date: z.number(),
					query: z.string(),
					series: z.array(series),
				}),
			},
		},
	],
};
