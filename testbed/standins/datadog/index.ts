import { datadog as contract } from '../../contracts/datadog';
import type { StandIn, StandInAdmin } from '../shared/server';
import { keyedBench, numberOr, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Keys the Datadog stand-in takes. */
export const sandboxDatadogKeys = { apiKey: 'dd-api-stand-in', appKey: 'dd-app-stand-in' } as const;

/** The value of a query at a moment (milliseconds since 1970); `null` for no data. */
export type Readings = (query: string, at: number) => number | null;

/** What a test may do to the Datadog stand-in. */
export interface DatadogAdmin extends StandInAdmin {
	/** Sets where values come from. */
	read(readings: Readings): void;
}

/** Finest step, and the most points one query gives: a longer span has coarser steps. */
const finestMs = 20_000;
const mostPoints = 1_500;

/**
 * A count that nobody counts has no points: APM reports errors only when there are some. `default_zero()` fills the gaps
 * of a series that has points, and does nothing where the span holds none
 * (docs.datadoghq.com/dashboards/functions/interpolation, read 2026-11-30).
 */
const isSparse = (query: string): boolean => /sum:trace\.[a-z_.]+\.errors\b/.test(query);

/** Starts Datadog's `GET /api/v1/query` over a function that knows the values. */
export async function startDatadog(options: VendorOptions = {}): Promise<StandIn<DatadogAdmin>> {
	const clock = options.clock ?? Date.now;
	let readings: Readings = () => null;
	const faults = vendorFaults({
		throttled: { errors: ['Rate limit of 300 requests in 3600 seconds reached.'] },
		throttledHeaders: { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0' },
		broken: { errors: ['Internal server error'] },
	});
	const { app, ...bench } = keyedBench(
		faults,
		({ headers }) =>
			headers['dd-api-key'] === sandboxDatadogKeys.apiKey &&
			headers['dd-application-key'] === sandboxDatadogKeys.appKey,
		{ status: 403, body: { errors: ['Forbidden'] } },
		contract,
	);
	app.get('/api/v1/validate', async () => ({ valid: true }));
	app.get('/api/v1/query', async (request, reply) => {
		const given = request.query as { from?: string; to?: string; query?: string };
		const [from, to] = [numberOr(given.from, NaN) * 1000, numberOr(given.to, NaN) * 1000];
		const query = given.query ?? '';
		if (!(from < to) || query === '') {
			return reply.code(400).send({ status: 'error', error: 'Missing or invalid from, to or query' });
		}
		const now = clock();
		const points: [number, number][] = [];
		const stepMs = Math.max(finestMs, Math.ceil((to - from) / mostPoints / finestMs) * finestMs);
		const valueAt = (at: number): number | null => {
			const value = readings(query, at);
			return value === 0 && isSparse(query) ? null : value;
		};
		for (let at = Math.ceil(from / stepMs) * stepMs; at <= Math.min(to, now); at += stepMs) {
			const value = valueAt(at);
			if (value !== null) points.push([at, value]);
		}
		const last = valueAt(Math.min(to, now));
		if (last !== null) points.push([Math.min(to, now), last]);
		const series = {
			metric: query,
			display_name: query,
			scope: 'env:production',
			expression: query,
			interval: stepMs / 1000,
			length: points.length,
			start: from,
			end: to,
			aggr: 'avg',
			pointlist: points,
		};
		return {
			status: 'ok',
			res_type: 'time_series',
			query,
			from_date: from,
			to_date: to,
			series: points.length === 0 ? [] : [series],
		};
	});
	const admin: DatadogAdmin = {
		...bench.admin,
		read: (next) => {
			readings = next;
		},
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
