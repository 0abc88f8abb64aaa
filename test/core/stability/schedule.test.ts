import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as n8n from 'n8n-nodes-base/dist/nodes/Schedule/GenericFunctions.js';
import { CronTime } from 'cron/dist/time';
import { DateTime } from 'luxon';
import { judgeWorkflow, type Run, type WatchedWorkflow } from '../../../core/stability/schedule/judge';
import { type Interval, nextRun, taggedInterval } from '../../../core/stability/schedule/rule';

const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;
const minute = 60_000;
const day = 86_400_000;

/** Every kind of interval that the form of the node can make. */
const interval: fc.Arbitrary<Interval> = fc.oneof(
	fc.record({ field: fc.constant('seconds'), secondsInterval: fc.integer({ min: 5, max: 59 }) }),
	fc.record({ field: fc.constant('minutes'), minutesInterval: fc.integer({ min: 1, max: 59 }) }),
	fc.record({
		field: fc.constant('hours'),
		hoursInterval: fc.integer({ min: 1, max: 12 }),
		triggerAtMinute: fc.integer({ min: 0, max: 59 }),
	}),
	fc.record({
		field: fc.constant('days'),
		daysInterval: fc.integer({ min: 1, max: 14 }),
		triggerAtHour: fc.integer({ min: 4, max: 23 }),
		triggerAtMinute: fc.integer({ min: 0, max: 59 }),
	}),
	fc.record({
		field: fc.constant('weeks'),
		weeksInterval: fc.constant(1),
		triggerAtDay: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
		triggerAtHour: fc.integer({ min: 4, max: 23 }),
		triggerAtMinute: fc.integer({ min: 0, max: 59 }),
	}),
	fc.record({
		field: fc.constant('months'),
		monthsInterval: fc.integer({ min: 1, max: 6 }),
		triggerAtDayOfMonth: fc.integer({ min: 1, max: 28 }),
		triggerAtHour: fc.integer({ min: 4, max: 23 }),
		triggerAtMinute: fc.integer({ min: 0, max: 59 }),
	}),
	fc.constantFrom('0 9 * * 1-5', '*/10 * * * *', '0 0 1 * *', '30 6 * * MON,THU').map((expression) => ({
		field: 'cronExpression',
		expression,
	})),
);

/** The moments at which n8n itself starts the interval: its own expression and its own look at what has passed. */
function startsOf(given: Interval, key: string, zone: string, from: number, count: number): number[] {
	const own = n8n.withIntervalDefaults(given as never);
	const time = new CronTime(n8n.toCronExpression(own, key), zone);
	const recurrence = n8n.intervalToRecurrence(own, 0);
	const rules: number[] = [];
	const starts: number[] = [];
	let at: DateTime = DateTime.fromMillis(from, { zone });
	for (let looks = 0; starts.length < count && looks < 20_000; looks += 1) {
		at = DateTime.fromMillis(time.getNextDateFrom(at, zone).toMillis(), { zone });
		atTime(at.toMillis(), () => {
			if (n8n.recurrenceCheck(recurrence, rules, zone)) starts.push(at.toMillis());
		});
	}
	return starts;
}

/** n8n's look asks the clock; here it is told the time. */
function atTime(at: number, act: () => void): void {
	const real = Date.now;
	Date.now = () => at;
	try {
		act();
	} finally {
		Date.now = real;
	}
}

const runOf = (startedAt: number, outcome: Run['outcome'] = 'good', length = 2_000): Run => ({
	startedAt,
	stoppedAt: outcome === 'under-way' ? null : startedAt + length,
	outcome,
});

const watched = (changes: Partial<WatchedWorkflow>): WatchedWorkflow => ({
	id: 'w',
	name: 'Nightly',
	intervals: [],
	expected: null,
	timeZone: 'UTC',
	keepsGoodRuns: true,
	asked: null,
	since: 0,
	runs: [],
	...changes,
});

describe('a schedule of n8n', () => {
	it('is never called late while n8n keeps it, and always when it skips two runs', () => {
		fc.assert(
			fc.property(
				interval,
				fc.constantFrom(...zones),
				fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
				fc.string({ minLength: 1, maxLength: 8 }),
				(given, timeZone, from, key) => {
					const starts = startsOf(given, key, timeZone, from, 6);
					for (let at = 1; at + 2 < starts.length; at += 1) {
						const runs = starts
							.slice(0, at + 1)
							.map((start) => runOf(start, 'good', 500))
							.reverse();
						const one = watched({ intervals: [given], timeZone, runs });
						const next = starts[at + 1] ?? 0;
						expect([given, judgeWorkflow(one, next).map(({ id }) => id)]).toEqual([given, []]);
						const two = Math.max(starts[at + 2] ?? 0, next + 10 * minute) + 2 * minute;
						expect([given, judgeWorkflow(one, two).map(({ id }) => id)]).toEqual([given, ['silent']]);
					}
				},
			),
			{
				numRuns: 40,
				// Every 59 seconds is at 0 and at 59 of each minute: two starts a second apart.
				examples: [[{ field: 'seconds', secondsInterval: 59 }, 'UTC', Date.UTC(2026, 0, 1), ' ']],
			},
		);
	}, 120_000);

	it('has no next run where the expression cannot be read, and says so instead of judging', () => {
		const whenever: Interval = { field: 'cronExpression', expression: 'whenever' };
		expect(nextRun(whenever, 0, 'UTC')).toBeNull();
		for (const intervals of [[whenever], [null], [null, whenever]])
			expect(judgeWorkflow(watched({ intervals }), 9e12)).toMatchObject([
				{ id: 'unseen', level: 'warning', mend: expect.stringContaining('every:PT1H') },
			]);
		expect(judgeWorkflow(watched({ intervals: [null], expected: 9e12 }), 9e12)).toEqual([]);
	});

	it('goes by those of its intervals that can be read', () => {
		const intervals = [null, { field: 'hours', hoursInterval: 1, triggerAtMinute: 0 }];
		expect(judgeWorkflow(watched({ intervals }), 9e12).map(({ id }) => id)).toEqual(['silent']);
	});

	it('takes an interval from a tag', () => {
		expect(taggedInterval('every:PT1H')).toBe(60 * minute);
		expect(taggedInterval('every:p1d')).toBe(day);
		for (const other of ['every:', 'every:soon', 'production', 'every:PT0S'])
			expect(taggedInterval(other)).toBeNull();
	});
});

