import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitId, currentLoad, machine, type Machine } from '../../testbed/machine';
import { packageRoot } from '../../testbed/n8n/paths';
import type { Look } from './outside-process';
import { pictureOf, type Point } from './picture';
import type { ScaleOptions } from './world';

/** One look at it. */
export interface Sample {
	readonly at: number;
	readonly mails: number;
	/** Resident memory of each process that runs the spine, MB. */
	readonly memory: readonly number[];
	readonly calls: Look['calls'];
}

/** A thousand mails: when they were out, how fast they were, and the memory at their end. */
export interface Stretch {
	readonly mails: number;
	readonly seconds: number;
	readonly memory: number;
}

export interface ScaleRun {
	readonly at: string;
	readonly commit: string;
	readonly machine: Machine;
	readonly options: ScaleOptions;
	readonly mails: number;
	readonly recipients: number;
	/** Most mails that one recipient got. */
	readonly most: number;
	/** Whether each contact got exactly one mail. */
	readonly exact: boolean;
	/** From the first mail to the last. */
	readonly seconds: number;
	readonly mailsPerMinute: number;
	readonly calls: Look['calls'];
	/** Searches against the least: a page is 200. */
	readonly searchRatio: number;
	readonly throttledShare: number;
	readonly stretches: readonly Stretch[];
	/** Every quarter of a minute. */
	readonly course: readonly Point[];
	readonly sentences: readonly string[];
}

const most = (numbers: readonly number[]): number => Math.max(0, ...numbers);
const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

function stretchesOf(samples: readonly Sample[]): readonly Stretch[] {
	const stretches: Stretch[] = [];
	let from = samples.findLast(({ mails }) => mails === 0) ?? samples[0];
	for (const sample of samples) {
		if (from === undefined || sample.mails - from.mails < 1_000) continue;
		stretches.push({
			mails: sample.mails,
			seconds: rounded(((sample.at - from.at) / 1000 / (sample.mails - from.mails)) * 1_000),
			memory: Math.round(most(sample.memory)),
		});
		from = sample;
	}
	return stretches;
}

const pointMs = 15_000;

function courseOf(samples: readonly Sample[], first: Sample): readonly Point[] {
	const points: Point[] = [];
	let from = first;
	for (const sample of samples) {
		const ms = sample.at - from.at;
		if (ms < pointMs) continue;
		points.push({
			seconds: Math.round((sample.at - first.at) / 1000),
			mailsPerMinute: Math.round(((sample.mails - from.mails) / ms) * 60_000),
			memory: Math.round(most(sample.memory)),
		});
		from = sample;
	}
	return points;
}

/** What came of it, in figures and in sentences. */
export function summaryOf(
	options: ScaleOptions,
	samples: readonly Sample[],
	{ recipients, most: mostMails }: Pick<Look, 'recipients' | 'most'>,
	loadBefore: number = currentLoad(),
): ScaleRun {
	const first = samples.findLast(({ mails }) => mails === 0) ?? samples[0];
	const last = samples.at(-1);
	if (first === undefined || last === undefined) throw new Error('Nothing was looked at.');
	const { contacts } = options;
	const seconds = (last.at - first.at) / 1000;
	const { mails, calls } = last;
	const exact = mails === contacts && recipients === contacts && mostMails === 1;
	const mailsPerMinute = Math.round((mails / seconds) * 60);
	const searchRatio = rounded(calls.search / Math.ceil(contacts / 200), 2);
	const throttledShare = rounded(calls.throttled / Math.max(1, calls.search + calls.other), 4);
	const stretches = stretchesOf(samples);
	return {
		at: new Date(first.at).toISOString(),
		commit: commitId(packageRoot),
		machine: machine(loadBefore),
		options,
		mails,
		recipients,
		most: mostMails,
		exact,
		seconds: rounded(seconds),
		mailsPerMinute,
		calls,
		searchRatio,
		throttledShare,
		stretches,
		course: courseOf(samples, first),
		sentences: [
			`${mails} mails to ${recipients} of ${contacts} contacts, ${mostMails} at most to one: ${exact ? 'exact' : 'NOT exact'}.`,
			`${rounded(seconds)} s, ${mailsPerMinute} a minute.`,
			`HubSpot: ${calls.search} searches (${searchRatio} x the least), ${calls.other} other calls, ${calls.throttled} refused with 429.`,
			`Each thousand, seconds: ${stretches.map((one) => one.seconds).join(', ')}; memory after it, MB: ${stretches.map((one) => one.memory).join(', ')}.`,
		],
	};
}

