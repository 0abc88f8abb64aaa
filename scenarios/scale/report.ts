import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import { keptNodes, nodesFile } from './nodes';
import { pictureOf } from './picture';
import { renderSizing, sizingPage } from './sizing';
import { rounded, type ScaleRun } from './summary';

/** The page this program writes, from the root. */
export const scalePage = 'docs/records/scale.md';
const scalePicture = 'docs/images/scale.svg';

const folder = join(__dirname, 'results');

/** The runs kept so far: one for each thing that was measured. */
export const keptRuns = (): readonly ScaleRun[] =>
	(existsSync(folder) ? readdirSync(folder) : [])
		.filter((file) => file.endsWith('.json') && file !== nodesFile)
		.sort()
		.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ScaleRun);

const runsOf = (count: number): string => `${count} ${count === 1 ? 'run' : 'runs'}`;

const titleOf = ({ options }: ScaleRun): string => {
	const { mode, parallelRuns, generatorMs, killEverySeconds, contacts, emailsPerCall } = options;
	const calls = emailsPerCall === undefined ? '' : `, ${emailsPerCall} a call`;
	const kills = killEverySeconds === undefined ? '' : ', workers killed';
	return `${mode === 'queue' ? 'queue' : 'one process'}, ${runsOf(parallelRuns)}, ${generatorMs} ms, ${contacts / 1000}k${calls}${kills}`;
};

const nameOf = ({ options }: ScaleRun): string => {
	const { mode, contacts, parallelRuns, generatorMs, textsPerMinute, emailsPerCall, killEverySeconds } =
		options;
	return [
		mode,
		contacts,
		parallelRuns,
		generatorMs,
		...(textsPerMinute === undefined ? [] : [`paced-${textsPerMinute}`]),
		...(emailsPerCall === undefined ? [] : [`batches-${emailsPerCall}`]),
		...(killEverySeconds === undefined ? [] : ['kills']),
	].join('-');
};

/** Writes the pages and the picture from all that was kept. */
export function writePages(): void {
	const runs = keptRuns();
	const write = (page: string, text: string): void => writeFileSync(join(packageRoot, page), text);
	write(scalePage, renderPage(runs));
	write(scalePicture, pictureOf(runs.map((one) => ({ title: titleOf(one), course: one.course }))));
	if (runs.some(({ options: { mode } }) => mode === 'regular'))
		write(sizingPage, renderSizing(runs, keptNodes()));
}

/** Keeps a run beside the others, by what was measured, and writes the pages from all of them. */
export function keep(run: ScaleRun): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, `${nameOf(run)}.json`), `${JSON.stringify(run, null, '\t')}\n`);
	writePages();
}

