import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import fc from 'fast-check';
import { policySchema } from '../../../core/release/policy/schema';
import { presetPolicy } from '../../../core/release/policy/override';
import { readWindow, stretches, windowState } from '../../../core/release/windows';
import { ZONES } from '../../../testbed/oracles/clocks';
import { judgeWindow, windowCases } from '../../../testbed/oracles/windows';
import type { ReleaseWindow } from '../../../core/release/policy/schema';

const zone = 'America/Los_Angeles';
const friday: ReleaseWindow = {
	name: 'Friday',
	start: '2025-10-03T14:00',
	rule: 'FREQ=WEEKLY;BYDAY=FR',
	duration: 'PT2H',
	timeZone: zone,
};
const at = (local: string, timeZone = zone): number => DateTime.fromISO(local, { zone: timeZone }).toMillis();

describe('windows and freezes', () => {
	it('opens every Friday at 14:00 wall time, before and after both changes of the clocks', () => {
		for (const day of ['2025-10-31', '2025-11-07', '2026-03-06', '2026-03-13', '2026-10-30', '2026-11-06']) {
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T14:00`)).open).toBe(true);
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T15:59`)).open).toBe(true);
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T13:59`)).open).toBe(false);
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T16:00`)).open).toBe(false);
		}
	});

	it('names the next opening', () => {
		const state = windowState({ allow: [friday], deny: [] }, at('2026-11-20T16:00'));
		expect(state.nextOpensAt).toBe(at('2026-11-27T14:00'));
	});

	it('lets a freeze win over a window, and skips frozen openings', () => {
		const freeze: ReleaseWindow = {
			name: 'Thanksgiving',
			start: '2026-11-25T00:00',
			rule: '',
			duration: 'P5D',
			timeZone: zone,
		};
		const state = windowState({ allow: [friday], deny: [freeze] }, at('2026-11-27T14:30'));
		expect(state).toMatchObject({
			open: false,
			reason: 'Inside the freeze “Thanksgiving”.',
			nextOpensAt: at('2026-12-04T14:00'),
		});
	});

	it('opens when a freeze ends inside a window', () => {
		const freeze: ReleaseWindow = {
			name: 'half',
			start: '2026-11-20T13:00',
			rule: '',
			duration: 'PT2H',
			timeZone: zone,
		};
		const state = windowState({ allow: [friday], deny: [freeze] }, at('2026-11-20T14:30'));
		expect(state).toMatchObject({ open: false, nextOpensAt: at('2026-11-20T15:00') });
	});

	it.each([
		['a time zone that does not exist', { ...friday, timeZone: 'Mars/Olympus' }],
		['a rule that cannot be read', { ...friday, rule: 'FREQ=SOMETIMES' }],
		['a duration of nothing', { ...friday, duration: 'PT0S' }],
	])('is closed with %s, in an allow window or in a freeze', (_what, broken) => {
		expect(windowState({ allow: [broken], deny: [] }, at('2026-11-20T14:30')).open).toBe(false);
		expect(windowState({ allow: [friday], deny: [broken] }, at('2026-11-20T14:30')).open).toBe(false);
	});

	it('never opens inside a freeze nor outside a window, at any time in any zone, and its next opening is open', () => {
		const zones = ['America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
		fc.assert(
			fc.property(
				fc.integer({ min: at('2026-01-01T00:00', 'UTC'), max: at('2027-01-01T00:00', 'UTC') }),
				fc.constantFrom(...zones),
				fc.integer({ min: 1, max: 20 }),
				(now, timeZone, hours) => {
					const allow: ReleaseWindow = {
						...friday,
						rule: 'FREQ=WEEKLY;BYDAY=MO,FR',
						timeZone,
						duration: `PT${hours}H`,
					};
					const deny: ReleaseWindow = {
						...friday,
						name: 'month end',
						rule: 'FREQ=MONTHLY;BYMONTHDAY=-1',
						start: '2025-10-31T00:00',
						duration: 'P1D',
						timeZone,
					};
					const state = windowState({ allow: [allow], deny: [deny] }, now);
					const local = DateTime.fromMillis(now, { zone: timeZone });
					const frozen = local.day === local.daysInMonth;
					// 24 hours from local midnight miss or exceed the last day by the hour the clocks change.
					if (frozen && local.hour < 22) expect(state.open).toBe(false);
					if (state.nextOpensAt !== null)
						expect(windowState({ allow: [allow], deny: [deny] }, state.nextOpensAt).open).toBe(true);
					if (state.open && state.closesAt !== null)
						expect(windowState({ allow: [allow], deny: [deny] }, state.closesAt).open).toBe(false);
				},
			),
			{ numRuns: 200 },
		);
	});
});