/** The page this program writes, from the root. */
export const scalePage = 'docs/records/scale.md';
const scalePicture = 'docs/images/scale.svg';

const folder = join(__dirname, 'results');

/** The runs kept so far: one for each thing that was measured. */
export const keptRuns = (): readonly ScaleRun[] =>
	(existsSync(folder) ? readdirSync(folder) : [])
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ScaleRun);

const titleOf = ({ options: { mode, parallelRuns, generatorMs } }: ScaleRun): string =>
	`${mode === 'queue' ? 'queue' : 'one process'}, ${parallelRuns} ${parallelRuns === 1 ? 'run' : 'runs'}, ${generatorMs} ms`;

/** Keeps a run beside the others, by what was measured, and writes the page from all of them. */
export function keep(run: ScaleRun): void {
	const { mode, contacts, parallelRuns, generatorMs } = run.options;
	mkdirSync(folder, { recursive: true });
	const name = `${mode}-${contacts}-${parallelRuns}-${generatorMs}.json`;
	writeFileSync(join(folder, name), `${JSON.stringify(run, null, '\t')}\n`);
	writeFileSync(join(packageRoot, scalePage), renderPage(keptRuns()));
	writeFileSync(
		join(packageRoot, scalePicture),
		pictureOf(keptRuns().map((one) => ({ title: titleOf(one), course: one.course }))),
	);
}

const rowOf = ({ options, exact, mails, most, seconds, mailsPerMinute, ...run }: ScaleRun): string => {
	const { mode, workers, parallelRuns, generatorMs, contacts } = options;
	const cells = [
		mode === 'queue' ? `queue, ${workers} workers` : 'one process',
		parallelRuns,
		`${generatorMs} ms`,
		contacts.toLocaleString('en'),
		exact ? `exactly ${mails.toLocaleString('en')}` : `NOT exact: ${mails}, ${most} at most to one`,
		`${Math.round(seconds)} s`,
		mailsPerMinute.toLocaleString('en'),
		`${run.searchRatio} x`,
		`${rounded(run.throttledShare * 100, 2)} %`,
		run.stretches.map((one) => Math.round(one.seconds)).join(', '),
		run.stretches.map(({ memory }) => memory).join(', '),
		run.machine.load.join(' / '),
	];
	return `| ${cells.join(' | ')} |`;
};

/** The page: one row for each run. */
export function renderPage(runs: readonly ScaleRun[]): string {
	const [{ machine: on, commit = 'unknown' } = { machine: null }] = runs.slice(-1);
	const schedules = [...new Set(runs.map(({ options }) => options.everySeconds))].join(' or ');
	const unmeasured = runs.some(({ options }) => options.contacts >= 100_000) ? '' : '100,000 contacts, ';
	return [
		'# Many contacts in one slot',
		'',
		'Written by `npm run scale`; nothing on this page is typed by hand.',
		'',
		'A real n8n runs the templates [content-delivery-spine](../reference/templates/content-delivery-spine.md) and',
		`[drain](../reference/templates/drain.md) as shipped, but for the schedule of the driver (every ${schedules} s) and that of the spine (off), so that only`,
		'the driver runs it. HubSpot, Postmark and the generator are stand-ins in a process of their own; HubSpot has its real limits (100 calls in 10 s, 5',
		'searches a second) and an index that lags by 2 s. A run of the spine serves at most 1,000. Searches are counted against the least, one for 200',
		'contacts. Time and memory are given for each thousand mails, memory as the largest of the processes that run the spine, in MB.',
		'',
		...(on === null
			? []
			: [
					`On ${on.cores} cores (${on.cpu}), ${on.memoryGb} GB, Node ${on.node}, at ${commit}. The load is that of a minute, before and after: above ${on.cores} other`,
					'work had the cores too, and the times say little of the machine.',
					'',
				]),
		'| n8n | parallel runs | generator | contacts | mails | in | a minute | searches | 429s | seconds of each thousand | memory after it | load |',
		'| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
		...runs.map(rowOf),
		'',
		'![Mails a minute, and memory, over each run](../images/scale.svg)',
		'',
		`Not measured yet: ${unmeasured}a worker killed every minute, the bare spine over the same chunks.`,
		'',
	].join('\n');
}
