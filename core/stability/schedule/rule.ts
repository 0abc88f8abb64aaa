import { CronTime } from 'cron/dist/time';
import { DateTime, Duration } from 'luxon';
import { z } from 'zod';
import type { Instant } from '../../delivery/types';

/** One interval of n8n's Schedule Trigger as its node keeps it; what is absent has the node's own default. */
export const intervalSchema = z.object({
	field: z.string().optional(),
	expression: z.string().optional(),
	secondsInterval: z.number().optional(),
	minutesInterval: z.number().optional(),
	hoursInterval: z.number().optional(),
	daysInterval: z.number().optional(),
	weeksInterval: z.number().optional(),
	monthsInterval: z.number().optional(),
	triggerAtDay: z.array(z.number()).optional(),
	triggerAtDayOfMonth: z.number().optional(),
	triggerAtHour: z.number().optional(),
	triggerAtMinute: z.number().optional(),
});
export type Interval = Readonly<z.infer<typeof intervalSchema>>;

type Unit = 'minutes' | 'hours' | 'days' | 'weeks' | 'months';

/** When n8n looks, and how many units must have passed since the last run before it runs; every time if absent. */
interface Look {
	readonly cron: string;
	/** The stretch within which n8n chose a moment of its own: the run itself lies in it, and the next one does not. */
	readonly within?: 'minute' | 'hour' | 'day' | 'month';
	readonly every?: { readonly unit: Unit; readonly size: number };
}

/**
 * Where the user left a second, minute, hour or day open n8n takes one of its own, from a hash of ids. The latest it may be
 * is taken here: a run is called late only where every choice would have been earlier.
 */
const LATEST = { second: 59, minute: 59, hour: 23, dayOfMonth: 28 } as const;

/**
 * How n8n turns an interval into looks (n8n-nodes-base 2.40, `Schedule/GenericFunctions`: `withIntervalDefaults`,
 * `toCronExpression`, `intervalToRecurrence`).
 */
function lookOf(interval: Interval): Look {
	const second = LATEST.second;
	const minute = interval.triggerAtMinute ?? LATEST.minute;
	const hour = interval.triggerAtHour ?? LATEST.hour;
	const chosen = (): 'minute' | 'hour' | 'day' =>
		interval.triggerAtHour === undefined && interval.field !== 'hours'
			? 'day'
			: interval.triggerAtMinute === undefined
				? 'hour'
				: 'minute';
	const evenly = (unit: Unit, size: number): Pick<Look, 'every'> =>
		size === 1 ? {} : { every: { unit, size } };
	switch (interval.field) {
		case 'cronExpression':
			return { cron: interval.expression ?? '' };
		case 'seconds':
			return { cron: `*/${interval.secondsInterval ?? 30} * * * * *` };
		case 'minutes': {
			const size = interval.minutesInterval ?? 5;
			if (60 % size === 0) return { cron: `${second} */${size} * * * *`, within: 'minute' };
			return { cron: `${second} * * * * *`, within: 'minute', ...evenly('minutes', size) };
		}
		case 'hours': {
			const size = interval.hoursInterval ?? 1;
			const hours = 24 % size === 0 ? `*/${size}` : '*';
			return { cron: `${second} ${minute} ${hours} * * *`, within: chosen(), ...evenly('hours', size) };
		}
		case 'weeks': {
			const days = interval.triggerAtDay ?? [0];
			const cron = `${second} ${minute} ${hour} * * ${days.length === 0 ? '*' : days.join(',')}`;
			return { cron, within: chosen(), ...evenly('weeks', interval.weeksInterval ?? 1) };
		}
		case 'months': {
			const size = interval.monthsInterval ?? 1;
			const day = interval.triggerAtDayOfMonth ?? LATEST.dayOfMonth;
			const months = 12 % size === 0 ? `*/${size}` : '*';
			const within = interval.triggerAtDayOfMonth === undefined ? 'month' : chosen();
			return { cron: `${second} ${minute} ${hour} ${day} ${months} *`, within, ...evenly('months', size) };
		}
		default:
			return {
				cron: `${second} ${minute} ${hour} * * *`,
				within: chosen(),
				...evenly('days', interval.daysInterval ?? 1),
			};
	}
}

/** Day and week as moment counts them, by which n8n counts: weeks begin on Sunday, week 1 holds January 1. */
function weekOf(at: DateTime): number {
	const start = at.startOf('year');
	const offset = start.weekday % 7;
	const week = Math.floor((at.ordinal - 1 + offset) / 7) + 1;
	const nextStart = at.plus({ years: 1 }).startOf('year');
	return nextStart.diff(at.startOf('day'), 'days').days <= nextStart.weekday % 7 ? 1 : week;
}

/** Whether enough has passed between a run and a look (`recurrenceCheck` of the same file). */
function hasPassed(unit: Unit, size: number, ran: DateTime, at: DateTime): boolean {
	switch (unit) {
		case 'minutes':
			return Math.floor(at.toMillis() / 60_000) - Math.floor(ran.toMillis() / 60_000) >= size;
		case 'hours':
			return (at.hour - ran.hour + 24) % 24 >= size;
		case 'days':
			return (at.ordinal - ran.ordinal + 365) % 365 >= size;
		case 'weeks': {
			const [week, last] = [weekOf(at), weekOf(ran)];
			return week === last || (week - last + 52) % 52 >= size;
		}
		case 'months':
			return at.year * 12 + at.month - (ran.year * 12 + ran.month) >= size;
	}
}

/** Looks ahead at most; a rule that has not come by then is unknown. */
const MOST_LOOKS = 2_000;

/**
 * The first moment after a run at which n8n runs the interval again, at the latest; `null` where it never does or the
 * expression cannot be read.
 */
export function nextRun(interval: Interval, ran: Instant, timeZone: string): Instant | null {
	const { cron, every, within } = lookOf(interval);
	const last = DateTime.fromMillis(ran, { zone: timeZone });
	if (!last.isValid) return null;
	try {
		const time = new CronTime(cron, timeZone);
		let at: DateTime = within === undefined ? last : last.endOf(within);
		for (let look = 0; look < MOST_LOOKS; look += 1) {
			at = DateTime.fromMillis(time.getNextDateFrom(at, timeZone).toMillis(), { zone: timeZone });
			if (every === undefined || hasPassed(every.unit, every.size, last, at)) return at.toMillis();
		}
		return null;
	} catch {
		return null;
	}
}

/** The earliest next run of several intervals: any of them starts the workflow. What cannot be read is passed over. */
export function nextOf(
	intervals: readonly (Interval | null)[],
	ran: Instant,
	timeZone: string,
): Instant | null {
	const runs = intervals.flatMap((interval) => (interval && nextRun(interval, ran, timeZone)) ?? []);
	return runs.length === 0 ? null : Math.min(...runs);
}

/** The interval that a tag like `every:PT1H` expects; `null` for other tags. */
export function taggedInterval(tag: string): number | null {
	const text = /^every:(P\S+)$/i.exec(tag.trim())?.[1];
	if (text === undefined) return null;
	const length = Duration.fromISO(text.toUpperCase());
	return length.isValid && length.toMillis() > 0 ? length.toMillis() : null;
}
