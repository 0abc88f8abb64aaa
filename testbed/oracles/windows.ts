import fc from 'fast-check';
import { stretches, type Window } from '../../core/release/windows';
import { changes, clockOf, ZONES, type Clock } from './clocks';
import {
	oracleOpen,
	oracleStarts,
	type OracleMoment,
	type OracleRule,
	type OracleWindow,
} from './recurrence';

/** Days of each stretch of clock, and how many of them lie before the change of clocks in it. */
const [LONG, BEFORE] = [24, 16];
const DAY = 1440;
/** Changes of clocks looked at in each zone, spread over the years. */
const CHOICES = 5;
const clocks = new Map<string, Clock>();
const moments = new Map<string, readonly number[]>();

/** The stretch around one of a zone's changes of clocks, or around a plain day where it has none. */
function clockAround(zone: string, choice: number): Clock {
	let at = moments.get(zone);
	if (!at) {
		at = changes(zone, Date.UTC(2009, 0, 1), Date.UTC(2028, 0, 1));
		moments.set(zone, at);
	}
	const moment =
		at.length === 0 ? Date.UTC(2026, 11, 28) : (at[Math.floor((choice / CHOICES) * at.length)] as number);
	const key = `${zone} ${moment}`;
	const clock = clocks.get(key) ?? clockOf(zone, moment - BEFORE * DAY * 60_000, LONG * DAY);
	clocks.set(key, clock);
	return clock;
}

export interface WindowCase {
	readonly window: Window;
	readonly oracle: OracleWindow;
	readonly clock: Clock;
}

const compact = (minute: number): string =>
	`${new Date(minute * 60_000).toISOString().slice(0, 16).replace(/[-:]/g, '')}00`;
