import type { Clock } from './clocks';

/**
 * Recurrence by its definition (RFC 5545, section 3.3.10), asked of one minute at a time: does a rule start here? It
 * shares nothing with the rules it judges and is slow on purpose.
 */
export interface OracleRule {
	readonly freq: 'HOURLY' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
	readonly interval: number;
	readonly count?: number;
	/** Local minute, or minute of UTC. */
	readonly until?: { readonly local: number } | { readonly utc: number };
	readonly wkst: string;
	readonly byMonth?: readonly number[];
	readonly byWeekNo?: readonly number[];
	readonly byYearDay?: readonly number[];
	readonly byMonthDay?: readonly number[];
	/** `MO`, `-1FR`. */
	readonly byDay?: readonly string[];
	readonly byHour?: readonly number[];
	readonly byMinute?: readonly number[];
	readonly bySetPos?: readonly number[];
}

const NAMES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const HOUR = 60;
const DAY = 1440;
const dateOf = (minute: number): Date => new Date(minute * 60_000);
const minuteOf = (year: number, month: number, date: number): number => Date.UTC(year, month, date) / 60_000;
const floorDay = (minute: number): number => Math.floor(minute / DAY) * DAY;

/** Monday-or-whatever of the week a day lies in, found by walking back. */
function weekBegin(day: number, wkst: string): number {
	let at = day;
	while (NAMES[dateOf(at).getUTCDay()] !== wkst) at -= DAY;
	return at;
}

/** First week of a year: the first that has four of its days in the year. */
function weekOne(year: number, wkst: string): number {
	let begin = weekBegin(minuteOf(year, 0, 1), wkst);
	const inside = Array.from({ length: 7 }, (_, at) => dateOf(begin + at * DAY).getUTCFullYear()).filter(
		(one) => one === year,
	).length;
	if (inside < 4) begin += 7 * DAY;
	return begin;
}

/** The number of a day's week from the front, and from the back. */
function weekNumbers(day: number, wkst: string): readonly [number, number] {
	const begin = weekBegin(day, wkst);
	const year = [1, 0, -1]
		.map((more) => dateOf(day).getUTCFullYear() + more)
		.find((one) => weekOne(one, wkst) <= begin) as number;
	const front = (begin - weekOne(year, wkst)) / (7 * DAY) + 1;
	const weeks = (weekOne(year + 1, wkst) - weekOne(year, wkst)) / (7 * DAY);
	return [front, front - weeks - 1];
}

/** Which of its weekday a day is among the days from begin to end, from the front and from the back. */
function which(day: number, begin: number, end: number): readonly [number, number] {
	let [front, back] = [0, 0];
	for (let at = begin; at < end; at += DAY)
		if (dateOf(at).getUTCDay() === dateOf(day).getUTCDay()) {
			if (at <= day) front += 1;
			if (at >= day) back -= 1;
		}
	return [front, back];
}

function dayMatches(rule: OracleRule, start: number, day: number): boolean {
	const date = dateOf(day);
	const first = dateOf(start);
	const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
	const monthBegin = minuteOf(year, month, 1);
	const monthEnd = minuteOf(year, month + 1, 1);
	const yearBegin = minuteOf(year, 0, 1);
	const yearEnd = minuteOf(year + 1, 0, 1);
	const has = (list: readonly number[] | undefined, ...values: number[]): boolean =>
		list === undefined || values.some((value) => list.includes(value));
	if (!has(rule.byMonth, month + 1)) return false;
	if (!has(rule.byMonthDay, date.getUTCDate(), (day - monthEnd) / DAY)) return false;
	if (!has(rule.byYearDay, (day - yearBegin) / DAY + 1, (day - yearEnd) / DAY)) return false;
	if (rule.byWeekNo && !has(rule.byWeekNo, ...weekNumbers(day, rule.wkst))) return false;
	if (rule.byDay) {
		const inYear = rule.freq === 'YEARLY' && !rule.byMonth;
		const name = NAMES[date.getUTCDay()] ?? '';
		const places = which(day, inYear ? yearBegin : monthBegin, inYear ? yearEnd : monthEnd);
		const fits = rule.byDay.some(
			(entry) => entry.endsWith(name) && (entry === name || places.includes(Number(entry.slice(0, -2)))),
		);
		if (!fits) return false;
	}
	// What the rule leaves open comes from the start.
	const open = !rule.byDay && !rule.byMonthDay && !rule.byYearDay && !rule.byWeekNo;
	if (!open || rule.freq === 'DAILY' || rule.freq === 'HOURLY') return true;
	if (rule.freq === 'WEEKLY') return date.getUTCDay() === first.getUTCDay();
	if (date.getUTCDate() !== first.getUTCDate()) return false;
	return rule.freq === 'MONTHLY' || rule.byMonth !== undefined || month === first.getUTCMonth();
}

/** Where the period of a local minute begins and ends. */
function periodOf(rule: OracleRule, local: number): readonly [number, number] {
	const date = dateOf(local);
	const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
	const day = floorDay(local);
	switch (rule.freq) {
		case 'HOURLY':
			return [Math.floor(local / HOUR) * HOUR, Math.floor(local / HOUR) * HOUR + HOUR];
		case 'DAILY':
			return [day, day + DAY];
		case 'WEEKLY':
			return [weekBegin(day, rule.wkst), weekBegin(day, rule.wkst) + 7 * DAY];
		case 'MONTHLY':
			return [minuteOf(year, month, 1), minuteOf(year, month + 1, 1)];
		case 'YEARLY':
			return [minuteOf(year, 0, 1), minuteOf(year + 1, 0, 1)];
	}
}

