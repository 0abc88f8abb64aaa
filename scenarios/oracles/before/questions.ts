import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { target } from './old-rollback';

/** One defect of the review, asked of the code as it was and as it is. */
export interface Question {
	readonly row: string;
	/** What is asked, in words. */
	readonly asks: string;
	/** The right answer, by PostgreSQL, RFC 5545, semver.org or plain reckoning. */
	readonly right: string;
	/** The answer of the code in `root`, as text. */
	readonly ask: (root: string) => Promise<string>;
}

type Call = (...given: readonly unknown[]) => unknown;
type Module = Readonly<Record<string, Call | undefined>>;
const load = async (root: string, path: string): Promise<Module> =>
	(await import(pathToFileURL(join(root, path)).href)) as Module;

/** A function of the code in `root`; the answer is an error where that code has none. */
async function of(root: string, path: string, name: string): Promise<Call> {
	const found = (await load(root, path))[name];
	if (!found) throw new Error(`${path} has no ${name}`);
	return found;
}

const lint =
	(sql: string) =>
	async (root: string): Promise<string> => {
		const { postgresParser: parser } = (await load(root, 'adapters/sql/parser.ts')) as unknown as {
			readonly postgresParser: { readonly parse: (sql: string) => Promise<unknown> };
		};
		const findings = await of(root, 'core/release/sql/lint.ts', 'lintMigration');
		const verdict = await of(root, 'core/release/sql/lint.ts', 'migrationVerdict');
		return (verdict(findings(await parser.parse(sql))) as { readonly status: string }).status;
	};
const lints = (row: string, sql: string, right: string): Question => ({
	row,
	asks: `the lint on \`${sql}\``,
	right,
	ask: lint(sql),
});

interface Stretch {
	readonly from: number;
	readonly to: number;
}
interface Asked {
	readonly start: string;
	readonly rule: string;
	readonly duration?: string;
	readonly timeZone?: string;
}
const windowOf = ({ start, rule, duration = 'PT2H', timeZone = 'Europe/Berlin' }: Asked): object => ({
	...{ name: 'w', start, rule, duration, timeZone },
});
const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 16);
const window =
	(asked: Asked, from: string, to: string, tell: (list: readonly Stretch[]) => string) =>
	async (root: string): Promise<string> => {
		const stretches = await of(root, 'core/release/windows.ts', 'stretches');
		return tell(stretches(windowOf(asked), Date.parse(from), Date.parse(to)) as readonly Stretch[]);
	};
const starts = (list: readonly Stretch[]): string => list.map(({ from }) => iso(from)).join(' ') || 'never';
const windows = (
	row: string,
	asks: string,
	right: string,
	asked: Asked,
	[from, to]: readonly [string, string],
	tell = starts,
): Question => ({ row, asks, right, ask: window(asked, from, to, tell) });

/** Whether the policy's own schema takes a window. */
const defined =
	(rule: string) =>
	async (root: string): Promise<string> => {
		const { windowSchema, policySchema } = (await load(
			root,
			'core/release/policy/schema.ts',
		)) as unknown as Record<
			string,
			{ readonly safeParse: (value: unknown) => { readonly success: boolean } } | undefined
		>;
		const schema = windowSchema ?? policySchema;
		const asked = windowOf({ start: '2026-01-02T14:00', rule });
		if (schema === windowSchema && schema) return schema.safeParse(asked).success ? 'stored' : 'refused';
		const { presetPolicy } = (await load(root, 'core/release/policy/override.ts')) as unknown as {
			readonly presetPolicy: (name: string) => { readonly windows: object };
		};
		const policy = presetPolicy('weekly-software-release');
		const read = policySchema?.safeParse({ ...policy, windows: { ...policy.windows, deny: [asked] } });
		return read?.success === true ? 'stored' : 'refused';
	};
const stores = (rule: string): Question => ({
	row: 'D4',
	asks: `a freeze of \`${rule}\` in a policy`,
	right: 'refused',
	ask: defined(rule),
});

/** Failed sends of every hundredth, then of every twentieth: how many of the latter until the rate is called intolerable. */
async function untilFound(root: string, good: number): Promise<string> {
	const plan = { p0: 0.01, p1: 0.05, alpha: 0.01, beta: 0.05 };
	const now = await of(root, 'core/stability/change.ts', 'changeOf').catch(() => null);
	const once = await of(root, 'core/stability/sequential.ts', 'sequentialTest');
	let [bad, memory] = [0, null as unknown];
	const before = Math.floor(good / 100);
	for (let sent = 1; sent <= 5000; sent += 1) {
		bad += sent % 20 === 0 ? 1 : 0;
		if (!now && (once(plan, before + bad, good + sent) as { verdict: string }).verdict === 'intolerable')
			return String(sent);
		if (!now) continue;
		const slots = [...(good > 0 ? [{ bad: before, total: good }] : []), { bad, total: sent }];
		const found = now(plan, slots, memory, 2 * Math.max(good, sent)) as { rose: unknown; memory: unknown };
		if (found.rose !== null) return String(sent);
		memory = found.memory;
	}
	return 'not within 5000';
}

const PROMPT = (prompt: string): object => ({
	name: 'w',
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
		{
			name: 'Set Config',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [1, 0],
			parameters: {
				assignments: { assignments: [{ id: 'a', name: 'prompt', type: 'string', value: prompt }] },
			},
		},
		{
			name: 'Ask',
			type: '@n8n/n8n-nodes-langchain.openAi',
			typeVersion: 1.8,
			position: [2, 0],
			parameters: { messages: { values: [{ content: "={{ $('Set Config').first().json.prompt }}" }] } },
		},
	],
	connections: {
		Start: { main: [[{ node: 'Set Config', type: 'main', index: 0 }]] },
		'Set Config': { main: [[{ node: 'Ask', type: 'main', index: 0 }]] },
	},
	settings: {},
});
async function surfaces(root: string): Promise<string> {
	const parse = await of(root, 'core/audit/index.ts', 'parseWorkflow');
	const diff = await of(root, 'core/release/diff/workflow.ts', 'diffWorkflows');
	const changes = diff(parse(PROMPT('Be kind.'), 'w'), parse(PROMPT('Be kinder.'), 'w')) as readonly {
		readonly surface: string;
	}[];
	return [...new Set(changes.map(({ surface }) => surface))].sort().join(', ');
}

/** Where a rollback goes: the core's rule, or what stood in a node of the template before there was one. */
const goesTo =
	(running: string | null, names: readonly string[], rolledBack: readonly string[] = []) =>
	async (root: string): Promise<string> => {
		return await target(root, running, names, rolledBack);
	};
const rolls = (
	asks: string,
	right: string,
	...given: readonly [string | null, readonly string[], (readonly string[])?]
): Question => ({ row: 'D8', asks, right, ask: goesTo(...given) });

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
