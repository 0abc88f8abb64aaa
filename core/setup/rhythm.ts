import { DateTime } from 'luxon';
import { nextSlot, parseCadence, type Cadence } from '../delivery/cadence';
import { numbers } from '../delivery/cadence/words';
import type { Instant } from '../delivery/types';
import { gateError } from '../errors';
import { zoneCalled, zoneInWords } from './zones';

/** A rhythm that was read from words. */
export interface Rhythm {
	/** Its anchor lies before now, so that a slot is open at once, e.g. for a rehearsal. */
	readonly cadence: Cadence;
	/** The same rhythm, counted from its first slot: nothing is open before it. */
	readonly fromFirst: Cadence;
	readonly firstOpensAt: Instant;
}

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const months = [
	'january',
	'february',
	'march',
	'april',
	'may',
	'june',
	'july',
	'august',
	'september',
	'october',
	'november',
	'december',
];

const dayOfWeek =
	'(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\\b';

/** `0` for none; a name or at least its first three letters. */
const place = (names: readonly string[], word: string): number =>
	word.length < 3 ? 0 : names.findIndex((name) => name.startsWith(word)) + 1;

/** What was understood of the words so far, and what is still to be read. */
interface Reading {
	rest: string;
	count: number;
	unit: Unit;
	weekday: number;
	monthDay: number;
	hour: number | null;
	minute: number;
	starting: DateTime | null;
}

type Refuse = (problem: string) => Error;

/** Takes what matches at the beginning of the rest; `null` where nothing does. */
function take(reading: Reading, pattern: RegExp): RegExpExecArray | null {
	const match = pattern.exec(reading.rest);
	if (match === null || match.index !== 0) return null;
	reading.rest = reading.rest.slice(match[0].length).trimStart();
	return match;
}

function countOf(word: string | undefined, refuse: Refuse): number {
	if (word === undefined) return 1;
	if (word === 'other' || word === 'second') return 2;
	const count = /^\d+$/.test(word) ? Number(word) : numbers.indexOf(word);
	if (count < 1 || count > 1000) throw refuse(`'${word}' is no number from 1 to 1000`);
	return count;
}

function readInterval(reading: Reading, refuse: Refuse): void {
	const short = take(reading, /^(hourly|daily|weekly|monthly|fortnightly)\b/);
	if (short) {
		const units = {
			hourly: 'hour',
			daily: 'day',
			weekly: 'week',
			monthly: 'month',
			fortnightly: 'week',
		} as const;
		const word = short[1] as keyof typeof units;
		[reading.unit, reading.count] = [units[word], word === 'fortnightly' ? 2 : 1];
		return;
	}
	if (!take(reading, /^(every|each)\b/)) throw refuse("it does not begin with 'every'");
	const day = take(reading, new RegExp(`^(?:(\\w+)\\s+)?${dayOfWeek}`));
	if (day) {
		reading.unit = 'week';
		reading.count = countOf(day[1], refuse);
		reading.weekday = place(weekdays, (day[2] ?? '').slice(0, 3));
		return;
	}
	const interval = take(reading, /^(?:(\w+)\s+)?(minutes?|min|hours?|days?|weeks?|months?)\b/);
	if (!interval) throw refuse("after 'every' comes no number of minutes, hours, days, weeks or months");
	reading.count = countOf(interval[1], refuse);
	reading.unit = (interval[2] ?? '').replace(/s$/, '').replace(/^min$/, 'minute') as Unit;
}