/** How many periods lie between two, counted one by one where they are not all alike. */
function periodsBetween(rule: OracleRule, start: number, local: number): number {
	const [a, b] = [periodOf(rule, start)[0], periodOf(rule, local)[0]];
	const [from, to] = [dateOf(a), dateOf(b)];
	const years = to.getUTCFullYear() - from.getUTCFullYear();
	switch (rule.freq) {
		case 'HOURLY':
			return (b - a) / HOUR;
		case 'DAILY':
			return (b - a) / DAY;
		case 'WEEKLY':
			return (b - a) / (7 * DAY);
		case 'MONTHLY':
			return years * 12 + to.getUTCMonth() - from.getUTCMonth();
		case 'YEARLY':
			return years;
	}
}

function timeMatches(rule: OracleRule, start: number, local: number): boolean {
	const [hour, minute] = [
		Math.floor((local - floorDay(local)) / HOUR),
		local - Math.floor(local / HOUR) * HOUR,
	];
	const startHour = Math.floor((start - floorDay(start)) / HOUR);
	const hours = rule.byHour ?? (rule.freq === 'HOURLY' ? null : [startHour]);
	const minutes = rule.byMinute ?? [start - Math.floor(start / HOUR) * HOUR];
	return (hours === null || hours.includes(hour)) && minutes.includes(minute);
}

/**
 * Whether the rule, its count and limit aside, starts at a local minute. `known` keeps the starts of periods that were
 * looked through; `plain` leaves out positions and the start.
 */
function matches(
	rule: OracleRule,
	start: number,
	local: number,
	known: Map<number, number[]>,
	plain = false,
): boolean {
	if (!timeMatches(rule, start, local)) return false;
	if (!plain && local < start) return false;
	if (periodsBetween(rule, start, local) % rule.interval !== 0) return false;
	if (!dayMatches(rule, start, floorDay(local))) return false;
	if (plain || !rule.bySetPos) return true;
	const [begin, end] = periodOf(rule, local);
	const all = known.get(begin) ?? [];
	if (!known.has(begin)) {
		for (let at = begin; at < end; at += 1) if (matches(rule, start, at, known, true)) all.push(at);
		known.set(begin, all);
	}
	const at = all.indexOf(local);
	return rule.bySetPos.some((position) => (position > 0 ? position - 1 : all.length + position) === at);
}

/** Local minutes from `from` to `to` at which the rule starts. */
export function oracleStarts(
	rule: OracleRule,
	start: number,
	from: number,
	to: number,
	toUtc: (local: number) => number | null,
): readonly number[] {
	let left = rule.count ?? Infinity;
	const found: number[] = [];
	const known = new Map<number, number[]>();
	for (let local = rule.count === undefined ? Math.max(from, start) : start; local < to; local += 1) {
		if (!matches(rule, start, local, known)) continue;
		left -= 1;
		if (left < 0) break;
		if (local < from) continue;
		if (rule.until && 'local' in rule.until && local > rule.until.local) continue;
		if (rule.until && 'utc' in rule.until && (toUtc(local) ?? Infinity) > rule.until.utc) continue;
		found.push(local);
	}
	return found;
}

/** A start that stands by itself: a local minute, or one of UTC. */
export type OracleMoment = { readonly local: number } | { readonly utc: number };

/** A window as the oracle sees it, in local minutes. */
export interface OracleWindow {
	readonly start: number;
	readonly rules: readonly OracleRule[];
	readonly added: readonly OracleMoment[];
	readonly excluded: readonly OracleMoment[];
	readonly days: number;
	readonly minutes: number;
}

/** Minutes of the clock's stretch in which the window is open. */
export function oracleOpen(window: OracleWindow, clock: Clock): Uint8Array {
	const open = new Uint8Array(clock.wall.length);
	const [first = 0, last = 0] = [clock.wall[0], clock.wall.at(-1)];
	const whenOf = (moment: OracleMoment): number | null =>
		'utc' in moment ? moment.utc : clock.when(moment.local);
	const ruled = window.rules.flatMap((rule) => oracleStarts(rule, window.start, first, last + 1, clock.when));
	const once = window.rules.length === 0 ? [window.start] : [];
	const excluded = window.excluded.map(whenOf);
	const starts = [...[...once, ...ruled].map((local): OracleMoment => ({ local })), ...window.added];
	for (const moment of starts) {
		const at = whenOf(moment);
		if (at === null || excluded.includes(at)) continue;
		const shown = 'utc' in moment ? clock.wall[at - clock.from] : moment.local;
		const end = window.days === 0 ? at : shown === undefined ? null : clock.when(shown + window.days * DAY);
		const until = end === null ? Infinity : end + window.minutes;
		for (let minute = at; minute < until && minute - clock.from < open.length; minute += 1)
			open[minute - clock.from] = 1;
	}
	return open;
}
