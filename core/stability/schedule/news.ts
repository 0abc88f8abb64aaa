import type { Instant, Milliseconds } from '../../delivery/types';
import type { WatchFinding } from './judge';

/** A finding that the team was told of. */
export interface ToldFinding extends WatchFinding {
	/** When it was told last. */
	readonly toldAt: Instant;
}

/** What one look has to say, and what is remembered of it. */
export interface WatchNews {
	/** Findings that were not told yet, or were told long ago and still hold. */
	readonly news: readonly WatchFinding[];
	/** Findings that were told and hold no longer. */
	readonly over: readonly ToldFinding[];
	/** What the next look goes by. */
	readonly told: readonly ToldFinding[];
}

const keyOf = ({ id, workflow }: WatchFinding): string => `${id} ${workflow}`;

/**
 * What is new since the look before: each finding is told once, again after `remind` while it holds, and once more when it
 * is over. What holds is known by its kind and its workflow, whatever its words say now.
 */
export function newsOf(
	before: readonly ToldFinding[],
	findings: readonly WatchFinding[],
	now: Instant,
	remind: Milliseconds,
): WatchNews {
	const known = new Map(before.map((one) => [keyOf(one), one]));
	const news: WatchFinding[] = [];
	const told = findings.map((finding): ToldFinding => {
		const last = known.get(keyOf(finding));
		known.delete(keyOf(finding));
		if (last !== undefined && now - last.toldAt < remind) return { ...finding, toldAt: last.toldAt };
		news.push(finding);
		return { ...finding, toldAt: now };
	});
	return { news, over: [...known.values()], told };
}