function readTime(reading: Reading, refuse: Refuse): boolean {
	const word = take(reading, /^(?:at\s+)?(noon|midnight)\b/);
	if (word) {
		reading.hour = word[1] === 'noon' ? 12 : 0;
		return true;
	}
	const time = take(reading, /^(?:at\s+)?(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|h|o'clock)?(?![\w/-])/);
	if (!time) return false;
	const [, hours = '', minutes = '0', half] = time;
	if (minutes === '0' && half === undefined && time[2] === undefined && !/^at\b/.test(time[0]))
		throw refuse(`'${hours}' is no time of day; write ${hours}:00`);
	let hour = Number(hours);
	if (half === 'am' || half === 'pm') {
		if (hour < 1 || hour > 12) throw refuse(`there is no ${hours} ${half}`);
		hour = (hour % 12) + (half === 'pm' ? 12 : 0);
	}
	if (hour > 23 || Number(minutes) > 59) throw refuse(`there is no ${hours}:${minutes}`);
	[reading.hour, reading.minute] = [hour, Number(minutes)];
	return true;
}

function readDay(reading: Reading, refuse: Refuse): boolean {
	const weekday = take(reading, new RegExp(`^on\\s+(?:a\\s+)?${dayOfWeek}`));
	if (weekday) {
		if (reading.unit !== 'week') throw refuse(`a day of the week goes with weeks, not with ${reading.unit}s`);
		reading.weekday = place(weekdays, (weekday[1] ?? '').slice(0, 3));
		return true;
	}
	const date = take(reading, /^on\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\b(?!:)/);
	if (!date) return false;
	if (reading.unit !== 'month')
		throw refuse(`a day of the month goes with months, not with ${reading.unit}s`);
	reading.monthDay = Number(date[1]);
	if (reading.monthDay < 1 || reading.monthDay > 31) throw refuse(`no month has a day ${date[1]}`);
	return true;
}

function readStart(reading: Reading, refuse: Refuse): boolean {
	const iso = take(reading, /^(?:from|starting|beginning)(?:\s+on)?\s+(\d{4})-(\d\d)-(\d\d)\b/);
	const words =
		iso ?? take(reading, /^(?:from|starting|beginning)(?:\s+on)?\s+(\d{1,2})\s+([a-z]+)\s+(\d{4})\b/);
	if (!words) return false;
	const [, first, middle = '', last] = words;
	const date = iso
		? DateTime.utc(Number(first), Number(middle), Number(last))
		: DateTime.utc(Number(last), place(months, middle) || 13, Number(first));
	if (!date.isValid) throw refuse(`'${words[0]}' names no date`);
	reading.starting = date;
	return true;
}

const durationOf = ({ count, unit }: Reading): string =>
	({
		minute: `PT${count}M`,
		hour: `PT${count}H`,
		day: `P${count}D`,
		week: `P${count}W`,
		month: `P${count}M`,
	})[unit];

/** The first opening after `now`, as local time kept in UTC. */
function firstOpening(reading: Reading, local: DateTime): DateTime {
	const { unit, count, weekday, monthDay, hour, minute, starting } = reading;
	if (unit === 'minute' || unit === 'hour') {
		const size = unit === 'minute' ? count : 60;
		if (starting) return starting.set({ hour: hour ?? 0, minute });
		if (hour !== null) {
			const today = local.startOf('day').set({ hour, minute });
			return today > local ? today : today.plus({ days: 1 });
		}
		// On the grid of its own length where an hour holds it, so that people find it again on a clock.
		const step = unit === 'minute' && 60 % size !== 0 ? 1 : size;
		return local.startOf('hour').plus({ minutes: (Math.floor(local.minute / step) + 1) * step });
	}
	const at = { hour: hour ?? 9, minute };
	let day = (starting ?? local).startOf('day').set(at);
	if (starting === null && day <= local) day = day.plus({ days: 1 });
	if (unit === 'week' && weekday > 0) return day.plus({ days: (weekday - day.weekday + 7) % 7 });
	if (unit === 'month' && monthDay > 0) {
		for (let month = day.startOf('month'); ; month = month.plus({ months: 1 })) {
			const on = month.set({ day: monthDay, ...at });
			if (on.day === monthDay && on.month === month.month && on >= day) return on;
		}
	}
	return day;
}

const written = (local: DateTime): string => local.toFormat("yyyy-MM-dd'T'HH:mm");

/** The last opening before `local`, in months on the same day of the month: else the rhythm would be another. */
function lastOpening(first: DateTime, local: DateTime, { unit, count }: Reading): DateTime {
	if (unit === 'minute' || unit === 'hour') {
		const ms = count * (unit === 'minute' ? 60_000 : 3_600_000);
		return first.minus(Math.max(1, Math.ceil((first.toMillis() - local.toMillis()) / ms)) * ms);
	}
	for (let back = 1; ; back += 1) {
		const before = first.minus({ [`${unit}s`]: count * back });
		if (before <= local && before.day === (unit === 'month' ? first.day : before.day)) return before;
	}
}

/**
 * Reads a rhythm in words, e.g. `every 2 days at 9:00 New York`, `every other Monday at 8:30 London`, `monthly on the 1st at
 * noon Berlin`, `every 6 hours`, each with `starting 2026-11-02` if wanted. Days, weeks and months without a time of day are
 * at 9:00. The first slot is the first such moment after `now`.
 *
 * @param zone IANA zone where the words name none
 * @throws `rhythm-unreadable`, which names the part that was not understood; nothing is guessed
 */
export function readRhythm(text: string, now: Instant, zone?: string): Rhythm {
	const value = text.trim().replace(/\s+/g, ' ');
	const refuse: Refuse = (problem) => gateError('rhythm-unreadable', { value: value.slice(0, 200), problem });
	const reading: Reading = {
		rest: value.toLowerCase().replaceAll(',', ' ').replace(/\s+/g, ' ').trim(),
		count: 1,
		unit: 'day',
		weekday: 0,
		monthDay: 0,
		hour: null,
		minute: 0,
		starting: null,
	};
	readInterval(reading, refuse);
	while (readDay(reading, refuse) || readStart(reading, refuse) || readTime(reading, refuse));
	let zoneWords = reading.rest.replace(/^in /, '');
	const late = /^(.*?)\s*\b((?:from|starting|beginning) .*)$/.exec(zoneWords);
	if (late) {
		reading.rest = late[2] ?? '';
		if (!readStart(reading, refuse) || reading.rest !== '') throw refuse(`'${late[2]}' names no date`);
		zoneWords = late[1] ?? '';
	}
	const timeZone = zoneWords === '' ? (zone ?? null) : zoneCalled(zoneWords);
	if (timeZone === null)
		throw refuse(
			zoneWords === '' ? 'it names no time zone' : `'${zoneWords}' is no time zone or city of one`,
		);
	const local = DateTime.fromMillis(now, { zone: timeZone }).setZone('utc', { keepLocalTime: true });
	const first = firstOpening(reading, local);
	const every = durationOf(reading);
	const fromFirst = { every, anchor: written(first), timeZone };
	const cadence = { every, anchor: written(lastOpening(first, local, reading)), timeZone };
	return { cadence, fromFirst, firstOpensAt: parseCadence(fromFirst).anchorAt };
}

/** The openings after an instant, as local time of the rhythm's zone. */
function openings(cadence: Cadence, after: Instant, count: number): readonly DateTime[] {
	const parsed = parseCadence(cadence);
	const found: DateTime[] = [];
	for (let at = after; found.length < count;) {
		const { opensAt } = nextSlot(parsed, at);
		found.push(DateTime.fromMillis(opensAt, { zone: cadence.timeZone, locale: 'en' }));
		at = opensAt;
	}
	return found;
}

/**
 * The openings after an instant in words, e.g. `Wed 2 Dec 2026, 09:00 New York`. @throws what a cadence throws
 */
export const nextSlots = (cadence: Cadence, after: Instant, count: number): readonly string[] =>
	openings(cadence, after, count).map(
		(local) => `${local.toFormat('ccc d LLL yyyy, HH:mm')} ${zoneInWords(cadence.timeZone)}`,
	);

/** The same where there is little room, e.g. `Wed 2 Dec 09:00`. @throws what a cadence throws */
export const nextOpenings = (cadence: Cadence, after: Instant, count: number): readonly string[] =>
	openings(cadence, after, count).map((local) => local.toFormat('ccc d LLL HH:mm'));
