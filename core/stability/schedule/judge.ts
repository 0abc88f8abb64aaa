import type { Instant, Milliseconds } from '../../delivery/types';
import { counted, spell } from '../findings/finding';
import { type Interval, nextOf } from './rule';

/** One run of a workflow by its trigger, as n8n keeps it. */
export interface Run {
	readonly startedAt: Instant;
	/** `null` while it runs or waits. */
	readonly stoppedAt: Instant | null;
	readonly outcome: 'good' | 'bad' | 'under-way';
}

/** A published workflow that is watched. */
export interface WatchedWorkflow {
	readonly id: string;
	readonly name: string;
	/** Intervals of its schedules that are not switched off; `null` for one that cannot be read, e.g. an expression. */
	readonly intervals: readonly (Interval | null)[];
	/** What a tag says that it must not exceed between two good runs; `null` without one. */
	readonly expected: Milliseconds | null;
	readonly timeZone: string;
	/** Whether n8n keeps runs that succeeded: else only the ledger can tell that it ran. */
	readonly keepsGoodRuns: boolean;
	/** When the ledger heard it ask last what is due, at the latest; `null` where it never did. */
	readonly asked: Instant | null;
	/** Since when it is as it is: before that nothing is expected. */
	readonly since: Instant;
	/** Newest first. */
	readonly runs: readonly Run[];
}

/** One thing that is wrong with a workflow, or cannot be known. */
export interface WatchFinding {
	readonly id: 'silent' | 'overlap' | 'failing' | 'unseen' | 'unread';
	readonly level: 'trouble' | 'warning';
	readonly workflow: string;
	readonly name: string;
	readonly sentence: string;
	readonly mend: string;
	readonly since: Instant | null;
}

/** What a run may be late by: n8n starts what is due within seconds, a busy one within minutes. */
export const GRACE: Milliseconds = 3 * 60_000;

/** Times its longest good run that a run may still be under way. */
const PATIENCE = 3;

/** Newest runs that are held against the ones before them. */
const NEWEST = 10;

const utc = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Until when the next good run must have begun; `null` where nothing is expected. */
function dueBy({ intervals, expected, timeZone, runs, since }: WatchedWorkflow): Instant | null {
	const good = runs.find(({ outcome }) => outcome === 'good');
	const from = Math.max(good?.startedAt ?? 0, since);
	if (expected !== null) return from + expected;
	return nextOf(intervals, from, timeZone);
}

const lengths = (runs: readonly Run[]): readonly Milliseconds[] =>
	runs.flatMap(({ outcome, startedAt, stoppedAt }) =>
		outcome === 'good' && stoppedAt !== null ? [stoppedAt - startedAt] : [],
	);

function silent(workflow: WatchedWorkflow, now: Instant): WatchFinding[] {
	const due = dueBy(workflow);
	if (due === null || now <= due + GRACE) return [];
	const { id, name, runs, keepsGoodRuns } = workflow;
	const longest = Math.max(60_000, ...lengths(runs));
	const underWay = runs.find(({ outcome }) => outcome === 'under-way');
	if (underWay && now - underWay.startedAt <= PATIENCE * longest) return [];
	const good = runs.find(({ outcome }) => outcome === 'good');
	const later = runs.filter(
		({ outcome, startedAt }) => outcome === 'bad' && startedAt > (good?.startedAt ?? 0),
	);
	const heard = keepsGoodRuns ? 'its last good run began' : 'it asked what is due for the last time before';
	const last = good ? `${heard} ${utc(good.startedAt)}` : 'no good run of it is known';
	const why =
		later.length > 0
			? `${counted(later.length, 'run', 'runs')} since then failed`
			: underWay
				? `a run of ${utc(underWay.startedAt)} has not ended`
				: 'it did not start';
	return [
		{
			id: 'silent',
			level: 'trouble',
			workflow: id,
			name,
			sentence: `${name} should have run by ${utc(due)}, ${spell(now - due)} ago: ${last}, and ${why}.`,
			mend:
				later.length > 0
					? 'See its failed executions in n8n.'
					: 'See whether n8n runs, the workflow is published and its schedule is switched on.',
			since: due,
		},
	];
}