/** The command that plays a row again. */
function commandOf({ options, bare }: ScaleRun): string {
	const { mode, contacts, parallelRuns, generatorMs, workers } = options;
	const { textsPerMinute, emailsPerCall, killEverySeconds } = options;
	return [
		'npm run scale --',
		`--contacts ${contacts}`,
		...(mode === 'queue' ? ['--queue', `--workers ${workers}`] : []),
		`--runs ${parallelRuns}`,
		...(generatorMs === 0 ? [] : [`--generator-ms ${generatorMs}`]),
		...(textsPerMinute === undefined ? [] : [`--texts-per-minute ${textsPerMinute}`]),
		...(emailsPerCall === undefined ? [] : [`--emails-per-call ${emailsPerCall}`]),
		...(killEverySeconds === undefined ? [] : [`--kill-every ${killEverySeconds}`]),
		...(bare === null ? [] : [`--bare ${bare.after.length}`]),
		`--every ${options.everySeconds}`,
	].join(' ');
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function rowOf({ options, exact, mails, most, kills, ...run }: ScaleRun, index: number): string {
	const {
		mode,
		workers,
		parallelRuns,
		generatorMs,
		textsPerMinute,
		emailsPerCall = 1,
		killEverySeconds,
	} = options;
	const given = exact
		? `exactly ${mails.toLocaleString('en')}`
		: `NOT exact: ${mails}, ${most} at most to one`;
	return line([
		index + 1,
		mode === 'queue' ? `queue, ${workers} workers` : 'one process',
		parallelRuns,
		`${generatorMs} ms`,
		textsPerMinute === undefined ? 'none' : `${textsPerMinute} a minute`,
		emailsPerCall,
		given + (killEverySeconds === undefined ? '' : `, ${kills} workers killed`),
		`${Math.round(run.seconds)} s`,
		run.mailsPerMinute.toLocaleString('en'),
		`${run.searchRatio} x`,
		`${rounded(run.throttledShare * 100, 2)} %`,
		run.thousandSeconds === null ? '' : rounded(run.thousandSeconds),
		Math.max(...run.stretches.map(({ memory }) => memory)),
		`${Math.round(run.processorShare * 100)} %`,
		run.machine.load.join(' / '),
	]);
}

const timesIn = (ms: readonly number[]): string => ms.map((one) => rounded(one / 1000)).join(', ');

/** Our spine beside the bare one, and the last run beside the third. */
function longRuns(runs: readonly ScaleRun[]): readonly string[] {
	const rows = runs.flatMap(({ options: { contacts }, bare, growth, stretches, thousandSeconds }) =>
		bare === null || growth === null
			? []
			: [
					line([
						contacts.toLocaleString('en'),
						thousandSeconds ?? '',
						`${bare.median} (${timesIn(bare.before)}; ${timesIn(bare.after)})`,
						`${bare.ratio} x`,
						`${stretches[2]?.seconds ?? ''} / ${stretches.at(-1)?.seconds ?? ''} s: ${growth.seconds} x`,
						`${stretches[2]?.memory ?? ''} / ${stretches.at(-1)?.memory ?? ''} MB: ${growth.memory} x`,
					]),
				],
	);
	if (rows.length === 0) return [];
	return [
		'## Beside the bare spine, and from the third run to the last',
		'',
		'The bare spine has the same texts, check and send, and nothing of ours: it reads by search and writes back in batches, and would send twice. It',
		'served thousands of an account of its own in the same n8n, before our runs and after them (each in brackets). Ours is the median over all thousands.',
		'',
		line([
			'contacts',
			'ours, s a thousand',
			'bare, s a thousand',
			'ours against bare',
			'third / last thousand',
			'memory after them',
		]),
		line(Array.from({ length: 6 }, () => '---')),
		...rows,
		'',
	];
}

/** Rows that differ by their parallel runs only, against the one of them with one run. */
function speedUps(runs: readonly ScaleRun[]): readonly string[] {
	const single = runs.filter(({ options }) => options.parallelRuns === 1 && options.mode === 'queue');
	const rows = single.flatMap((one) => {
		const { generatorMs, textsPerMinute, killEverySeconds, workers } = one.options;
		const alike = runs.filter(
			({ options }) =>
				options.mode === 'queue' &&
				options.workers === workers &&
				options.generatorMs === generatorMs &&
				options.textsPerMinute === textsPerMinute &&
				options.emailsPerCall === one.options.emailsPerCall &&
				options.killEverySeconds === killEverySeconds,
		);
		return alike.length < 2
			? []
			: alike.map(({ options, mailsPerMinute }) =>
					line([
						options.parallelRuns,
						options.contacts.toLocaleString('en'),
						mailsPerMinute.toLocaleString('en'),
						`${rounded(mailsPerMinute / one.mailsPerMinute, 2)} x`,
					]),
				);
	});
	if (rows.length === 0) return [];
	return [
		'## Several runs at once',
		'',
		line(['parallel runs', 'contacts', 'mails a minute', 'against one run']),
		line(['---', '---', '---', '---']),
		...rows,
		'',
	];
}

/** Whether so many runs at once were measured in queue mode, without kills. */
const hasQueue = (runs: readonly ScaleRun[], count: number): boolean =>
	runs.some(
		({ kills, options }) => kills === 0 && options.mode === 'queue' && options.parallelRuns === count,
	);

function unmeasured(runs: readonly ScaleRun[]): readonly string[] {
	const missing = [
		...(runs.some(({ options, bare }) => options.contacts >= 100_000 && bare !== null)
			? []
			: ['100,000 contacts beside the bare spine']),
		...(runs.some(({ kills }) => kills > 0) ? [] : ['a worker killed every minute']),
		...([1, 2, 4].every((count) => hasQueue(runs, count))
			? []
			: ['each of 1, 2 and 4 runs at once in queue mode']),
	];
	return missing.length === 0 ? [] : [`Not measured yet: ${missing.join('; ')}.`, ''];
}

/** The page: one row for each run. */
export function renderPage(runs: readonly ScaleRun[]): string {
	const machines = [
		...new Set(
			runs.map(
				({ machine: { cores, cpu, memoryGb, node } }) =>
					`${cores} cores (${cpu}), ${memoryGb} GB, Node ${node}`,
			),
		),
	];
	const schedules = [...new Set(runs.map(({ options }) => options.everySeconds))].join(' or ');
	const columns = [
		'row',
		'n8n',
		'parallel runs',
		'generator',
		'pace of a run',
		'emails a call',
		'mails',
		'in',
		'a minute',
		'searches',
		'429s',
		'seconds of a thousand, median',
		'most memory, MB',
		'of a core',
		'load',
	];
	return [
		'# Many contacts in one slot',
		'',
		'Written by `npm run scale`; nothing on this page is typed by hand.',
		'',
		'A real n8n runs the templates [content-delivery-spine](../reference/templates/content-delivery-spine.md) and',
		`[drain](../reference/templates/drain.md) as shipped, but for the schedule of the driver (every ${schedules} s) and that of the spine (off), so that only`,
		'the driver runs it; where workers are killed, [reconcile](../reference/templates/reconcile.md) too, every minute, with leases of two minutes. HubSpot,',
		'Postmark and the generator are stand-ins in a process of their own; HubSpot has its real limits (100 calls in 10 s, 5 searches a second) and an',
		'index that lags by 2 s. A run of the spine serves at most 1,000. Searches are counted against the least, one for 200 contacts. Memory is that of',
		'the largest of the processes that run the spine, and the share of a core that of the busiest.',
		'',
		...machines.map((machine) => `On ${machine}; vendors, databases and all processes of n8n share them.`),
		'The load is that of a minute, before and after.',
		'',
		line(columns),
		line(columns.map(() => '---')),
		...runs.map(rowOf),
		'',
		...longRuns(runs),
		...speedUps(runs),
		'![Mails a minute, and memory, over each run](../images/scale.svg)',
		'',
		'Each row again:',
		'',
		'```sh',
		...runs.map(
			(run, index) => `${commandOf(run)} # row ${index + 1}, at ${run.commit}, ${run.at.slice(0, 10)}`,
		),
		'```',
		'',
		...unmeasured(runs),
	].join('\n');
}
