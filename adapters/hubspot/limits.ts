import type { Instant } from '../../core/delivery/types';
import type { Reading } from '../../core/release/timing';

/**
 * Share of HubSpot's calls that are left, from the headers of an answer: the smaller of the burst's and the day's
 * (`X-HubSpot-RateLimit-Max|Remaining|Daily|Daily-Remaining`). `null` when the headers name no limit, as on search.
 */
export function apiCallsReading(
	headers: Readonly<Record<string, unknown>>,
	at: Instant,
): Reading<number> | null {
	const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Number(value)]));
	const share = (left: string, most: string): number[] => {
		const [a, b] = [lower.get(`x-hubspot-ratelimit-${left}`), lower.get(`x-hubspot-ratelimit-${most}`)];
		return a !== undefined && b !== undefined && b > 0 && a >= 0 && a <= b ? [a / b] : [];
	};
	const shares = [...share('remaining', 'max'), ...share('daily-remaining', 'daily')];
	return shares.length > 0 ? { value: Math.min(...shares), at } : null;
}