/** Two runs at once, within the last day: a schedule that is shorter than its run. */
function overlapping({ id, name, runs }: WatchedWorkflow, now: Instant): WatchFinding[] {
	const ordered = [...runs].sort((a, b) => a.startedAt - b.startedAt);
	const pairs = ordered.flatMap((run, at) => {
		const before = ordered[at - 1];
		if (before === undefined || now - run.startedAt > 86_400_000) return [];
		const end = before.stoppedAt ?? (before.outcome === 'under-way' ? now : before.startedAt);
		return end > run.startedAt ? [{ before, run, end }] : [];
	});
	const newest = pairs.at(-1);
	if (newest === undefined) return [];
	return [
		{
			id: 'overlap',
			level: 'warning',
			workflow: id,
			name,
			sentence: `${name} ran twice at once: the run of ${utc(newest.before.startedAt)} was still going when the next began, ${counted(pairs.length, 'time', 'times')} in a day.`,
			mend: 'Let it run less often, or claim a key at its beginning (Idempotency Check: Claim Key), so that the second run stops.',
			since: newest.run.startedAt,
		},
	];
}

/** Half or more of the newest runs failed, where at most a fifth did before. */
function failing({ id, name, runs }: WatchedWorkflow): WatchFinding[] {
	const ended = runs.filter(({ outcome }) => outcome !== 'under-way');
	const [now, before] = [ended.slice(0, NEWEST), ended.slice(NEWEST)];
	const bad = (list: readonly Run[]): number => list.filter(({ outcome }) => outcome === 'bad').length;
	if (now.length < NEWEST || before.length < NEWEST) return [];
	if (bad(now) * 2 < now.length || bad(before) * 5 > before.length) return [];
	return [
		{
			id: 'failing',
			level: 'trouble',
			workflow: id,
			name,
			sentence: `${name} fails more than it did: ${bad(now)} of its last ${now.length} runs, ${bad(before)} of the ${before.length} before.`,
			mend: 'See its failed executions in n8n, and what was changed before the first of them.',
			since: now.findLast(({ outcome }) => outcome === 'bad')?.startedAt ?? null,
		},
	];
}

/** No interval of it says when it should run: nothing would be called late. */
function untimed(workflow: WatchedWorkflow): WatchFinding[] {
	if (dueBy(workflow) !== null) return [];
	const { id, name } = workflow;
	return [
		{
			id: 'unseen',
			level: 'warning',
			workflow: id,
			name,
			sentence: `Nobody can tell when ${name} should run: its schedule cannot be read, as where it takes its times from an expression.`,
			mend: 'Tag the workflow with how often it should run, e.g. every:PT1H.',
			since: null,
		},
	];
}

/**
 * What is wrong with one workflow. One of which nobody knows when it runs, or should, cannot be judged, and that is said. Where n8n
 * keeps no good runs, what failed before the ledger heard it ask counts for nothing, and nobody sees runs that overlap.
 */
export function judgeWorkflow(workflow: WatchedWorkflow, now: Instant): readonly WatchFinding[] {
	const { id, name, intervals, expected, keepsGoodRuns, asked } = workflow;
	if (intervals.length === 0 && expected === null) return [];
	if (!keepsGoodRuns && asked !== null) {
		const run: Run = { startedAt: asked, stoppedAt: asked, outcome: 'good' };
		return [...untimed(workflow), ...silent({ ...workflow, runs: [run, ...workflow.runs] }, now)];
	}
	if (!keepsGoodRuns)
		return [
			{
				id: 'unseen',
				level: 'warning',
				workflow: id,
				name,
				sentence: `Nobody can tell whether ${name} runs: n8n keeps no successful executions of it.`,
				mend: 'Let n8n keep them (workflow settings: Save successful production executions). Of a spine the template Watch workflows sees it in the ledger.',
				since: null,
			},
		];
	return [
		...untimed(workflow),
		...silent(workflow, now),
		...overlapping(workflow, now),
		...failing(workflow),
	];
}
