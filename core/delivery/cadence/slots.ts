import { DateTime } from 'luxon';
import { gateError } from '../../errors';
import { prefixOf } from '../canonical';
import type { Instant, Milliseconds } from '../types';
import { instantOf, type ParsedCadence } from './parse';

/** One window of the cadence: open from `opensAt` (included) to `closesAt` (excluded). */
export interface Slot {
	/** Local date, `2026-11-20`, of a calendar cadence; UTC minute, `2026-11-20T1405Z`, of a clock cadence. */
	readonly id: string;
	/** Counted from the anchor: 0, 1, 2… */
	readonly index: number;
	readonly opensAt: Instant;
	readonly closesAt: Instant;
	/** Opening of the slot after this one, in rhythm. */
	readonly nextOpensAt: Instant;
}

/** Slots end with the four-digit years, so that ids keep their order as text. */
const LAST_INSTANT = Date.UTC(9999, 11, 30);

/** Slot k's local date and time: the anchor plus k intervals, always from the anchor, so that the 31st comes back. */
const localOf = (parsed: ParsedCadence, index: number): DateTime =>
	parsed.anchorLocal.plus({ months: parsed.every.months * index, days: parsed.every.days * index });

function opening(parsed: ParsedCadence, index: number): Instant {
	if (parsed.kind === 'clock') return parsed.anchorAt + index * parsed.every.ms;
	return instantOf(localOf(parsed, index), parsed.zone);
}

function idOf(parsed: ParsedCadence, index: number): string {
	if (parsed.kind === 'calendar') return localOf(parsed, index).toFormat('yyyy-MM-dd');
	const at = DateTime.fromMillis(opening(parsed, index), { zone: 'utc' });
	return at.toFormat(hasSeconds(parsed) ? "yyyy-MM-dd'T'HHmmss'Z'" : "yyyy-MM-dd'T'HHmm'Z'");
}

const hasSeconds = (parsed: ParsedCadence): boolean =>
	parsed.anchorAt % 60_000 !== 0 || parsed.every.ms % 60_000 !== 0;

/**
 * Slot number `index`. @throws `slot-index` unless it is a whole number from 0 on, before the year 10,000
 */
export function slotByIndex(parsed: ParsedCadence, index: number): Slot {
	const beyond = parsed.anchorAt + index * parsed.everyMs > LAST_INSTANT;
	if (!Number.isSafeInteger(index) || index < 0 || beyond) throw gateError('slot-index', { index });
	const opensAt = opening(parsed, index);
	const nextOpensAt = opening(parsed, index + 1);
	const end =
		parsed.window === undefined
			? nextOpensAt
			: DateTime.fromMillis(opensAt, { zone: parsed.zone }).plus(parsed.window).toMillis();
	return { id: idOf(parsed, index), index, opensAt, closesAt: Math.min(end, nextOpensAt), nextOpensAt };
}

/** Index of the last slot that opened at or before the instant; -1 before slot 0. An estimate, then a few steps. */
function indexAt(parsed: ParsedCadence, instant: Instant): number {
	if (!Number.isFinite(instant) || instant > LAST_INSTANT) throw gateError('slot-instant', { instant });
	if (instant < opening(parsed, 0)) return -1;
	let index = Math.max(0, Math.floor((instant - parsed.anchorAt) / exactOrMean(parsed)));
	while (opening(parsed, index) > instant) index -= 1;
	while (opening(parsed, index + 1) <= instant) index += 1;
	return index;
}

const exactOrMean = (parsed: ParsedCadence): Milliseconds =>
	parsed.kind === 'clock' ? parsed.every.ms : parsed.everyMs;

/** The slot whose window contains the instant; `null` before slot 0 and while the rhythm is closed. @throws `slot-instant` */
export function slotAt(parsed: ParsedCadence, instant: Instant): Slot | null {
	const index = indexAt(parsed, instant);
	if (index < 0) return null;
	const slot = slotByIndex(parsed, index);
	return instant < slot.closesAt ? slot : null;
}

/** How long a slot that is over stays open for a rehearsal. */
const REHEARSAL_MS = 3_600_000;

/**
 * The slot in which something is rehearsed: the open one, else the last one, as if it stayed open for another hour. Nothing
 * live is registered in it: a rehearsal has a key space of its own. `null` before slot 0. @throws `slot-instant`
 */
export function slotToRehearse(parsed: ParsedCadence, instant: Instant): Slot | null {
	const index = indexAt(parsed, instant);
	if (index < 0) return null;
	const slot = slotByIndex(parsed, index);
	return instant < slot.closesAt ? slot : { ...slot, closesAt: instant + REHEARSAL_MS };
}

/** The first slot that opens after the instant. @throws `slot-instant` */
export function nextSlot(parsed: ParsedCadence, instant: Instant): Slot {
	return slotByIndex(parsed, indexAt(parsed, instant) + 1);
}

/** The slot with this id. @throws `slot-unknown` if the cadence has no such slot */
export function slotById(parsed: ParsedCadence, id: string): Slot {
	const unknown = () => gateError('slot-unknown', { slot: prefixOf(id), every: parsed.cadence.every });
	const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(\d\d)(\d\d)?Z)?$/.exec(id);
	if (match === null || (match[2] === undefined) !== (parsed.kind === 'calendar')) throw unknown();
	// A calendar slot opens on its local date: noon UTC is within 14 hours of it, so look two days further and back.
	const near =
		match[2] === undefined
			? Date.parse(`${match[1]}T12:00:00Z`) + 2 * 86_400_000
			: Date.parse(`${match[1]}T${match[2]}:${match[3]}:${match[4] ?? '00'}Z`);
	if (!Number.isFinite(near) || near > LAST_INSTANT) throw unknown();
	for (let index = indexAt(parsed, near), steps = 0; index >= 0 && steps < 5; index -= 1, steps += 1) {
		if (idOf(parsed, index) === id) return slotByIndex(parsed, index);
	}
	throw unknown();
}

/**
 * The slots that open in [from, to), oldest first, one at a time: a caller may stop early after a long outage.
 *
 * @throws `slot-instant`
 */
export function* slotsBetween(
	parsed: ParsedCadence,
	from: Instant,
	to: Instant,
): Generator<Slot, void, undefined> {
	for (let index = indexAt(parsed, from - 1) + 1; ; index += 1) {
		if (opening(parsed, index) >= to) return;
		yield slotByIndex(parsed, index);
	}
}

/** Least time between two sends to one recipient. */
export function minimumGapMs(parsed: ParsedCadence): Milliseconds {
	return parsed.minimumGapMs;
}
