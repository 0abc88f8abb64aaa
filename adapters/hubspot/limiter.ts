import { createHash } from 'node:crypto';
import type { Instant, Milliseconds } from '../../core/delivery/types';

/** At most `most` starts in any window of `windowMs`. Callers start in the order in which they asked. */
export class RateBucket {
	private starts: Instant[] = [];
	private heldUntil: Instant = 0;

	constructor(
		readonly most: number,
		readonly windowMs: Milliseconds,
	) {}

	/** Takes a place in the line and tells when its call may start. */
	reserve(now: Instant): Instant {
		const last = this.starts.at(-1) ?? 0;
		const oldest =
			this.starts.length >= this.most ? (this.starts[this.starts.length - this.most] ?? 0) : -Infinity;
		const at = Math.max(now, last, this.heldUntil, oldest + this.windowMs);
		this.starts.push(at);
		if (this.starts.length > this.most) this.starts = this.starts.slice(-this.most);
		return at;
	}

	/** Nothing starts before `until`; places already taken must be taken anew. */
	hold(until: Instant): void {
		this.heldUntil = Math.max(this.heldUntil, until);
	}

	/** Whether a place that was taken for an earlier moment still counts at `now`. */
	isHeld(now: Instant): boolean {
		return now < this.heldUntil;
	}
}

/** The two limits of an account: search has its own (HubSpot, usage guidelines). */
export interface Buckets {
	readonly calls: RateBucket;
	readonly search: RateBucket;
}

/** HubSpot counts when a call arrives, we when it leaves: a margin keeps a slow network from breaking the limit. */
const margin = 1.05;

const shared = new Map<string, Buckets>();

/**
 * The buckets of one token at one base URL, shared by everything in this process. Other limits for the same token
 * start new buckets.
 */
export function bucketsFor(
	baseUrl: string,
	accessToken: string,
	callsPer10Seconds: number,
	searchesPerSecond: number,
): Buckets {
	const key = createHash('sha256').update(`${baseUrl}\n${accessToken}`).digest('hex');
	const known = shared.get(key);
	if (known?.calls.most === callsPer10Seconds && known.search.most === searchesPerSecond) return known;
	const buckets = {
		calls: new RateBucket(callsPer10Seconds, 10_000 * margin),
		search: new RateBucket(searchesPerSecond, 1000 * margin),
	};
	shared.set(key, buckets);
	return buckets;
}
