import { lints, of, rolls, stores, surfaces, untilFound, window, windows, type Question } from './asking';

const WEEK = ['2026-01-01T00:00Z', '2026-02-01T00:00Z'] as const;
const weekly = { start: '2026-01-02T14:00', rule: 'FREQ=WEEKLY;BYDAY=FR' };

/** Every row of the review, in its order. */
export const questions: readonly Question[] = [
	lints(
		'D1',
		'WITH g AS (DELETE FROM users RETURNING *) INSERT INTO archive (who) SELECT email FROM g',
		'fail',
	),
	lints('D1', 'CREATE TABLE kept AS SELECT tidy_up()', 'unknown'),
	lints('D2', 'CREATE TEMP TABLE users (a int); DROP TABLE public.users', 'fail'),
	lints('D2', 'BEGIN; CREATE TABLE users (a int); ROLLBACK; DROP TABLE users', 'fail'),
	windows(
		'D3',
		'starts in January 2026 of Fridays 14:00 in Berlin but the 9th (EXDATE)',
		'2026-01-02T13:00 2026-01-16T13:00 2026-01-23T13:00 2026-01-30T13:00',
		{ ...weekly, rule: 'RRULE:FREQ=WEEKLY;BYDAY=FR\nEXDATE:20260109T140000' },
		WEEK,
	),
	windows(
		'D3',
		'starts of Fridays 14:00, with Sunday the 4th at 10:00 beside them (RDATE)',
		'2026-01-02T13:00 2026-01-04T09:00 2026-01-09T13:00 2026-01-16T13:00 2026-01-23T13:00 2026-01-30T13:00',
		{ ...weekly, rule: 'RRULE:FREQ=WEEKLY;BYDAY=FR\nRDATE:20260104T100000' },
		WEEK,
	),
	stores('FREQ=YEARLY;BYMONTH=DEC'),
	stores('FREQ=DAILY;INTERVAL=0'),
	stores('FREQ=WEEKLY BYDAY=FR'),
	stores('FREQ=DAILY;BYHOUR=25'),
	stores('FREQ=DAILY;INTERVAL=abc'),
	windows(
		'D4',
		'starts on 2 January of every second hour from 14:00, of these the 9th and 11th (none)',
		'refused',
		{ start: '2026-01-02T14:00', rule: 'FREQ=HOURLY;INTERVAL=2;BYHOUR=9,11' },
		['2026-01-02T00:00Z', '2026-01-03T00:00Z'],
	),
	{
		row: 'D4',
		asks: 'an every-minute rule, 100 days: answered or refused within a second of the processor',
		right: 'yes',
		ask: async (root) => {
			const ask = window(
				{ start: '2026-01-01T00:00', rule: 'FREQ=MINUTELY', duration: 'PT1M' },
				'2026-03-01T00:00Z',
				'2026-06-09T00:00Z',
				(list) => String(list.length),
			);
			// Time of this process alone: a busy machine is not the rule's fault.
			const began = process.cpuUsage();
			await ask(root).catch((cause: unknown) => {
				if (!(cause instanceof RangeError)) throw cause;
			});
			const { user, system } = process.cpuUsage(began);
			return user + system < 1_000_000 ? 'yes' : 'no';
		},
	},
	windows(
		'D5',
		'hours of P2D from 24 October 2026, 12:00, over the end of summer time',
		'49',
		{ start: '2026-10-24T12:00', rule: '', duration: 'P2D' },
		['2026-10-20T00:00Z', '2026-10-30T00:00Z'],
		(list) => list.map(({ from, to }) => (to - from) / 3_600_000).join(' '),
	),
	windows(
		'D6',
		'start at 02:30 in the repeated hour of Berlin',
		'2026-10-25T00:30',
		{ start: '2026-10-25T02:30', rule: '' },
		['2026-10-20T00:00Z', '2026-10-30T00:00Z'],
	),
	windows(
		'D7',
		'starts of days 14:00 in Berlin until 4 January, 13:00 UTC',
		'2026-01-02T13:00 2026-01-03T13:00 2026-01-04T13:00',
		{ start: '2026-01-02T14:00', rule: 'FREQ=DAILY;UNTIL=20260104T130000Z' },
		WEEK,
	),
	rolls('running `12.2.0`, tags v12.2.0 v12.1.0 v1.0.0', 'v12.1.0', '12.2.0', [
		'v12.2.0',
		'v12.1.0',
		'v1.0.0',
	]),
	rolls('nothing answers, nothing is named', 'asks', null, ['v1.1.0', 'v1.0.0']),
	rolls('a version that is no tag', 'asks', 'v1.4.0', ['v1.5.0', 'v1.3.0']),
	rolls(
		'running v1.2.0, and 1.1.0 was rolled back',
		'v1.0.0',
		'v1.2.0',
		['v1.2.0', 'v1.1.0', 'v1.0.0'],
		['1.1.0'],
	),
	lints('D9', "SELECT setval('users_id_seq', 1)", 'fail'),
	lints('D9', 'ALTER TABLE users ADD COLUMN extra json', 'fail'),
	lints('D9', 'ALTER TABLE users ADD COLUMN plan_id int REFERENCES plans', 'fail'),
	{
		row: 'D10',
		asks: 'of 100,000 subjects, those a share of 0.9 % reaches: between 0.8 and 1 %',
		right: 'yes',
		ask: async (root) => {
			const evaluate = await of(root, 'core/rollout/flag.ts', 'evaluateFlag');
			const flag = { key: 'renderer', state: 'percentage', percentage: 0.9 };
			let on = 0;
			for (let id = 0; id < 100_000; id += 1)
				if ((evaluate(flag, { id: String(id) }) as { readonly on: boolean }).on) on += 1;
			return on > 800 && on < 1000 ? 'yes' : `no: ${on}`;
		},
	},
	{
		row: 'D11',
		asks: 'between which values the 95th percentile of ten values lies: bounded above',
		right: 'no',
		ask: async (root) => {
			const range = await of(root, 'core/stability/timing.ts', 'rangeOf95');
			const { high } = range(Array.from({ length: 10 }, (_, at) => at)) as { readonly high: number | null };
			return high === null ? 'no' : 'yes';
		},
	},
	lints('D12', 'CREATE TABLE t (a int); TRUNCATE t', 'pass'),
	lints(
		'D12',
		"ALTER TABLE users ADD COLUMN tier text NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'pro'))",
		'pass',
	),
	{ row: 'D13', asks: 'surfaces of a changed prompt in Set Config', right: 'prompts', ask: surfaces },
	{
		row: 'D14',
		asks: 'sends until a leak of 5 % is found after 2,000 good ones: at most 200',
		right: 'yes',
		ask: async (root) => {
			const sends = await untilFound(root, 2000);
			return Number(sends) <= 200 ? 'yes' : `no: ${sends}`;
		},
	},
];
