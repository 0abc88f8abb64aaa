import { throttled, type Problem } from './problems';

/** Limits of an account. `Infinity` switches one off. */
export interface Limits {
	/** Calls per rolling 10 seconds and token, searches excluded. */
	readonly per10Seconds: number;
	/** Searches per rolling second and account. */
	readonly searchPerSecond: number;
	readonly perDay: number;
}

/** A private app of a free or starter account (HubSpot usage guidelines). */
export const realLimits: Limits = { per10Seconds: 100, searchPerSecond: 5, perDay: 250_000 };

/** For tests that are about something else. */
export const noLimits: Limits = { per10Seconds: Infinity, searchPerSecond: Infinity, perDay: Infinity };

/** Counts calls and refuses those over a limit. */
export class RateLimits {
	private readonly byToken = new Map<string, number[]>();
	private searches: number[] = [];
	private today = 0;

	constructor(
		private readonly clock: () => number,
		public limits: Limits,
	) {}

	/** The refusal, or `null` when the call may go on; it is counted then. */
	admit(token: string, search: boolean): Problem | null {
		if (this.today >= this.limits.perDay) return throttled('DAILY', this.limits.perDay);
		const now = this.clock();
		if (search) {
			this.searches = this.searches.filter((at) => at > now - 1000);
			if (this.searches.length >= this.limits.searchPerSecond) {
				return throttled('SECONDLY', this.limits.searchPerSecond);
			}
			this.searches.push(now);
		} else {
			const calls = (this.byToken.get(token) ?? []).filter((at) => at > now - 10_000);
			this.byToken.set(token, calls);
			if (calls.length >= this.limits.per10Seconds) {
				return throttled('TEN_SECONDLY_ROLLING', this.limits.per10Seconds);
			}
			calls.push(now);
		}
		this.today += 1;
		return null;
	}

	/** Rate headers of an answer; searches carry none. */
	headers(token: string, search: boolean): Record<string, string> {
		if (search || !Number.isFinite(this.limits.per10Seconds)) return {};
		const used = this.byToken.get(token)?.length ?? 0;
		return {
			'x-hubspot-ratelimit-max': String(this.limits.per10Seconds),
			'x-hubspot-ratelimit-remaining': String(Math.max(0, this.limits.per10Seconds - used)),
			'x-hubspot-ratelimit-interval-milliseconds': '10000',
			'x-hubspot-ratelimit-daily': String(this.limits.perDay),
			'x-hubspot-ratelimit-daily-remaining': String(this.limits.perDay - this.today),
		};
	}

	/** Calls counted today. */
	usage(): number {
		return this.today;
	}

	reset(): void {
		this.byToken.clear();
		this.searches = [];
		this.today = 0;
	}
}