describe('a watched workflow', () => {
	const hourly: Interval = { field: 'hours', hoursInterval: 1, triggerAtMinute: 0 };
	const noon = Date.UTC(2026, 10, 20, 12);

	it('is silent when it did not start, and the sentence says since when', () => {
		const [finding] = judgeWorkflow(
			watched({ intervals: [hourly], runs: [runOf(noon)] }),
			noon + 70 * minute,
		);
		expect(finding?.sentence).toBe(
			'Nightly should have run by 2026-11-20 13:00 UTC, 9 min ago: its last good run began 2026-11-20 12:00 UTC, and it did not start.',
		);
	});

	it('is silent when its runs fail, and says so', () => {
		const runs = [runOf(noon + 60 * minute, 'bad'), runOf(noon)];
		const [finding] = judgeWorkflow(watched({ intervals: [hourly], runs }), noon + 70 * minute);
		expect(finding?.sentence).toContain('1 run since then failed');
	});

	it('is not silent while a run of usual length is under way, and is when it hangs', () => {
		const runs = [runOf(noon + 60 * minute, 'under-way'), runOf(noon, 'good', 10 * minute)];
		const look = (at: number) =>
			judgeWorkflow(watched({ intervals: [hourly], runs }), at).map(({ id }) => id);
		expect(look(noon + 85 * minute)).toEqual([]);
		expect(look(noon + 95 * minute)).toEqual(['silent']);
	});

	it('expects nothing before it was published, and nothing without schedule or tag', () => {
		expect(judgeWorkflow(watched({ intervals: [hourly], since: noon }), noon + 30 * minute)).toEqual([]);
		expect(judgeWorkflow(watched({}), noon)).toEqual([]);
		const tagged = watched({ expected: 60 * minute, runs: [runOf(noon)] });
		expect(judgeWorkflow(tagged, noon + 62 * minute)).toEqual([]);
		expect(judgeWorkflow(tagged, noon + 64 * minute).map(({ id }) => id)).toEqual(['silent']);
	});

	it('ran twice at once', () => {
		const runs = [runOf(noon + 60 * minute), runOf(noon, 'good', 61 * minute)];
		const found = judgeWorkflow(watched({ intervals: [hourly], runs }), noon + 65 * minute);
		expect(found.map(({ id, level }) => [id, level])).toEqual([['overlap', 'warning']]);
	});

	it('fails more than it did, and cannot be judged where n8n keeps no good runs', () => {
		const runs = Array.from({ length: 40 }, (_, at) =>
			runOf(noon - at * 60 * minute, at > 0 && at < 7 ? 'bad' : 'good'),
		);
		const found = judgeWorkflow(watched({ intervals: [hourly], runs }), noon + minute);
		expect(found.map(({ id }) => id)).toEqual(['failing']);
		expect(
			judgeWorkflow(watched({ intervals: [hourly], keepsGoodRuns: false }), noon).map(({ id }) => id),
		).toEqual(['unseen']);
	});

	it('is judged by what the ledger heard where n8n keeps no good runs', () => {
		const runs = [runOf(noon - 200 * minute, 'bad'), runOf(noon - 300 * minute, 'bad')];
		const unkept = watched({ intervals: [hourly], keepsGoodRuns: false, asked: noon, runs });
		expect(judgeWorkflow(unkept, noon + 62 * minute)).toEqual([]);
		const [finding, ...others] = judgeWorkflow(unkept, noon + 70 * minute);
		expect(others).toEqual([]);
		expect(finding).toMatchObject({ id: 'silent', level: 'trouble' });
		expect(finding?.sentence).toContain(
			'it asked what is due for the last time before 2026-11-20 12:00 UTC, and it did not start',
		);
		const failing = { ...unkept, runs: [runOf(noon + 60 * minute, 'bad'), ...runs] };
		expect(judgeWorkflow(failing, noon + 70 * minute)[0]?.sentence).toContain('1 run since then failed');
	});

	it('is never called silent that asks whenever its schedule says, however rarely that is written down', () => {
		const every: Interval = { field: 'minutes', minutesInterval: 1 };
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 300 }), (minutes, late) => {
				const asks: Interval = { ...every, minutesInterval: minutes };
				// Heard at noon at the earliest, written down once in five minutes, looked at before it must ask again.
				const next = noon + Math.max(5, minutes) * minute;
				const at = next - minute + late * 500;
				const one = watched({
					intervals: [asks],
					keepsGoodRuns: false,
					asked: Math.min(at, noon + 5 * minute),
				});
				expect(judgeWorkflow(one, at)).toEqual([]);
			}),
		);
	});
});
