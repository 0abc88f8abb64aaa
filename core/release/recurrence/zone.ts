import { IANAZone } from 'luxon';
import type { Instant, Milliseconds } from '../../delivery/types';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/**
 * A local date and time without its zone, as the UTC milliseconds of the same figures: arithmetic on it meets no
 * change of clocks.
 */
export type LocalTime = Milliseconds;

/** Places local times of one zone on the time line; remembers the offsets it asked for, a day at a time. */
export interface Placer {
	readonly name: string;
	/**
	 * When a local time is. Of a repeated hour the first; a time that a change of clocks skips is read with the offset
	 * before the gap, so that 02:30 becomes 03:30 (RFC 5545, section 3.3.5).
	 */
	readonly place: (local: LocalTime) => Instant;
	/** What the clocks of the zone show at an instant. */
	readonly wall: (at: Instant) => LocalTime;
}

/** A placer for an IANA zone. @throws RangeError for a zone that does not exist */
export function placerFor(timeZone: string): Placer {
	const zone = IANAZone.create(timeZone);
	if (!zone.isValid) throw new RangeError(`unknown time zone ${timeZone}`);
	const offsetAt = (at: Instant): Milliseconds => Math.round(zone.offset(at) * MINUTE);
	const offsets = new Map<number, Milliseconds>();
	/** The offset as a day begins in UTC; asking the zone is most of what a rule costs. */
	const offsetOf = (day: number): Milliseconds => {
		const known = offsets.get(day);
		if (known !== undefined) return known;
		const found = offsetAt(day * DAY);
		offsets.set(day, found);
		return found;
	};
	const place = (local: LocalTime): Instant => {
		const day = Math.floor(local / DAY);
		// A day before and a day after any time of the local day: no zone lies further than 14 hours from UTC.
		const [before, after] = [offsetOf(day - 1), offsetOf(day + 2)];
		const first = local - before;
		if (before === after || offsetAt(first) === before) return first;
		const second = local - after;
		return offsetAt(second) === after ? second : first;
	};
	return { name: zone.name, place, wall: (at) => at + offsetAt(at) };
}

const LOCAL = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?)?$/;

/** Reads `20261127`, `20261127T140000` or `2026-11-27T14:00`; `null` if there is no such date or time. */
export function localTime(text: string): LocalTime | null {
	const [, year, month, day, hour = '0', minute = '0', second = '0'] = LOCAL.exec(text) ?? [];
	if (year === undefined) return null;
	const at = Date.UTC(+year, Number(month) - 1, Number(day), +hour, +minute, +second);
	const shown = new Date(at).toISOString().slice(0, 19).replace(/\D/g, '');
	const pad = `${year}${month}${day}${hour.padStart(2, '0')}${minute.padStart(2, '0')}${second.padStart(2, '0')}`;
	return shown === pad ? at : null;
}

/** A length of time: whole days by the calendar, then exact time. */
export interface Length {
	readonly days: number;
	readonly ms: Milliseconds;
}

const LENGTH =
	/^P(?=.)(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?)$/;

/**
 * Reads a duration as RFC 5545, section 3.3.6, means it: weeks and days are nominal (`P2D` ends two local days later,
 * whatever the clocks do), hours, minutes and seconds are exact. @throws RangeError
 */
export function lengthOf(text: string): Length {
	const [whole, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = LENGTH.exec(text) ?? [];
	if (whole === undefined) throw new RangeError(`unreadable duration ${text}`);
	const length = { days: +weeks * 7 + +days, ms: (+hours * 3600 + +minutes * 60 + +seconds) * 1000 };
	if (length.days + length.ms === 0) throw new RangeError('a window needs a duration');
	if (length.days * DAY + length.ms > 366 * DAY)
		throw new RangeError(`the duration ${text} is longer than 366 days`);
	return length;
}
