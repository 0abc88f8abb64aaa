import type { Instant, Milliseconds, Space } from './types';

/** The contacts of one slot, as they are read for one key space. */
export interface ReadingRef {
	readonly spine: string;
	readonly space: Space;
	readonly slot: string;
}

/** How far the contacts of a slot have been read: one run reads at a time, each goes on from where the last one ended. */
export interface ReadingMark {
	/** Id of the last contact that was read and registered in this pass; `null` at its start. */
	readonly position: string | null;
	/** Passes over the whole list that were begun, this one included. */
	readonly pass: number;
	/** When the last pass reached the end of the list; `null` before the first did. */
	readonly endedAt: Instant | null;
	/** Goes up with each holder: who has an old one lost the mark. */
	readonly token: number;
	/** Until when somebody holds it; `null` while it is free. */
	readonly leaseUntil: Instant | null;
}

/** Recipients that one run was handed, until they are claimed or given up. */
export interface HandOut {
	readonly space: Space;
	readonly recipients: readonly string[];
	readonly until: Instant;
}

/** How long one holds the mark without a sign of life; every page that is registered is one. */
export const markLeaseMs: Milliseconds = 120_000;

/** How long what one run was handed is left to it: from there to its claim is a matter of seconds. */
export const handOutMs: Milliseconds = 60_000;

/** How long after a pass a spine with parallel runs begins the next: until then the others still work on what it found. */
export const restMs: Milliseconds = 60_000;

const unread: ReadingMark = { position: null, pass: 1, endedAt: null, token: 0, leaseUntil: null };

/** Within a time that begins now, so that what a clock that was ahead left behind is not waited for. */
export const isAhead = (until: Instant, now: Instant, most: Milliseconds): boolean =>
	now < until && until <= now + most;

/** The mark in the hands of its next holder, or until when another one has it. */
export function takeMark(
	mark: ReadingMark | null,
	now: Instant,
): { readonly status: 'taken'; readonly mark: ReadingMark } | { readonly status: 'held'; until: Instant } {
	const before = mark ?? unread;
	const { leaseUntil, token } = before;
	if (leaseUntil !== null && isAhead(leaseUntil, now, markLeaseMs))
		return { status: 'held', until: leaseUntil };
	return { status: 'taken', mark: { ...before, token: token + 1, leaseUntil: now + markLeaseMs } };
}

/** What a holder did with the mark. */
export type ReadingStep =
	/** Still there, e.g. while it hands out what was frozen. */
	| { readonly kind: 'alive' }
	/** Everybody up to this id was read and registered. */
	| { readonly kind: 'read'; readonly position: string }
	/** The end of the list: the next pass begins at its start. */
	| { readonly kind: 'ended' };

/** The mark after a step of its holder; `null` when another one holds it. */
export function moveMark(
	mark: ReadingMark | null,
	token: number,
	step: ReadingStep,
	now: Instant,
): ReadingMark | null {
	if (mark?.token !== token) return null;
	const held = { ...mark, leaseUntil: now + markLeaseMs };
	if (step.kind === 'alive') return held;
	if (step.kind === 'read') return { ...held, position: step.position };
	return { ...held, position: null, pass: mark.pass + 1, endedAt: now };
}

/** The mark given back; `null` when another one holds it. */
export const freeMark = (mark: ReadingMark | null, token: number): ReadingMark | null =>
	mark?.token === token ? { ...mark, leaseUntil: null } : null;

/**
 * Whether a run reads now. Of several at once, each that found the end would begin again and read what the others have
 * not sent yet: after a pass they rest. One alone finds at once what came meanwhile.
 */
export function readsNow({ position, endedAt }: ReadingMark, parallelRuns: number, now: Instant): boolean {
	if (parallelRuns <= 1 || position !== null || endedAt === null) return true;
	return !isAhead(endedAt + restMs, now, restMs);
}

/** Who is in other runs' hands, of a spine that has several at once. */
export function inOtherHands(
	handOuts: readonly HandOut[],
	parallelRuns: number,
	now: Instant,
): (space: Space, recipient: string) => boolean {
	const bySpace = new Map<Space, Set<string>>();
	if (parallelRuns > 1) {
		for (const { space, recipients, until } of handOuts) {
			if (!isAhead(until, now, handOutMs)) continue;
			const known = bySpace.get(space) ?? new Set();
			for (const recipient of recipients) known.add(recipient);
			bySpace.set(space, known);
		}
	}
	return (space, recipient) => bySpace.get(space)?.has(recipient) === true;
}
