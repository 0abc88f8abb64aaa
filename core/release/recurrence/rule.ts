import { DAY, localTime, MINUTE, type LocalTime } from './zone';
import type { Instant } from '../../delivery/types';

/** A day of the week, Monday 0 to Sunday 6, and which of its kind; `nth` 0 means each. */
export interface WeekdayRule {
	readonly weekday: number;
	readonly nth: number;
}

/** A recurrence rule (RFC 5545, section 3.3.10) that was read whole and can be evaluated exactly. */
export interface RecurrenceRule {
	readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
	readonly interval: number;
	readonly count: number | null;
	readonly until: { readonly local: LocalTime } | { readonly at: Instant } | null;
	/** First day of the week, Monday 0. */
	readonly weekStart: number;
	/** Empty: any. */
	readonly months: readonly number[];
	readonly weeks: readonly number[];
	readonly yearDays: readonly number[];
	readonly monthDays: readonly number[];
	readonly weekdays: readonly WeekdayRule[];
	/** Times of day in milliseconds, ascending, at least one. */
	readonly times: readonly number[];
	readonly positions: readonly number[];
}

/** Most starts on one day: what opens more often is not a window. */
const MOST_A_DAY = 24;
/** What recurs more often is counted from its start at every look; UNTIL is not. */
const MOST_COUNT = 1000;

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const PARTS = [
	...['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYMONTH', 'BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY'],
	...['BYDAY', 'BYHOUR', 'BYMINUTE', 'BYSECOND', 'BYSETPOS'],
];

type Parts = ReadonlyMap<string, string>;

/** `NAME=VALUE` parts, each known and given once. */
function partsOf(text: string): Parts {
	const parts = new Map<string, string>();
	for (const part of text.toUpperCase().split(';')) {
		const [, name = '', value = ''] = /^([A-Z-]+)=(\S+)$/.exec(part) ?? [];
		if (name === '')
			throw new RangeError(
				`“${part.slice(0, 60)}” is no part of a rule; parts are NAME=VALUE with semicolons between`,
			);
		if (!PARTS.includes(name)) throw new RangeError(`${name} is no part of a rule`);
		if (parts.has(name)) throw new RangeError(`${name} is given twice`);
		parts.set(name, value);
	}
	return parts;
}

interface Bounds {
	readonly from: number;
	readonly to: number;
	/** Whether -1 means the last, and 0 is nothing. */
	readonly signed?: true;
}

function numbers(parts: Parts, name: string, { from, to, signed }: Bounds): readonly number[] {
	const text = parts.get(name);
	if (text === undefined) return [];
	const found = text.split(',').map((entry) => {
		const value = (signed ? /^[+-]?\d{1,3}$/ : /^\d{1,2}$/).test(entry) ? Number(entry) : NaN;
		const size = signed ? Math.abs(value) : value;
		if (!(size >= from && size <= to))
			throw new RangeError(
				`${name}=${text.slice(0, 60)}: ${entry} is not ${signed ? '±' : ''}${from} to ${to}`,
			);
		return value;
	});
	return [...new Set(found)].sort((a, b) => a - b);
}

function whole(parts: Parts, name: string, most: number): number | null {
	const text = parts.get(name);
	if (text === undefined) return null;
	const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
	if (!(value >= 1 && value <= most))
		throw new RangeError(`${name}=${text.slice(0, 60)} is not 1 to ${most}`);
	return value;
}

function weekdaysOf(parts: Parts): readonly WeekdayRule[] {
	const text = parts.get('BYDAY');
	if (text === undefined) return [];
	return text.split(',').map((entry) => {
		const [, nth, name = ''] = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(entry) ?? [];
		const which = nth === undefined ? 0 : Number(nth);
		if (name === '' || Math.abs(which) > 53 || (nth !== undefined && which === 0))
			throw new RangeError(`BYDAY=${text.slice(0, 60)}: ${entry} is no day of the week`);
		return { weekday: WEEKDAYS.indexOf(name), nth: which };
	});
}

function untilOf(parts: Parts, allDay: boolean): RecurrenceRule['until'] {
	const text = parts.get('UNTIL');
	if (text === undefined) return null;
	const utc = text.endsWith('Z');
	const value = localTime(utc ? text.slice(0, -1) : text);
	const hasTime = text.includes('T');
	if (value === null || (!hasTime && (utc || !allDay)))
		throw new RangeError(
			`UNTIL=${text.slice(0, 60)} is no time such as 20261231T235959 (local) or 20261231T235959Z (UTC)`,
		);
	return utc ? { at: value } : { local: value };
}

