import type { Instant } from '../../core/delivery/types';
import type { CallLimits, CallsLeft } from '../../core/desk/limits';
import type { Reading } from '../../core/release/timing';

/** HubSpot's own window where an answer names none (usage guidelines: calls per 10 seconds). */
const WINDOW_MS = 10_000;

/**
 * What an answer of HubSpot says of the limits, by its headers `X-HubSpot-RateLimit-Max|Remaining|Interval-Milliseconds`
 * and `-Daily|Daily-Remaining` (usage guidelines; apps by OAuth have no daily ones). `null` when it names none, as on search.
 */
export function callLimitsIn(headers: Readonly<Record<string, unknown>>, at: Instant): CallLimits | null {
	const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Number(value)]));
	const of = (left: string, most: string): CallsLeft | null => {
		const [a, b] = [lower.get(`x-hubspot-ratelimit-${left}`), lower.get(`x-hubspot-ratelimit-${most}`)];
		return a !== undefined && b !== undefined && b > 0 && a >= 0 && a <= b ? { left: a, most: b } : null;
	};
	const day = of('daily-remaining', 'daily');
	const burst = of('remaining', 'max');
	if (day === null && burst === null) return null;
	const window = lower.get('x-hubspot-ratelimit-interval-milliseconds') ?? 0;
	return { at, day, burst: burst && { ...burst, windowMs: window > 0 ? window : WINDOW_MS } };
}

/** Share of HubSpot's calls that are left: the smaller of the burst's and the day's. `null` when an answer names no limit. */
export function apiCallsReading(
	headers: Readonly<Record<string, unknown>>,
	at: Instant,
): Reading<number> | null {
	const limits = callLimitsIn(headers, at);
	if (limits === null) return null;
	const shares = [limits.day, limits.burst].flatMap((one) => (one === null ? [] : [one.left / one.most]));
	return { value: Math.min(...shares), at };
}
