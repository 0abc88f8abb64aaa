import { createHash } from 'node:crypto';
import type { CallBudget } from '../../app/ports/call-budget';
import type { Instant, Milliseconds } from '../../core/delivery/types';
import type { Pace, Start } from './pace';
import { SharedPace } from './shared-pace';

/** At most `most` starts in any window of `windowMs`. Callers start in the order in which they asked. */
export class RateBucket implements Pace {
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

	async next(now: Instant): Promise<Start> {
		return { at: this.reserve(now), until: Infinity };
	}

	hold(until: Instant): void {
		this.heldUntil = Math.max(this.heldUntil, until);
	}

	isHeld(now: Instant): boolean {
		return now < this.heldUntil;
	}
}

/** The two limits of an account: search has its own (HubSpot, usage guidelines). */
export interface Buckets {
	readonly calls: Pace;
	readonly search: Pace;
}

/** HubSpot counts when a call arrives, we when it leaves: a margin keeps a slow network from breaking the limit. */
const margin = 1.05;

interface Known {
	readonly callsPer10Seconds: number;
	readonly searchesPerSecond: number;
	readonly buckets: Buckets;
}

const alone = new Map<string, Known>();
/** By the budget of each ledger. */
const shared = new WeakMap<CallBudget, Map<string, Known>>();

function knownTo(budget: CallBudget | null): Map<string, Known> {
	if (budget === null) return alone;
	const known = shared.get(budget) ?? new Map<string, Known>();
	shared.set(budget, known);
	return known;
}

/**
 * The buckets of one token at one base URL, shared by everything in this process; with a budget by every process that has the
 * same one. Other limits for the same token start new buckets.
 */
export function bucketsFor(
	baseUrl: string,
	accessToken: string,
	callsPer10Seconds: number,
	searchesPerSecond: number,
	budget: CallBudget | null = null,
	clock: () => Instant = Date.now,
): Buckets {
	const key = createHash('sha256').update(`${baseUrl}\n${accessToken}`).digest('hex');
	const all = knownTo(budget);
	const known = all.get(key);
	if (known?.callsPer10Seconds === callsPer10Seconds && known.searchesPerSecond === searchesPerSecond)
		return known.buckets;
	const paceOf = (kind: keyof Buckets, most: number, windowMs: Milliseconds): Pace => {
		const own = new RateBucket(most, windowMs * margin);
		return budget === null
			? own
			: new SharedPace(budget, `hubspot:${kind}:${key}`, { most, windowMs }, clock, own);
	};
	const buckets = {
		calls: paceOf('calls', callsPer10Seconds, 10_000),
		search: paceOf('search', searchesPerSecond, 1000),
	};
	all.set(key, { callsPer10Seconds, searchesPerSecond, buckets });
	return buckets;
}