/** The combinations RFC 5545 forbids, and those that programs read differently, each by its name. */
function refuse(parts: Parts, freq: string, weekdays: readonly WeekdayRule[], interval: number): void {
	const no = (condition: boolean, why: string): void => {
		if (condition) throw new RangeError(why);
	};
	const has = (name: string): boolean => parts.has(name);
	no(has('COUNT') && has('UNTIL'), 'COUNT and UNTIL exclude each other');
	no(has('BYSECOND') && parts.get('BYSECOND') !== '0', 'BYSECOND: windows begin on a minute');
	no(has('BYWEEKNO') && freq !== 'YEARLY', `BYWEEKNO does not go with FREQ=${freq}`);
	no(has('BYWEEKNO') && !has('BYDAY'), 'BYWEEKNO without BYDAY: programs disagree on the day of the week');
	no(
		has('BYWEEKNO') && (interval > 1 || has('BYSETPOS')),
		'BYWEEKNO with INTERVAL or BYSETPOS: programs disagree on the weeks at the turn of a year',
	);
	no(
		has('BYYEARDAY') && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(freq),
		`BYYEARDAY does not go with FREQ=${freq}`,
	);
	no(has('BYMONTHDAY') && freq === 'WEEKLY', 'BYMONTHDAY does not go with FREQ=WEEKLY');
	const ordinal = weekdays.some(({ nth }) => nth !== 0);
	no(ordinal && !['MONTHLY', 'YEARLY'].includes(freq), `BYDAY with a number does not go with FREQ=${freq}`);
	no(ordinal && has('BYWEEKNO'), 'BYDAY with a number does not go with BYWEEKNO');
	const within = freq === 'MONTHLY' || has('BYMONTH') ? 5 : 53;
	no(
		ordinal && weekdays.some(({ nth }) => Math.abs(nth) > within),
		`BYDAY=${parts.get('BYDAY')}: no month has a sixth one`,
	);
	no(
		has('BYSETPOS') && ![...parts.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS'),
		'BYSETPOS needs another BY part',
	);
	no(has('BYSETPOS') && freq === 'HOURLY', 'BYSETPOS does not go with FREQ=HOURLY here');
}

/** Times of day, in milliseconds; `step` hours apart for an hourly rule. */
function timesOf(parts: Parts, startTime: number, step: number | null): readonly number[] {
	const hours = numbers(parts, 'BYHOUR', { from: 0, to: 23 });
	const minutes = numbers(parts, 'BYMINUTE', { from: 0, to: 59 });
	const startHour = Math.floor(startTime / (60 * MINUTE));
	const everyHour = Array.from({ length: 24 }, (_, hour) => hour);
	const chosen =
		step === null
			? hours.length > 0
				? hours
				: [startHour]
			: everyHour.filter(
					(hour) => (hour - startHour) % step === 0 && (hours.length === 0 || hours.includes(hour)),
				);
	const within = minutes.length > 0 ? minutes : [Math.floor(startTime / MINUTE) % 60];
	const times = chosen.flatMap((hour) => within.map((minute) => (hour * 60 + minute) * MINUTE));
	if (times.length > MOST_A_DAY)
		throw new RangeError(`the rule begins ${times.length} times a day, more than ${MOST_A_DAY}`);
	return times;
}

/**
 * Reads a rule against its start. Everything that RFC 5545 forbids, that programs read differently or that is no
 * window (a start each minute) is refused by the name of the part. An hourly rule whose interval divides the day is
 * the daily rule of its hours.
 *
 * @param start first local time the rule may begin at; gives what the rule leaves open: time of day, weekday, day
 * @param allDay whether the start is a date, so that UNTIL may be one
 * @throws RangeError naming the part
 */
export function readRule(text: string, start: LocalTime, allDay = false): RecurrenceRule {
	const parts = partsOf(text);
	const freq = parts.get('FREQ') ?? '';
	if (freq === 'MINUTELY' || freq === 'SECONDLY')
		throw new RangeError(
			`FREQ=${freq}: a window may begin at most ${MOST_A_DAY} times a day; use FREQ=DAILY with BYHOUR`,
		);
	if (freq !== 'HOURLY' && freq !== 'DAILY' && freq !== 'WEEKLY' && freq !== 'MONTHLY' && freq !== 'YEARLY')
		throw new RangeError(freq === '' ? 'FREQ is missing' : `FREQ=${freq} does not exist`);
	const interval = whole(parts, 'INTERVAL', 1000) ?? 1;
	if (freq === 'HOURLY' && 24 % interval !== 0)
		throw new RangeError(
			`INTERVAL=${interval} does not divide a day of hours; list them with FREQ=DAILY and BYHOUR`,
		);
	const weekdays = weekdaysOf(parts);
	refuse(parts, freq, weekdays, interval);
	const date = new Date(start);
	const months = numbers(parts, 'BYMONTH', { from: 1, to: 12 });
	const weeks = numbers(parts, 'BYWEEKNO', { from: 1, to: 53, signed: true });
	const yearDays = numbers(parts, 'BYYEARDAY', { from: 1, to: 366, signed: true });
	const monthDays = numbers(parts, 'BYMONTHDAY', { from: 1, to: 31, signed: true });
	const open = weekdays.length + weeks.length + yearDays.length + monthDays.length === 0;
	const byDate = open && (freq === 'MONTHLY' || freq === 'YEARLY');
	const wkst = parts.get('WKST') ?? 'MO';
	if (!WEEKDAYS.includes(wkst)) throw new RangeError(`WKST=${wkst} is no day of the week`);
	return {
		freq: freq === 'HOURLY' ? 'DAILY' : freq,
		interval: freq === 'HOURLY' ? 1 : interval,
		count: whole(parts, 'COUNT', MOST_COUNT),
		until: untilOf(parts, allDay),
		weekStart: WEEKDAYS.indexOf(wkst),
		months: open && freq === 'YEARLY' && months.length === 0 ? [date.getUTCMonth() + 1] : months,
		weeks,
		yearDays,
		monthDays: byDate ? [date.getUTCDate()] : monthDays,
		weekdays: open && freq === 'WEEKLY' ? [{ weekday: (date.getUTCDay() + 6) % 7, nth: 0 }] : weekdays,
		times: timesOf(parts, ((start % DAY) + DAY) % DAY, freq === 'HOURLY' ? interval : null),
		positions: numbers(parts, 'BYSETPOS', { from: 1, to: 366, signed: true }),
	};
}
