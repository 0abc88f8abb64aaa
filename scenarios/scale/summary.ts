import { median } from 'simple-statistics';
import { commitId, currentLoad, machine, type Machine } from '../../testbed/machine';
import { packageRoot } from '../../testbed/n8n/paths';
import type { Look } from './outside-process';
import type { Point } from './picture';
import { busiest, type Used } from './used';
import type { ScaleOptions } from './world';

/** One look at it. */
export interface Sample extends Omit<Look, 'kind'> {
	/** What each process that runs the spine uses. */
	readonly used: readonly Used[];
	/** Workers that were killed so far. */
	readonly kills: number;
}

/** A thousand mails: how long they took after the thousand before, and the memory at their end. */
export interface Stretch {
	readonly mails: number;
	/** `null` for the first: nobody saw when its run began. */
	readonly seconds: number | null;
	readonly memory: number;
}

/** What each thousand took the bare spine, milliseconds: before our spine's runs, and after them. */
export interface Bare {
	readonly before: readonly number[];
	readonly after: readonly number[];
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
	/** From when the driver was published to the last mail. */
	readonly seconds: number;
	readonly mailsPerMinute: number;
	readonly kills: number;
	/** Share of one core that the busiest process of the spine took over the run. */
	readonly processorShare: number;
	readonly calls: Look['calls'];
	/** Searches against the least: a page is 200. */
	readonly searchRatio: number;
	readonly throttledShare: number;
	readonly stretches: readonly Stretch[];
	/** Median seconds of a thousand; `null` where there is none to take it from. */
	readonly thousandSeconds: number | null;
	/** The bare spine over thousands, seconds, and ours against it; `null` where it did not run, or runs went on at once. */
	readonly bare: (Bare & { readonly median: number; readonly ratio: number }) | null;
	/** The last run against the third: time and memory; `null` with fewer than five, or with several at once. */
	readonly growth: { readonly seconds: number; readonly memory: number } | null;
	/** Every quarter of a minute; every hundredth of the run where it is a long one. */
	readonly course: readonly Point[];
	readonly sentences: readonly string[];
}

const largest = (used: readonly Used[] = []): number =>
	Math.round(Math.max(0, ...used.map(({ memory }) => memory)));

/** So many digits behind the point, at most. */
export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

function stretchesOf(samples: readonly Sample[]): readonly Stretch[] {
	const marks = samples.at(-1)?.marks ?? [];
	return marks.map((at, index) => {
		const before = marks[index - 1];
		const seen = samples.find((sample) => sample.at >= at);
		return {
			mails: (index + 1) * 1_000,
			seconds: before === undefined ? null : rounded((at - before) / 1000, 2),
			memory: largest(seen?.used),
		};
	});
}

const secondsOf = (stretches: readonly Stretch[]): readonly number[] =>
	stretches.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));

const leastPointMs = 15_000;

function courseOf(samples: readonly Sample[], first: Sample, last: Sample): readonly Point[] {
	const pointMs = Math.max(leastPointMs, (last.at - first.at) / 100);
	const points: Point[] = [];
	let from = first;
	for (const sample of samples) {
		const ms = sample.at - from.at;
		if (ms < pointMs) continue;
		points.push({
			seconds: Math.round((sample.at - first.at) / 1000),
			mailsPerMinute: Math.round(((sample.mails - from.mails) / ms) * 60_000),
			memory: largest(sample.used),
		});
		from = sample;
	}
	return points;
}

function growthOf(stretches: readonly Stretch[]): ScaleRun['growth'] {
	const [third, last] = [stretches[2], stretches.at(-1)];
	if (stretches.length < 5 || third === undefined || last === undefined) return null;
	return {
		seconds: rounded((last.seconds ?? NaN) / (third.seconds ?? NaN), 2),
		memory: rounded(last.memory / third.memory, 2),
	};
}

function bareOf(bare: Bare | null, ours: number | null): ScaleRun['bare'] {
	if (bare === null || ours === null) return null;
	const middle = median([...bare.before, ...bare.after]) / 1000;
	return { ...bare, median: rounded(middle, 2), ratio: rounded(ours / middle, 2) };
}

/** What came of it, in figures and in sentences. Throws where nothing was looked at. */
export function summaryOf(
	options: ScaleOptions,
	samples: readonly Sample[],
	bare: Bare | null = null,
	loadBefore: number = currentLoad(),
): ScaleRun {
	const first = samples.findLast(({ mails }) => mails === 0) ?? samples[0];
	const end = samples.at(-1);
	// Looks after the last mail, for one more, are not part of the time.
	const last = samples.find((sample) => sample.mails === end?.mails);
	if (first === undefined || end === undefined || last === undefined)
		throw new Error('Nothing was looked at.');
	const { contacts, parallelRuns } = options;
	// From the driver's first schedule on: a run writes all its texts before it sends the first.
	const began = samples[0] ?? first;
	const seconds = (last.at - began.at) / 1000;
	const { mails, recipients, calls, kills } = end;
	const exact = mails === contacts && recipients === contacts && end.most === 1;
	const stretches = stretchesOf(samples);
	const times = secondsOf(stretches);
	const thousandSeconds = times.length === 0 ? null : rounded(median([...times]), 2);
	const alone = parallelRuns === 1 && kills === 0;
	const run = {
		at: new Date(first.at).toISOString(),
		commit: commitId(packageRoot),
		machine: machine(loadBefore),
		options,
		mails,
		recipients,
		most: end.most,
		exact,
		seconds: rounded(seconds),
		mailsPerMinute: Math.round((mails / seconds) * 60),
		kills,
		processorShare: rounded(busiest(samples.filter(({ at }) => at >= began.at && at <= last.at)), 2),
		calls,
		searchRatio: rounded(calls.search / Math.ceil(contacts / 200), 2),
		throttledShare: rounded(calls.throttled / Math.max(1, calls.search + calls.other), 4),
		stretches,
		thousandSeconds,
		bare: alone ? bareOf(bare, thousandSeconds) : null,
		growth: alone ? growthOf(stretches) : null,
		course: courseOf(samples, first, last),
	};
	return { ...run, sentences: sentencesOf(run) };
}

function sentencesOf({ options, ...run }: Omit<ScaleRun, 'sentences'>): readonly string[] {
	const { bare, growth, calls } = run;
	return [
		`${run.mails} mails to ${run.recipients} of ${options.contacts} contacts, ${run.most} at most to one: ${run.exact ? 'exact' : 'NOT exact'}.`,
		`${run.seconds} s, ${run.mailsPerMinute} a minute; the busiest process took ${Math.round(run.processorShare * 100)} % of a core.`,
		...(run.kills === 0 ? [] : [`Workers killed: ${run.kills}.`]),
		`HubSpot: ${calls.search} searches (${run.searchRatio} x the least), ${calls.other} other calls, ${calls.throttled} refused with 429.`,
		`Each thousand, seconds: ${secondsOf(run.stretches).join(', ')}; memory after it, MB: ${run.stretches.map((one) => one.memory).join(', ')}.`,
		...(growth === null
			? []
			: [
					`The last thousand against the third: ${growth.seconds} x its time, ${growth.memory} x its memory.`,
				]),
		...(bare === null
			? []
			: [
					`The bare spine over ${bare.before.length} thousands before and ${bare.after.length} after, seconds: ${[...bare.before, ...bare.after].map((ms) => rounded(ms / 1000)).join(', ')}; ours takes ${bare.ratio} x its median.`,
				]),
	];
}
