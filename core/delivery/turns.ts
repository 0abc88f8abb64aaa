import type { Slot } from './cadence';
import { isAhead, type ReadingMark } from './reading';
import type { Instant, Milliseconds } from './types';

/** One of the places of a spine: whoever holds it runs the spine again and again while more is due. */
export interface Place {
	/** From 1 to the spine's parallel runs. */
	readonly place: number;
	/** The execution that holds it; `null` while it rests. */
	readonly owner: string | null;
	/** Until when it is held, or rests. */
	readonly until: Instant;
	/** Runs that were begun from it by this owner. */
	readonly turns: number;
	/** Deliveries of the slot that were committed when the last of them began. */
	readonly served: number;
}

/** What a turn is decided from. */
export interface TurnFacts {
	readonly paused: boolean;
	/** Id of the open slot; `null` between two. */
	readonly slot: Slot['id'] | null;
	/** What the newest look says of the spine's error budget. */
	readonly budget: 'healthy' | 'spent' | 'unknown';
	readonly parallelRuns: number;
	/** How long a place is held without a sign of life. */
	readonly leaseMs: Milliseconds;
	/** Deliveries of the slot that are committed. */
	readonly served: number;
	readonly mark: ReadingMark | null;
	/** Whether something that was registered waits to be sent. */
	readonly waiting: boolean;
}

/** Why nobody runs the spine now. */
export type NoTurn =
	'paused' | 'closed' | 'budget-spent' | 'nobody-served' | 'nothing-due' | 'no-place' | 'turns-over';

/** A run more, from this place; or none, and what becomes of the place that was held, if one was. */
export type Turn =
	| { readonly status: 'turn'; readonly place: Place }
	| { readonly status: 'none'; readonly reason: NoTurn; readonly left: Place | null };

/**
 * Most runs of one owner: n8n keeps what each run of a node gave until the execution ends, so a chain of runs begins
 * afresh now and then.
 */
export const mostTurns = 50;

/** How long a place rests after a run that served nobody: what kept it from it may take a while to pass. */
export const placeRestMs: Milliseconds = 300_000;

/** How long after all contacts were read they are read anew. As often as the template asked before it had places. */
export const listRestMs: Milliseconds = 900_000;

/** Whether contacts are left that were not read, or it is time to read them all anew. */
function mayBeDue({ mark, waiting }: TurnFacts, now: Instant): boolean {
	if (waiting || mark === null || mark.position !== null || mark.endedAt === null) return true;
	return !isAhead(mark.endedAt + listRestMs, now, listRestMs);
}

function hindrance(facts: TurnFacts, now: Instant): NoTurn | null {
	if (facts.paused) return 'paused';
	if (facts.slot === null) return 'closed';
	if (facts.budget === 'spent') return 'budget-spent';
	return mayBeDue(facts, now) ? null : 'nothing-due';
}

function nextTurn(held: Place, facts: TurnFacts, now: Instant): Turn {
	const free = { ...held, owner: null, until: now };
	const resting = { ...free, until: now + placeRestMs };
	const hindered = hindrance(facts, now);
	if (hindered !== null) return { status: 'none', reason: hindered, left: free };
	// A new slot counts from nothing again.
	if (facts.served === held.served) return { status: 'none', reason: 'nobody-served', left: resting };
	if (held.turns >= mostTurns) return { status: 'none', reason: 'turns-over', left: free };
	const { served, leaseMs } = facts;
	return { status: 'turn', place: { ...held, served, turns: held.turns + 1, until: now + leaseMs } };
}

/**
 * Whether an owner runs the spine once more. One that holds a place goes on as long as the last run served somebody and
 * more may be due; another takes a place that is free, or whose owner gave no sign of life.
 */
export function decideTurn(places: readonly Place[], owner: string, facts: TurnFacts, now: Instant): Turn {
	const held = places.find((place) => place.owner === owner);
	if (held !== undefined) return nextTurn(held, facts, now);
	const reason = hindrance(facts, now);
	if (reason !== null) return { status: 'none', reason, left: null };
	const most = Math.max(facts.leaseMs, placeRestMs);
	const taken = new Set(places.flatMap(({ place, until }) => (isAhead(until, now, most) ? [place] : [])));
	for (let place = 1; place <= facts.parallelRuns; place += 1) {
		if (taken.has(place)) continue;
		const { served, leaseMs } = facts;
		return { status: 'turn', place: { place, owner, until: now + leaseMs, turns: 1, served } };
	}
	return { status: 'none', reason: 'no-place', left: null };
}