const year = (window: ReleaseWindow): readonly string[] =>
	stretches(window, at('2026-01-01T00:00', window.timeZone), at('2027-01-01T00:00', window.timeZone)).map(
		({ from }) => DateTime.fromMillis(from, { zone: window.timeZone }).toFormat("yyyy-MM-dd'T'HH:mm"),
	);

describe('rules of windows as RFC 5545 means them', () => {
	it('takes EXDATE, RDATE and several rules from their own start, at every call (D3)', () => {
		const window = {
			...friday,
			rule: [
				'RRULE:FREQ=MONTHLY;BYDAY=1FR',
				'RRULE:FREQ=MONTHLY;BYDAY=3FR',
				'EXDATE:20260501T140000,20260515T210000Z',
				'RDATE;TZID=Europe/Berlin:20260528T230000',
			].join('\n'),
		};
		const starts = year(window);
		expect(starts).toHaveLength(23);
		expect(starts).toEqual(year(window));
		expect(starts.filter((start) => start.startsWith('2026-05'))).toEqual(['2026-05-28T14:00']);
	});

	it.each([
		['BYMONTH=DEC', 'FREQ=DAILY;BYMONTH=DEC'],
		['INTERVAL=0', 'FREQ=DAILY;INTERVAL=0'],
		['INTERVAL=ABC', 'FREQ=DAILY;INTERVAL=abc'],
		['INTERVAL=-1', 'FREQ=DAILY;INTERVAL=-1'],
		['FREQ=WEEKLY BYDAY=FR', 'FREQ=WEEKLY BYDAY=FR'],
		['BYHOUR=25', 'FREQ=DAILY;BYHOUR=25'],
		['never happens', 'FREQ=HOURLY;INTERVAL=2;BYHOUR=9,11'],
		['never happens', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
		['FREQ=MINUTELY', 'FREQ=MINUTELY'],
		['FREQ=SECONDLY', 'FREQ=SECONDLY;INTERVAL=3600'],
		['overlap', `FREQ=DAILY;BYHOUR=${[...Array(24).keys()].join(',')};WKST=MO`],
		['times a day', `FREQ=DAILY;BYHOUR=9,10;BYMINUTE=${[...Array(60).keys()].join(',')}`],
		['COUNT and UNTIL', 'FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z'],
		['UNTIL', 'FREQ=DAILY;UNTIL=20270101'],
		['BYDAY', 'FREQ=DAILY;BYDAY=FRIDAY'],
		['BYDAY', 'FREQ=WEEKLY;BYDAY=1FR'],
		['BYSETPOS', 'FREQ=MONTHLY;BYSETPOS=1'],
		['BYYEARDAY', 'FREQ=MONTHLY;BYYEARDAY=3'],
		['BYWEEKNO', 'FREQ=YEARLY;BYWEEKNO=3'],
		['BYEASTER', 'FREQ=YEARLY;BYEASTER=1'],
		['FREQ is given twice', 'FREQ=DAILY;FREQ=WEEKLY'],
		['FREQ is missing', 'BYDAY=FR'],
		['EXDATE', 'RRULE:FREQ=DAILY\nEXDATE:tomorrow'],
		['EXDATE', 'RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260501'],
		['PERIOD', 'RDATE;VALUE=PERIOD:20260501T090000Z/PT1H'],
		['EXRULE', 'RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY'],
		['DTSTART', 'DTSTART:20260101T000000\nRRULE:FREQ=DAILY'],
		['no part of a rule', 'RRULE:FREQ=DAILY\n;;;'],
	])('refuses %s when the policy is set (D4)', (part, rule) => {
		const policy = presetPolicy('weekly-software-release');
		const set = policySchema.safeParse({
			...policy,
			windows: { allow: [], deny: [{ ...friday, rule, duration: part === 'overlap' ? 'P30D' : 'PT2H' }] },
		});
		expect(set.success).toBe(false);
		expect(JSON.stringify(set.error?.issues)).toContain(part);
	});

	it('ends a window of days at its local time, whatever the clocks do (D5)', () => {
		const [freeze] = stretches(
			{ ...friday, start: '2026-10-31T00:00', rule: '', duration: 'P2D' },
			at('2026-10-31T00:00'),
			at('2026-11-30T00:00'),
		);
		expect(freeze).toEqual({ from: at('2026-10-31T00:00'), to: at('2026-11-02T00:00') });
		expect(((freeze?.to ?? 0) - (freeze?.from ?? 0)) / 3_600_000).toBe(49);
	});

	it.each([
		['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00Z'],
		['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00Z'],
		['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00Z'],
	])('starts in the first of two hours in %s (D6)', (timeZone, start, first) => {
		const window = { ...friday, start, rule: '', timeZone };
		const instant = Date.parse(first);
		expect(stretches(window, instant - 86_400_000, instant + 86_400_000)[0]?.from).toBe(instant);
	});

	it('moves a start in a skipped hour behind it', () => {
		const window = { ...friday, start: '2026-03-29T02:30', rule: '', timeZone: 'Europe/Berlin' };
		const instant = Date.parse('2026-03-29T01:30:00Z');
		expect(stretches(window, instant - 86_400_000, instant + 86_400_000)[0]?.from).toBe(instant);
	});

	it('reads UNTIL with Z as UTC and without as local time (D7)', () => {
		const daily = (until: string): number =>
			year({ ...friday, start: '2026-06-01T20:00', rule: `FREQ=DAILY;UNTIL=${until}` }).length;
		expect(daily('20260604T025959Z')).toBe(2);
		expect(daily('20260604T030000Z')).toBe(3);
		expect(daily('20260604T025959')).toBe(3);
	});

	it('agrees with an oracle written apart, minute by minute over changes of clocks', () => {
		const zones = ZONES.filter((_, index) => index % 15 === 4);
		fc.assert(
			fc.property(windowCases(zones), (one) => {
				const judged = judgeWindow(one);
				if (judged.kind === 'differs')
					throw new Error(`${new Date(judged.at).toISOString()} ${judged.oracle}`);
			}),
			{ numRuns: 100 },
		);
	}, 60_000);

	it('reads and evaluates the dearest rules it takes in bounded time', () => {
		const hours = [...Array(24).keys()].join(',');
		const dear = [
			`FREQ=DAILY;BYHOUR=${hours}`,
			`FREQ=DAILY;BYHOUR=${hours};COUNT=1000`,
			'FREQ=DAILY;COUNT=1000',
			'FREQ=HOURLY',
			'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU',
			'FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU',
			'FREQ=YEARLY;BYYEARDAY=-1,366;BYSETPOS=1;COUNT=90',
		].map((rule) => ({ ...friday, start: '2000-01-01T00:00', rule, duration: 'P16D' }));
		const look = (window: ReleaseWindow): number => {
			const begun = performance.now();
			windowState({ allow: [], deny: [window] }, at('2026-06-01T12:00'));
			return performance.now() - begun;
		};
		for (const window of dear) {
			// The least of several: the bound is on the work, not on what else the machine does.
			expect(Math.min(...Array.from({ length: 15 }, () => look(window)))).toBeLessThan(10);
		}
	});
});

const calendar = (...events: readonly string[][]): string =>
	[
		'BEGIN:VCALENDAR',
		'VERSION:2.0',
		...events.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']),
		'END:VCALENDAR',
	].join('\r\n');

describe('calendars people have', () => {
	const berlin = 'Europe/Berlin';
	const pasted = (text: string): ReleaseWindow => ({
		name: 'Company',
		rule: '',
		timeZone: berlin,
		calendar: text,
	});
	const opened = (text: string): readonly string[] =>
		stretches(pasted(text), at('2026-01-01T00:00', berlin), at('2027-01-01T00:00', berlin)).map(
			({ from, to }) => `${new Date(from).toISOString().slice(0, 16)} ${(to - from) / 3_600_000} h`,
		);

	it('reads days, rules, moved and cancelled instances and folded lines', () => {
		const text = calendar(
			['UID:1', 'SUMMARY:Year end', 'DTSTART;VALUE=DATE:20261221', 'DTEND;VALUE=DATE:20270104'],
			[
				'UID:2',
				'SUMMARY:Inventory',
				'DTSTART;TZID=America/New_York:20260105T090000',
				'DURATION:PT3H',
				'RRULE:FREQ=MONTHLY;BYDAY=1MO;',
				' UNTIL=20260501T000000Z',
				'EXDATE;TZID=America/New_York:20260202T090000',
				'BEGIN:VALARM',
				'TRIGGER:-PT15M',
				'END:VALARM',
			],
			['UID:2', 'RECURRENCE-ID:20260302T140000Z', 'DTSTART:20260303T140000Z', 'DTEND:20260303T150000Z'],
			['UID:3', 'STATUS:CANCELLED', 'DTSTART:20260601T100000', 'DTEND:20260601T110000'],
		);
		expect(opened(text)).toEqual([
			'2026-01-05T14:00 3 h',
			'2026-03-03T14:00 1 h',
			'2026-04-06T13:00 3 h',
			'2026-12-20T23:00 336 h',
		]);
	});

	it('counts a day of an all-day event as a day, of 25 hours too', () => {
		expect(opened(calendar(['DTSTART;VALUE=DATE:20261025']))).toEqual(['2026-10-24T22:00 25 h']);
	});

	it.each([
		['no VEVENT', 'BEGIN:VCALENDAR\nEND:VCALENDAR'],
		['is not closed', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225'],
		[
			'W. Europe Standard Time',
			calendar(['DTSTART;TZID=W. Europe Standard Time:20260105T090000', 'DURATION:PT1H']),
		],
		['event Party', calendar(['SUMMARY:Party', 'DTSTART:20260105T090000'])],
		['DTSTART', calendar(['DTSTART:20260105T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=FR'])],
		['BYHOUR=25', calendar(['DTSTART:20260105T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYHOUR=25'])],
		[
			'RANGE',
			calendar([
				'RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000',
				'DTSTART:20260105T090000',
				'DURATION:PT1H',
			]),
		],
	])('refuses a calendar with %s', (part, text) => {
		expect(() => readWindow(pasted(text))).toThrow(part);
	});

	it('closes everything while one cannot be read', () => {
		const state = windowState({ allow: [friday], deny: [pasted('nothing')] }, at('2026-11-20T14:30'));
		expect(state).toMatchObject({ open: false, unreadable: true });
	});
});

describe('overrides and overruns', () => {
	const freeze: ReleaseWindow = {
		...friday,
		name: 'freeze',
		start: '2026-11-20T00:00',
		rule: '',
		duration: 'P7D',
	};
	const override = (window: string, permits: boolean) => ({
		window,
		permits,
		from: '2026-11-20T14:00:00-08:00',
		until: '2026-11-20T15:00:00-08:00',
		reason: 'Security fix for all',
		by: 'ada@example.com',
	});

	it('lifts a freeze for a while, and says who did and why', () => {
		const windows = {
			allow: [friday],
			deny: [freeze],
			overrides: [override('freeze', false), override('freeze', true)],
		};
		const state = windowState(windows, at('2026-11-20T14:30'));
		expect(state).toMatchObject({ open: true, closesAt: at('2026-11-20T15:00') });
		expect(state.reason).toContain(
			'ada@example.com said so until 2026-11-20T15:00:00-08:00: Security fix for all',
		);
		expect(windowState(windows, at('2026-11-20T15:00')).open).toBe(false);
	});

	it('closes a window and opens it for a while', () => {
		const shut = windowState(
			{ allow: [friday], deny: [], overrides: [override('Friday', false)] },
			at('2026-11-20T14:30'),
		);
		expect(shut).toMatchObject({ open: false, nextOpensAt: at('2026-11-20T15:00') });
		expect(shut.reason).toContain('Security fix for all');
		const monday = { ...friday, name: 'Monday', rule: 'FREQ=WEEKLY;BYDAY=MO' };
		const opens = windowState(
			{ allow: [monday], deny: [], overrides: [override('Monday', true)] },
			at('2026-11-20T14:30'),
		);
		expect(opens.open).toBe(true);
	});

	it.each([
		['without a reason', { reason: '' }],
		['of a window that is not there', { window: 'holiday' }],
		['that ends before it begins', { until: '2026-11-20T13:00:00-08:00' }],
		['that lasts for months', { until: '2027-01-20T13:00:00-08:00' }],
		['in local time', { until: '2026-11-20T15:00' }],
	])('refuses an override %s', (_what, change) => {
		const policy = presetPolicy('weekly-software-release');
		const overrides = [{ ...override('Friday afternoon', true), ...change }];
		expect(policySchema.safeParse({ ...policy, windows: { ...policy.windows, overrides } }).success).toBe(
			false,
		);
	});

	it('lets a release go on that began in time, where the window says so, and no other', () => {
		const began = at('2026-11-20T15:30');
		const late = at('2026-11-20T16:30');
		const long = { ...friday, overrun: true };
		expect(windowState({ allow: [long], deny: [] }, late, began).open).toBe(true);
		expect(windowState({ allow: [long], deny: [] }, late, at('2026-11-20T13:30')).open).toBe(false);
		expect(windowState({ allow: [long], deny: [] }, late).open).toBe(false);
		expect(windowState({ allow: [friday], deny: [] }, late, began).open).toBe(false);
		const night = { ...freeze, start: '2026-11-20T16:00' };
		expect(windowState({ allow: [], deny: [{ ...night, overrun: true }] }, late, began).open).toBe(true);
		expect(windowState({ allow: [], deny: [night] }, late, began).open).toBe(false);
		expect(
			windowState({ allow: [], deny: [{ ...night, overrun: true }] }, late, at('2026-11-20T16:10')).open,
		).toBe(false);
	});
});
