import type { Instant } from './types';

const MEND = 'Mend it, then resume the spine.';

/** Reason of a pause that a machine made, because every delivery would have met the same failure. */
export const faultPause = (failure: string): string => `${failure} ${MEND}`;

/**
 * Whether a machine paused the spine for a failure that every delivery met, at an instant or after it.
 */
export const pausedByFault = (
	{
		paused,
		pauseReason,
		pausedAt,
	}: {
		readonly paused: boolean;
		readonly pauseReason: string | null;
		readonly pausedAt: Instant | null;
	},
	since: Instant,
): boolean => paused && (pauseReason?.endsWith(` ${MEND}`) ?? false) && (pausedAt ?? 0) >= since;
