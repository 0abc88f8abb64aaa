import type { NodeCosts } from './nodes';
import { rounded, type ScaleRun } from './summary';

/** The page for users that is written from what was measured, from the root. */
export const sizingPage = 'docs/guide/sizing.md';

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** HubSpot's limits for a private app, as the stand-in keeps to them (docs/guide/hubspot.md names the sources). */
const hubspot = { searchesPerSecond: 5, callsPerSecond: 10 } as const;

/** Share of one core from which on a process is taken to wait for nothing but itself. */
const busy = 0.8;

/** What held a run back, by its own figures. */
export function bottleneckOf(run: ScaleRun): string {
	const { mode, parallelRuns, textsPerMinute, killEverySeconds } = run.options;
	const { load, cores } = run.machine;
	if (killEverySeconds !== undefined)
		return 'the kills: what a dead run held waits for its lease, or to be settled';
	if (run.throttledShare > 0.01) return "HubSpot's limits";
	if (textsPerMinute !== undefined && run.mailsPerMinute >= 0.6 * textsPerMinute * parallelRuns)
		return `the pace set: ${whole(textsPerMinute * parallelRuns)} texts a minute in all, and the rest of each run besides`;
	if (run.processorShare >= busy) return mode === 'queue' ? "the busiest worker's core" : "n8n's one core";
	return load[1] >= cores
		? `the machine: ${cores} cores for everything`
		: 'nothing for long: it waits for vendors and databases';
}

/** Contacts an hour that HubSpot's limits allow, at so many searches and other calls for those served. */
function hubspotAllows({ calls, mails }: ScaleRun): number {
	const searches = (hubspot.searchesPerSecond * 3_600 * mails) / Math.max(1, calls.search);
	const all = (hubspot.callsPerSecond * 3_600 * mails) / Math.max(1, calls.search + calls.other);
	return Math.min(searches, all);
}

const latencyOf = (ms: number): string => (ms === 0 ? 'at once' : `after ${rounded(ms / 1000)} s`);

function rowOf(run: ScaleRun): string {
	const { mode, workers, parallelRuns, generatorMs, textsPerMinute, emailsPerCall = 1 } = run.options;
	return line([
		mode === 'queue' ? `${workers} workers` : 'one process',
		parallelRuns,
		textsPerMinute === undefined ? 'none' : `${textsPerMinute} texts a minute`,
		latencyOf(generatorMs),
		emailsPerCall,
		whole(run.mailsPerMinute * 60),
		bottleneckOf(run),
	]);
}

function costRows({ nodes }: NodeCosts): readonly string[] {
	const sum = nodes.reduce((total, { ms }) => total + ms, 0);
	const ours = nodes.filter((node) => node.ours).reduce((total, { ms }) => total + ms, 0);
	return [
		line(['node', 'ms a delivery', 'share', 'whose']),
		line(['---', '---', '---', '---']),
		...nodes.map((node) =>
			line([
				node.node,
				node.ms,
				`${Math.round((node.ms / sum) * 100)} %`,
				node.ours ? 'this package' : 'n8n',
			]),
		),
		line(['all', rounded(sum, 2), '100 %', `this package: ${Math.round((ours / sum) * 100)} %`]),
	];
}

/** The largest run of one process at full speed: what one process does. */
const largest = (runs: readonly ScaleRun[]): ScaleRun | undefined =>
	runs
		.filter(
			({ options: { mode, parallelRuns, textsPerMinute, emailsPerCall } }) =>
				mode === 'regular' &&
				parallelRuns === 1 &&
				textsPerMinute === undefined &&
				emailsPerCall === undefined,
		)
		.sort((a, b) => b.mails - a.mails)[0];

/** The page. Throws without a run of one process at full speed. */
export function renderSizing(runs: readonly ScaleRun[], costs: NodeCosts | null): string {
	const one = largest(runs);
	if (one === undefined) throw new Error('No run of one process at full speed was kept.');
	const anHour = one.mailsPerMinute * 60;
	const memory = Math.max(...one.stretches.map((stretch) => stretch.memory));
	return [
		'# How large to make it',
		'',
		'Says how many contacts an hour an installation serves, what holds it back, and when to take the next step. Written by `npm run scale` from',
		'[what was measured](../records/scale.md), on the machine that is named there; nothing on this page is typed by hand. Another processor is',
		'faster or slower in proportion; where a pace or a vendor holds a row back, it is not.',
		'',
		'## Contacts an hour',
		'',
		'Each with the templates as shipped and [Drain](../reference/templates/drain.md). A pace is *textsPerMinute* in the *Set Config* of the spine: each',
		'run keeps to it for itself.',
		'',
		line([
			'n8n',
			'parallel runs',
			'pace of a run',
			'generator answers',
			'emails a call',
			'contacts an hour',
			'what held it back',
		]),
		line(Array.from({ length: 7 }, () => '---')),
		...runs.map(rowOf),
		'',
		`- **One process** served ${whole(one.mails)} contacts at ${whole(anHour)} an hour, in ${whole(one.seconds)} s, with at most ${whole(memory)} MB: memory does not follow`,
		'  how many are due, since each run ends after 1,000.',
		"- **The generator's answer time** matters less than its pace: n8n's HTTP Request begins its requests at the pace set and waits for all answers at the end",
		'  (`requestPromises` in its HttpRequestV3), so that a slower answer costs each run once, not each contact.',
		`- **HubSpot** got ${whole(one.calls.search)} searches and ${whole(one.calls.other)} other calls for ${whole(one.mails)} contacts. Its limits (${hubspot.searchesPerSecond} searches a second, ${hubspot.callsPerSecond * 10} calls in 10 seconds)`,
		`  allow ${whole(hubspotAllows(one))} contacts an hour at that: it is seldom what holds you back, unless other apps use the same limits.`,
		'- **Your vendors** hold you back most: a generator that takes 500 requests a minute gives 30,000 texts an hour, however many runs there are.',
		'  Divide its limit by the parallel runs, and set *textsPerMinute* to that.',
		'',
		...(costs === null
			? []
			: [
					'## What a delivery costs in each node',
					'',
					`n8n's own times of each node, the median over ${costs.runs} runs of 1,000 in one process, at ${costs.commit}. An HTTP Request evaluates its expressions for each`,
					'item, n8n reads and decrypts its credential for each item, and counts each request in its database: that is most of it.',
					'',
					...costRows(costs),
					'',
				]),
		'## When to take which step',
		'',
		'| contacts in one slot | take |',
		'| --- | --- |',
		'| up to 1,000 for each quarter of an hour that the slot is open | the spine alone, one process, SQLite |',
		`| more, up to ${whole(anHour)} for each hour | [Drain](../reference/templates/drain.md) with one run; still one process and SQLite |`,
		'| more than that, or a run must go on while a process is restarted, or other workflows must not wait | [queue mode](queue-mode.md) and Postgres, *Parallel Runs* at most the number of workers, a core for each worker |',
		'| more than your generator takes | nothing here helps: a longer slot, or a larger quota |',
		'',
		'A process of n8n works on one core: a run more helps where a pace holds the one back, or on a worker that has a core to itself.',
		'',
	].join('\n');
}
