import { setTimeout as after } from 'node:timers/promises';
import type { Instant, Milliseconds } from '../../core/delivery/types';

/** The only place where nodes read the time. The core takes instants as arguments. */
export const now = (): Instant => Date.now();

/** Waits. Throws when the run is cancelled meanwhile. */
export const wait = async (ms: Milliseconds, signal?: AbortSignal): Promise<void> =>
	await after(ms, undefined, signal === undefined ? {} : { signal });