const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const some = <T>(arbitrary: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> =>
	fc.uniqueArray(arbitrary, { minLength: 1, maxLength: most });
/** One in so many has it: rules with every part at once never happen. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, one: number): fc.Arbitrary<T | undefined> =>
	fc.oneof({ weight: one - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const signed = (most: number): fc.Arbitrary<number> =>
	fc.tuple(fc.integer({ min: 1, max: most }), fc.boolean()).map(([size, back]) => (back ? -size : size));
const weekday = pick('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
/** Times at which clocks change, and others. */
const hour = fc.oneof(pick(0, 1, 2, 3, 23), fc.integer({ min: 0, max: 23 }));
const minute = pick(0, 0, 15, 30, 45, 59);

type Draft = { -readonly [K in keyof OracleRule]: OracleRule[K] };

/** Rules the window language takes; limits are given in minutes from the middle of the clock's stretch. */
const ruleArbitrary = fc
	.record({
		freq: pick<OracleRule['freq']>('DAILY', 'DAILY', 'WEEKLY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'HOURLY'),
		interval: pick(1, 1, 1, 2, 3, 4),
		end: fc.oneof(
			{ weight: 3, arbitrary: fc.constant({}) },
			fc.record({ count: fc.integer({ min: 1, max: 400 }) }),
			fc.record({ untilLocal: fc.integer({ min: -4 * DAY, max: 8 * DAY }) }),
			fc.record({ untilUtc: fc.integer({ min: -4 * DAY, max: 8 * DAY }) }),
		),
		wkst: pick('MO', 'SU', 'WE'),
		byMonth: maybe(some(fc.integer({ min: 1, max: 12 }), 8), 5),
		byWeekNo: maybe(some(signed(53), 20), 6),
		byYearDay: maybe(some(signed(366), 60), 4),
		byMonthDay: maybe(some(signed(31), 8), 3),
		byDay: maybe(some(weekday, 4), 2),
		nth: maybe(signed(5), 2),
		byHour: maybe(some(hour, 4), 2),
		byMinute: maybe(some(minute, 3), 3),
		bySetPos: maybe(some(signed(4), 2), 4),
	})
	.map(({ end, nth, ...parts }): Draft & { end: typeof end } => {
		const rule: Draft = Object.fromEntries(
			Object.entries(parts).filter(([, value]) => value !== undefined),
		) as unknown as Draft;
		const { freq } = rule;
		const plain = freq !== 'YEARLY';
		if (plain) delete rule.byWeekNo;
		if (plain && freq !== 'HOURLY') delete rule.byYearDay;
		if (freq === 'WEEKLY') delete rule.byMonthDay;
		if (rule.byWeekNo) Object.assign(rule, { interval: 1, byDay: rule.byDay ?? ['MO'] });
		if (rule.byWeekNo || freq === 'HOURLY') delete rule.bySetPos;
		if (nth !== undefined && rule.byDay && !rule.byWeekNo && (freq === 'MONTHLY' || freq === 'YEARLY'))
			rule.byDay = rule.byDay.map((day, at) => (at % 2 === 0 ? `${nth}${day}` : day));
		if (freq === 'HOURLY' && 24 % rule.interval !== 0) rule.interval = 1;
		// At most 24 starts a day.
		if (freq === 'HOURLY') delete rule.byMinute;
		if (!Object.keys(rule).some((name) => name.startsWith('by') && name !== 'bySetPos')) delete rule.bySetPos;
		return { ...rule, end };
	});

const list = (values: readonly (number | string)[] | undefined, name: string): string =>
	values === undefined ? '' : `;${name}=${values.join(',')}`;

function textOf(rule: OracleRule): string {
	const { until } = rule;
	const limit =
		until === undefined
			? ''
			: 'utc' in until
				? `;UNTIL=${compact(until.utc)}Z`
				: `;UNTIL=${compact(until.local)}`;
	return [
		`RRULE:FREQ=${rule.freq};INTERVAL=${rule.interval};WKST=${rule.wkst}`,
		rule.count === undefined ? '' : `;COUNT=${rule.count}`,
		limit,
		list(rule.byMonth, 'BYMONTH'),
		list(rule.byWeekNo, 'BYWEEKNO'),
		list(rule.byYearDay, 'BYYEARDAY'),
		list(rule.byMonthDay, 'BYMONTHDAY'),
		list(rule.byDay, 'BYDAY'),
		list(rule.byHour, 'BYHOUR'),
		list(rule.byMinute, 'BYMINUTE'),
		list(rule.bySetPos, 'BYSETPOS'),
	].join('');
}

/** Windows with up to two rules, added and excluded starts, around a change of clocks. */
export const windowCases = (zones: readonly string[] = ZONES): fc.Arbitrary<WindowCase> =>
	fc
		.record({
			zone: fc.constantFrom(...zones),
			choice: fc.nat(CHOICES - 1),
			daysAgo: fc.oneof(fc.integer({ min: -3, max: 20 }), fc.integer({ min: 0, max: 800 })),
			hour,
			minute,
			rules: fc.array(ruleArbitrary, { minLength: 0, maxLength: 2 }),
			added: fc.array(fc.tuple(fc.integer({ min: -5, max: 6 }), hour, minute), { maxLength: 3 }),
			excluded: fc.array(fc.integer({ min: -6, max: 6 }), { maxLength: 3 }),
			length: pick([0, 30], [0, 120], [0, 600], [1, 0], [2, 0], [7, 0], [1, 180], [0, 2160]),
			utcList: fc.boolean(),
		})
		.map(({ zone, choice, daysAgo, rules, added, excluded, length, utcList, ...time }): WindowCase => {
			const clock = clockAround(zone, choice);
			const middle = clock.from + BEFORE * DAY;
			const midnight = Math.floor((clock.wall[BEFORE * DAY] as number) / DAY) * DAY;
			const start = midnight - daysAgo * DAY + time.hour * 60 + time.minute;
			const oracleRules = rules.map(({ end, ...rule }): OracleRule => ({
				...rule,
				...('count' in end ? { count: end.count } : {}),
				...('untilLocal' in end ? { until: { local: midnight + end.untilLocal } } : {}),
				...('untilUtc' in end ? { until: { utc: middle + end.untilUtc } } : {}),
			}));
			const moment = (local: number): OracleMoment =>
				utcList ? { utc: middle + local - midnight } : { local };
			const more = added.map(([day, at, of]) => moment(midnight + day * DAY + at * 60 + of));
			const less = excluded.map((day): OracleMoment => {
				const local = midnight + day * DAY + time.hour * 60 + time.minute;
				const at = clock.when(local);
				return utcList && at !== null ? { utc: at } : { local };
			});
			const stamp = (one: OracleMoment): string =>
				'utc' in one ? `${compact(one.utc)}Z` : compact(one.local);
			const [days = 0, minutes = 0] = length;
			return {
				clock,
				oracle: { start, rules: oracleRules, added: more, excluded: less, days, minutes },
				window: {
					name: 'case',
					start: new Date(start * 60_000).toISOString().slice(0, 16),
					rule: [
						...oracleRules.map(textOf),
						...more.map((one) => `RDATE:${stamp(one)}`),
						...less.map((one) => `EXDATE:${stamp(one)}`),
					].join('\n'),
					duration: `${days > 0 ? `P${days}D` : 'P'}${minutes > 0 ? `T${minutes}M` : ''}`,
					timeZone: zone,
				},
			};
		});

export type WindowJudgement =
	| { readonly kind: 'agrees'; readonly openMinutes: number }
	/** Refused as never happening, and the oracle finds no start of one of the rules either. */
	| { readonly kind: 'refused'; readonly why: string }
	| { readonly kind: 'differs'; readonly at: number; readonly oracle: boolean };

/** Holds the window's stretches against the oracle, minute by minute, from a week after the clock's beginning. */
export function judgeWindow({ window, oracle, clock }: WindowCase): WindowJudgement {
	const skip = 8 * DAY;
	const ours = new Uint8Array(clock.wall.length);
	const differs = (at: number, open: boolean): WindowJudgement => ({
		kind: 'differs',
		at: (clock.from + at) * 60_000,
		oracle: open,
	});
	try {
		const from = (clock.from + skip) * 60_000;
		for (const stretch of stretches(window, from, (clock.from + ours.length) * 60_000))
			ours.fill(1, Math.max(0, stretch.from / 60_000 - clock.from), stretch.to / 60_000 - clock.from);
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : 'unreadable';
		const [first = 0, last = 0] = [clock.wall[0], clock.wall.at(-1)];
		const happens = oracle.rules.every(
			(rule) => oracleStarts(rule, oracle.start, first, last + 1, clock.when).length > 0,
		);
		return happens || !why.endsWith('never happens') ? differs(0, true) : { kind: 'refused', why };
	}
	const theirs = oracleOpen(oracle, clock);
	let openMinutes = 0;
	for (let at = skip; at < ours.length; at += 1) {
		if (ours[at] !== theirs[at]) return differs(at, theirs[at] === 1);
		openMinutes += theirs[at] ?? 0;
	}
	return { kind: 'agrees', openMinutes };
}
