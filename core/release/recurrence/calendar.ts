import {
	contentLine,
	momentsOf,
	readEvent,
	type ContentLine,
	type Moment,
	type RecurringEvent,
} from './event';
import { startsOf } from './starts';
import { DAY, lengthOf, type Length, type Placer } from './zone';

const MOST_EVENTS = 500;

/** Lines of a text with folded ones joined again (RFC 5545, section 3.1). */
const unfold = (text: string): readonly string[] =>
	text
		.replace(/\r?\n[ \t]/g, '')
		.split(/\r?\n/)
		.filter((line) => line.trim() !== '');

/** The lines of each VEVENT, without those of parts inside it such as alarms. */
function eventsIn(text: string): readonly (readonly ContentLine[])[] {
	const events: ContentLine[][] = [];
	const open: string[] = [];
	for (const raw of unfold(text)) {
		const line = contentLine(raw);
		const value = line.value.trim().toUpperCase();
		if (line.name === 'BEGIN') {
			open.push(value);
			if (value === 'VEVENT') events.push([]);
		} else if (line.name === 'END') {
			if (open.pop() !== value) throw new RangeError(`END:${value.slice(0, 30)} closes nothing`);
		} else if (open.at(-1) === 'VEVENT') events.at(-1)?.push(line);
	}
	if (open.length > 0)
		throw new RangeError(`${open.at(-1)?.slice(0, 30)} is not closed: the text is cut off`);
	return events;
}

const only = (lines: readonly ContentLine[], name: string): ContentLine | undefined => {
	const found = lines.filter((line) => line.name === name);
	if (found.length > 1) throw new RangeError(`${name} is given twice in one event`);
	return found[0];
};

const momentIn = (line: ContentLine, home: Placer): Moment => {
	const [moment, second] = momentsOf(line, home);
	if (!moment || second) throw new RangeError(`${line.name} is one time`);
	return moment;
};

/** DURATION is nominal, the distance to DTEND exact (RFC 5545, section 3.8.5.3); whole days of a date are days. */
function lengthIn(lines: readonly ContentLine[], start: Moment, home: Placer): Length {
	const [duration, end] = [only(lines, 'DURATION'), only(lines, 'DTEND')];
	if (duration && end) throw new RangeError('DTEND and DURATION exclude each other');
	if (duration) return lengthOf(duration.value.trim().toUpperCase());
	if (!end) {
		if (start.isDate) return { days: 1, ms: 0 };
		throw new RangeError('an event without DTEND or DURATION has no length');
	}
	const until = momentIn(end, home);
	if (until.isDate !== start.isDate) throw new RangeError('DTSTART and DTEND are of two kinds');
	const length = start.isDate
		? { days: (until.local - start.local) / DAY, ms: 0 }
		: { days: 0, ms: until.placer.place(until.local) - start.placer.place(start.local) };
	const total = length.days * DAY + length.ms;
	if (!(total > 0 && total <= 366 * DAY))
		throw new RangeError('DTEND does not lie within 366 days after DTSTART');
	return length;
}

/** Makes an error say which event it is about. */
function inEvent<T>(lines: readonly ContentLine[], read: () => T): T {
	try {
		return read();
	} catch (cause) {
		const name = lines.find((line) => line.name === 'SUMMARY')?.value.slice(0, 60) ?? 'without a name';
		throw new RangeError(`event ${name}: ${cause instanceof Error ? cause.message : 'unreadable'}`);
	}
}

const uidOf = (lines: readonly ContentLine[]): string =>
	lines.find(({ name }) => name === 'UID')?.value ?? '';

function eventOf(lines: readonly ContentLine[], moved: readonly ContentLine[], home: Placer): RecurringEvent {
	const starts = only(lines, 'DTSTART');
	if (!starts) throw new RangeError('DTSTART is missing');
	const start = momentIn(starts, home);
	if (only(lines, 'EXRULE')) throw new RangeError('EXRULE is not supported');
	const recurring = lines.filter(({ name }) => ['RRULE', 'RDATE', 'EXDATE'].includes(name));
	const event = readEvent(start, lengthIn(lines, start, home), [...recurring, ...moved]);
	const begins = ({ start: local, placer, rules }: RecurringEvent): boolean =>
		rules.some((rule) => startsOf(rule, local, placer, local, local + 1).next().value === local);
	if (event.rules.length > 0 && !begins(event))
		throw new RangeError('DTSTART is no start of its RRULE, and programs disagree on what that means');
	return event;
}

/**
 * Reads the events of an iCalendar text, as a calendar exports it. Cancelled events are left out; a moved instance
 * (RECURRENCE-ID) takes the place of the one it names. Zones are IANA names; VTIMEZONE parts are not looked at.
 *
 * @param home zone of times that name none
 * @throws RangeError naming the event and the part that cannot be evaluated exactly
 */
export function readCalendar(text: string, home: Placer): readonly RecurringEvent[] {
	const events = eventsIn(text);
	if (events.length === 0) throw new RangeError('the calendar has no VEVENT');
	if (events.length > MOST_EVENTS) throw new RangeError(`the calendar has more than ${MOST_EVENTS} events`);
	const moves = events.flatMap((lines) =>
		lines
			.filter(({ name }) => name === 'RECURRENCE-ID')
			.map((line) => ({ uid: uidOf(lines), line: { ...line, name: 'EXDATE' } })),
	);
	return events.flatMap((lines) =>
		inEvent(lines, () => {
			const instance = lines.find(({ name }) => name === 'RECURRENCE-ID');
			if (instance?.parameters.has('RANGE'))
				throw new RangeError('RECURRENCE-ID with RANGE is not supported');
			if (instance && lines.some(({ name }) => name === 'RRULE'))
				throw new RangeError('a moved instance has a rule of its own');
			const status = lines
				.find(({ name }) => name === 'STATUS')
				?.value.trim()
				.toUpperCase();
			if (status === 'CANCELLED') return [];
			const mine = instance ? [] : moves.filter(({ uid }) => uid === uidOf(lines)).map(({ line }) => line);
			return [eventOf(lines, mine, home)];
		}),
	);
}
