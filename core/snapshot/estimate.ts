import type { Milliseconds } from '../delivery/types';
import type { CaptureScope } from './documents';

/** Contacts per call: with history, without, and per write (HubSpot, batch limits). */
const BATCH = { history: 50, plain: 100 } as const;

/**
 * Stored bytes of one value with its newest history entry, compressed: a bound for planning, several times what the
 * bench stores for short texts (bench/RESULTS.md, "Stored bytes per value"), since long texts compress less.
 */
const BYTES_PER_VALUE = 40;

/** What a piece of work costs, before it begins. */
export interface Estimate {
	readonly contacts: number;
	/** Calls to HubSpot and n8n. */
	readonly calls: number;
	/** Least time the calls take at the pace given. */
	readonly atLeastMs: Milliseconds;
	/** Bytes stored, at most about this. */
	readonly bytes: number;
}

/** The least time `calls` take at `per10Seconds` calls per 10 seconds, the first 10 seconds' worth going at once. */
export const paceMs = (calls: number, per10Seconds: number): Milliseconds =>
	Math.floor(Math.max(0, calls - 1) / per10Seconds) * 10_000;

/**
 * What a capture costs: one read per 50 contacts, two reads of definitions (active and archived) and one of groups,
 * one per workflow; `searched` adds one search per 200 contacts.
 */
export function estimateCapture(
	scope: CaptureScope,
	contacts: number,
	options: { readonly searched: boolean; readonly callsPer10Seconds: number },
): Estimate {
	const reads = Math.ceil(contacts / BATCH.history) + (scope.definitions ? 3 : 0);
	const calls = reads + (options.searched ? Math.ceil(contacts / 200) : 0) + scope.workflows.length;
	return {
		contacts,
		calls,
		atLeastMs: paceMs(reads, options.callsPer10Seconds),
		bytes: contacts * scope.properties.length * BYTES_PER_VALUE,
	};
}

/** Calls that put `contacts` back: read with history, write, read again to verify. */
export const restoreCalls = (contacts: number): number =>
	2 * Math.ceil(contacts / BATCH.history) + Math.ceil(contacts / BATCH.plain);
