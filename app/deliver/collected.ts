import { envelopeOf } from '../../core/delivery/envelope';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Envelope, JsonObject } from '../../core/delivery/types';
import type { ReleaseGateError } from '../../core/errors';

/** One delivery that is handed out: what the item will carry, and the input item it came from. */
export interface Due {
	readonly delivery: Envelope;
	/** The frozen input. */
	readonly contact: JsonObject;
	readonly item: number;
}

/** What one run found. Every recipient that was read is counted exactly once; the first three were not read. */
export interface Tally {
	/** Handed out again from their frozen input. */
	again: number;
	/** Owed from before, and kept back: nobody can say now whether they are somebody else's part meanwhile. */
	waiting: number;
	/** Owed from before, and handed to another run a moment ago. */
	elsewhere: number;
	/** Registered now. */
	registered: number;
	/** Cannot be served: registered as held. */
	held: number;
	/** Not owed anything now. */
	notDue: number;
	/** Already registered in this slot. */
	known: number;
	/** Last send closer than the minimum gap. */
	tooSoon: number;
	/** Archived, deleted or merged away. */
	gone: number;
}

/** What one run hands out, and what kept it from more. */
export interface Collected {
	readonly due: readonly Due[];
	readonly tally: Tally;
	/** Why recipients were held, one entry each. */
	readonly held: readonly string[];
	/** Why nothing is owed to recipients that were read, one entry each: properties by name, never their values. */
	readonly notDue: readonly string[];
	/** Recipients that could not be read or keyed, each with its reason. */
	readonly unread: readonly ReleaseGateError[];
	/** What ended the reading early; what was handed out until then stands. */
	readonly stopped: ReleaseGateError | null;
	/** Whether the limit was reached, so that there may be more. */
	readonly limited: boolean;
	/**
	 * Why it read no contacts, or not to the end: others read, and for too long (`waited`), another one took
	 * over (`overtaken`), or the whole list was read a moment ago (`rested`).
	 */
	readonly reading?: 'waited' | 'overtaken' | 'rested';
}

/** Nothing was found yet. */
export const noTally = (): Tally => ({
	again: 0,
	waiting: 0,
	elsewhere: 0,
	registered: 0,
	held: 0,
	notDue: 0,
	known: 0,
	tooSoon: 0,
	gone: 0,
});

/** A delivery as it is handed out, with the release and the arm it was registered under. */
export function dueFrom(record: DeliveryRecord, contact: JsonObject, item: number): Due {
	const { ref, inputDigest, release, variant } = record;
	const delivery: Envelope = {
		...envelopeOf(ref),
		...(release === null ? {} : { release }),
		...(variant === null ? {} : { variant }),
		inputDigest,
	};
	return { delivery, contact, item };
}
