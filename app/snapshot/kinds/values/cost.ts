import type { CaptureCost } from '../../../../core/snapshot/estimate';
import type { Capturable } from '../kind';

/** Contacts per call: with history, per write, and per search (HubSpot, limits of batches and of the search). */
const BATCH = { history: 50, write: 100, search: 200 } as const;

/**
 * Stored bytes of one value with its newest history entry, compressed: a bound for planning, several times what the
 * bench stores for short texts (bench/RESULTS.md, "Stored bytes per value"), since long texts compress less.
 */
const BYTES_PER_VALUE = 40;

/** One read per 50 contacts, and a search per 200 where they are searched for. */
export const captureCost = ({ scope, contacts, searched }: Capturable): CaptureCost => ({
	paced: Math.ceil(contacts / BATCH.history),
	others: searched ? Math.ceil(contacts / BATCH.search) : 0,
	bytes: contacts * scope.properties.length * BYTES_PER_VALUE,
});

/** Calls that put `contacts` back: read with history, write, read again to verify. */
export const restoreCalls = (contacts: number): number =>
	2 * Math.ceil(contacts / BATCH.history) + Math.ceil(contacts / BATCH.write);
