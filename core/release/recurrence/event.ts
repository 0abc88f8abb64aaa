import type { Instant } from '../../delivery/types';
import { readRule, type RecurrenceRule } from './rule';
import { startsOf } from './starts';
import { DAY, localTime, placerFor, type Length, type LocalTime, type Placer } from './zone';

/** One recurring stretch of time that was read whole. */
export interface RecurringEvent {
	readonly start: LocalTime;
	readonly placer: Placer;
	readonly length: Length;
	readonly rules: readonly RecurrenceRule[];
	/** Starts besides those of the rules; one in UTC may be the second of a repeated hour. */
	readonly added: readonly { readonly at: Instant; readonly local: LocalTime }[];
	/** Starts that do not happen, as instants: a date of a day-long event is its midnight. */
	readonly excluded: ReadonlySet<Instant>;
}

/** From (included) to (excluded). */
export interface Stretch {
	readonly from: Instant;
	readonly to: Instant;
}

/** One content line of iCalendar: `NAME;PARAM=VALUE:value`. */
export interface ContentLine {
	readonly name: string;
	readonly parameters: ReadonlyMap<string, string>;
	readonly value: string;
}

const LINE = /^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^":;]*))*):(.*)$/i;

/** @throws RangeError with the beginning of the line */
export function contentLine(text: string): ContentLine {
	const [, name = '', parameters = '', value = ''] = LINE.exec(text) ?? [];
	if (name === '') throw new RangeError(`“${text.slice(0, 60)}” is no line of iCalendar`);
	const pairs = parameters.matchAll(/;([A-Z0-9-]+)=(?:"([^"]*)"|([^;]*))/gi);
	return {
		name: name.toUpperCase(),
		parameters: new Map(
			[...pairs].map(([, key = '', quoted, plain = '']) => [key.toUpperCase(), quoted ?? plain]),
		),
		value,
	};
}

/** A moment as iCalendar writes it: local, in a named zone, in UTC, or a date. */
export interface Moment {
	readonly local: LocalTime;
	readonly placer: Placer;
	readonly isDate: boolean;
}

/**
 * The moments of a DTSTART, DTEND, RDATE or EXDATE line.
 *
 * @param home the zone of times that name none
 * @throws RangeError naming the line
 */
export function momentsOf({ name, parameters, value }: ContentLine, home: Placer): readonly Moment[] {
	const kind = (parameters.get('VALUE') ?? '').toUpperCase();
	if (kind === 'PERIOD') throw new RangeError(`${name} with VALUE=PERIOD is not supported; write its start`);
	const zone = parameters.get('TZID');
	const named = zone === undefined ? home : placerFor(zone);
	return value.split(',').map((entry): Moment => {
		const text = entry.trim();
		const utc = text.endsWith('Z');
		const local = localTime(utc ? text.slice(0, -1) : text);
		const isDate = !text.includes('T');
		if (local === null || (utc && isDate) || (kind === 'DATE' && !isDate))
			throw new RangeError(`${name}: “${text.slice(0, 40)}” is no date or time`);
		return { local, placer: utc ? placerFor('UTC') : named, isDate };
	});
}

/** When a moment is; a date is its midnight at home. */
const instantOf = ({ local, placer, isDate }: Moment, home: Placer): Instant =>
	(isDate ? home : placer).place(local);

const YEARS_AHEAD = 100 * 366 * DAY;
/** Before this a start is a typing error, and counting from it would cost. */
const EARLIEST = Date.UTC(2000, 0, 1);
const MOST_LISTED = 1000;
/** Most stretches of one rule that may be under way at once. */
const MOST_AT_ONCE = 400;

/**
 * Reads the lines that make an event recur: rules, added and excluded starts.
 *
 * @param lines RRULE, RDATE and EXDATE lines
 * @throws RangeError naming what cannot be evaluated exactly, a rule that never happens included
 */
export function readEvent(start: Moment, length: Length, lines: readonly ContentLine[]): RecurringEvent {
	const { local, placer, isDate } = start;
	const recurs = lines.some(({ name }) => name === 'RRULE');
	if (recurs && local < EARLIEST) throw new RangeError('the start of a rule lies before 2000');
	const strange = lines.find(({ name }) => !['RRULE', 'RDATE', 'EXDATE'].includes(name));
	if (strange) throw new RangeError(`${strange.name} is not supported in a rule`);
	const rules = lines
		.filter(({ name }) => name === 'RRULE')
		.map(({ value }) => {
			const rule = readRule(value, local, isDate);
			const ahead = startsOf(rule, local, placer, local, local + YEARS_AHEAD).next();
			if (ahead.done === true) throw new RangeError(`RRULE ${value.slice(0, 80)} never happens`);
			if (rule.times.length * (length.days + length.ms / DAY) > MOST_AT_ONCE)
				throw new RangeError(
					`RRULE ${value.slice(0, 80)}: more than ${MOST_AT_ONCE} of its stretches overlap`,
				);
			return rule;
		});
	const listed = (name: string): readonly Moment[] => {
		const found = lines.filter((line) => line.name === name).flatMap((line) => momentsOf(line, placer));
		if (found.length > MOST_LISTED) throw new RangeError(`more than ${MOST_LISTED} times of ${name}`);
		const other = found.find((moment) => moment.isDate !== isDate);
		if (other)
			throw new RangeError(
				isDate ? `${name}: a day-long event takes dates` : `${name}: a date where a time is needed`,
			);
		return found;
	};
	const added = listed('RDATE').map((moment) => {
		const at = instantOf(moment, placer);
		const sameClock = moment.isDate || moment.placer.name === placer.name;
		return { at, local: sameClock ? moment.local : placer.wall(at) };
	});
	return {
		start: local,
		placer,
		length,
		rules,
		added: [...(rules.length === 0 ? [{ at: placer.place(local), local }] : []), ...added],
		excluded: new Set(listed('EXDATE').map((moment) => instantOf(moment, placer))),
	};
}

/** The stretches of an event that touch [from, to), in order of their start. */
export function stretchesOf(event: RecurringEvent, from: Instant, to: Instant): readonly Stretch[] {
	const { placer, length, start } = event;
	// Two days of margin: a zone's offset at both ends and an hour that is skipped.
	const back = placer.wall(from) - length.days * DAY - length.ms - 2 * DAY;
	const until = placer.wall(to) + 2 * DAY;
	const found = new Map<Instant, Stretch>();
	const add = (at: Instant, local: LocalTime): void => {
		// First the days by the calendar, then the exact time.
		const ends = (length.days === 0 ? at : placer.place(local + length.days * DAY)) + length.ms;
		if (event.excluded.has(at) || ends <= from || at >= to) return;
		const known = found.get(at);
		if (!known || known.to < ends) found.set(at, { from: at, to: ends });
	};
	for (const { at, local } of event.added) add(at, local);
	for (const rule of event.rules)
		for (const local of startsOf(rule, start, placer, back, until)) add(placer.place(local), local);
	return [...found.values()].sort((a, b) => a.from - b.from);
}
