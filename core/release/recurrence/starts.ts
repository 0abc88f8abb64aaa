import type { RecurrenceRule } from './rule';
import { DAY, type LocalTime, type Placer } from './zone';

/** The calendar's view of a day, counted from 1970-01-01. */
interface Day {
	readonly number: number;
	readonly year: number;
	/** 1 to 12. */
	readonly month: number;
	readonly date: number;
	/** Monday 0. */
	readonly weekday: number;
}

const dayNumber = (year: number, month: number, date: number): number =>
	Date.UTC(year, month - 1, date) / DAY;

function dayOf(number: number): Day {
	const at = new Date(number * DAY);
	const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
	return { number, year, month, date, weekday: (((number + 3) % 7) + 7) % 7 };
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const monthLengthOf = ({ year, month }: Day): number =>
	month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] as number);
const yearLengthOf = ({ year }: Day): number => (isLeap(year) ? 366 : 365);

/** The day after, without asking the calendar again: years are walked day by day. */
function after(day: Day): Day {
	const last = day.date === monthLengthOf(day);
	return {
		number: day.number + 1,
		year: last && day.month === 12 ? day.year + 1 : day.year,
		month: last ? (day.month % 12) + 1 : day.month,
		date: last ? 1 : day.date + 1,
		weekday: (day.weekday + 1) % 7,
	};
}

/** Number of the week a day lies in, and how many weeks its week-year has: week 1 is the first with four days. */
function weekOf(day: Day, weekStart: number): { readonly week: number; readonly of: number } {
	const fourth = day.number - ((day.weekday - weekStart + 7) % 7) + 3;
	const { year } = dayOf(fourth);
	const first = dayNumber(year, 1, 1);
	const next = dayNumber(year + 1, 1, 1);
	const last = next - 1 - ((next - 1 - fourth) % 7);
	return { week: Math.floor((fourth - first) / 7) + 1, of: Math.floor((last - first) / 7) + 1 };
}

const listed = (list: readonly number[], value: number, size: number): boolean =>
	list.length === 0 || list.includes(value) || list.includes(value - size - 1);

/** Whether a day is one the rule names, looked at inside its year, month or week. */
function names(rule: RecurrenceRule, day: Day): boolean {
	const { months, monthDays, yearDays, weeks, weekdays } = rule;
	if (months.length > 0 && !months.includes(day.month)) return false;
	if (weekdays.length > 0 && !weekdays.some(({ weekday }) => weekday === day.weekday)) return false;
	if (!listed(monthDays, day.date, monthLengthOf(day))) return false;
	const inYearBefore = (): number => day.number - dayNumber(day.year, 1, 1);
	if (yearDays.length > 0 && !listed(yearDays, inYearBefore() + 1, yearLengthOf(day))) return false;
	if (weeks.length > 0) {
		const { week, of } = weekOf(day, rule.weekStart);
		if (!listed(weeks, week, of)) return false;
	}
	if (weekdays.length === 0) return true;
	const inYear = rule.freq === 'YEARLY' && months.length === 0;
	return weekdays.some(({ weekday, nth }) => {
		if (weekday !== day.weekday) return false;
		if (nth === 0) return true;
		const at = inYear ? inYearBefore() : day.date - 1;
		if (nth > 0) return Math.floor(at / 7) + 1 === nth;
		const length = inYear ? yearLengthOf(day) : monthLengthOf(day);
		return Math.floor((length - 1 - at) / 7) + 1 === -nth;
	});
}

/** First day of the period with this index, counted in periods of the rule's frequency. */
function periodStart(rule: RecurrenceRule, index: number): number {
	switch (rule.freq) {
		case 'DAILY':
			return index;
		case 'WEEKLY':
			return index * 7 + rule.weekStart - 3;
		case 'MONTHLY':
			return dayNumber(1970 + Math.floor(index / 12), (((index % 12) + 12) % 12) + 1, 1);
		case 'YEARLY':
			return dayNumber(1970 + index, 1, 1);
	}
}

/** Index of the period a day lies in. */
function periodOf(rule: RecurrenceRule, number: number): number {
	const { year, month } = dayOf(number);
	switch (rule.freq) {
		case 'DAILY':
			return number;
		case 'WEEKLY':
			return Math.floor((number + 3 - rule.weekStart) / 7);
		case 'MONTHLY':
			return (year - 1970) * 12 + month - 1;
		case 'YEARLY':
			return year - 1970;
	}
}

/** Days of one period that may be among a rule's: all of them, or where it counts days of a year only those it counts. */
function daysIn(rule: RecurrenceRule, index: number): readonly Day[] {
	const begin = periodStart(rule, index);
	const end = periodStart(rule, index + 1);
	if (rule.freq === 'YEARLY' && rule.yearDays.length > 0) {
		const counted = rule.yearDays.map((nth) => (nth > 0 ? begin + nth - 1 : end + nth));
		const within = new Set(counted.filter((number) => number >= begin && number < end));
		return [...within].sort((a, b) => a - b).map(dayOf);
	}
	const days: Day[] = [];
	for (let day = dayOf(begin); day.number < end; day = after(day)) days.push(day);
	return days;
}

/** Local starts of one period, ascending: its days, their times, and of these the positions the rule asks for. */
function startsIn(rule: RecurrenceRule, index: number): readonly LocalTime[] {
	const found = daysIn(rule, index)
		.filter((day) => names(rule, day))
		.flatMap((day) => rule.times.map((time) => day.number * DAY + time));
	if (rule.positions.length === 0) return found;
	return found.filter((_, at) => listed(rule.positions, at + 1, found.length));
}

/**
 * Local starts of a rule from `from` (included) to `to` (excluded), ascending. Costs follow the periods looked at:
 * those of the stretch, or for a rule with COUNT those since its start.
 */
export function* startsOf(
	rule: RecurrenceRule,
	start: LocalTime,
	{ place }: Placer,
	from: LocalTime,
	to: LocalTime,
): Generator<LocalTime> {
	const first = periodOf(rule, Math.floor(start / DAY));
	const lookFrom = rule.count === null ? Math.max(start, from) : start;
	const skipped = Math.floor((periodOf(rule, Math.floor(lookFrom / DAY)) - first) / rule.interval);
	const last = periodOf(rule, Math.floor(to / DAY));
	let seen = 0;
	for (let index = first + Math.max(0, skipped) * rule.interval; index <= last; index += rule.interval) {
		for (const local of startsIn(rule, index)) {
			if (local < start) continue;
			// Not the end: a start moved out of a skipped hour may pass the limit while a later one does not.
			if (rule.until && ('at' in rule.until ? place(local) > rule.until.at : local > rule.until.local))
				continue;
			seen += 1;
			if (rule.count !== null && seen > rule.count) return;
			if (local >= to) return;
			if (local >= from) yield local;
		}
	}
}
