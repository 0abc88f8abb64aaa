import type { Instant } from '../../core/delivery/types';
import { judgeWorkflow, type WatchFinding } from '../../core/stability/schedule/judge';
import { taggedInterval } from '../../core/stability/schedule/rule';
import type { WorkflowRuns } from '../ports/workflow-runs';
import { ASKED_EVERY } from './asked';

/** Newest runs that are read of a workflow. */
const RUNS = 50;

/** When workflows asked last what of a spine is due, by id, as a ledger knows it. */
export type AskedLast = (workflows: readonly string[]) => Promise<ReadonlyMap<string, Instant>>;

const nobodyKnows: AskedLast = async () => new Map();

/** What one look at the workflows of an n8n found. */
export interface WatchReport {
	readonly at: Instant;
	/** Published workflows with a schedule or a tag `every:…`. */
	readonly watched: number;
	readonly findings: readonly WatchFinding[];
}

/**
 * Looks at every published workflow that starts by time, or that a tag `every:PT1H` expects something of: is its last good
 * run as old as it may be, did two runs overlap, does it fail more than it did? Changes nothing.
 *
 * @param timeZone that of the instance, by which workflows go that have none of their own
 * @param askedLast what a ledger knows of those of which n8n keeps no good runs; if absent, nobody does
 */
export async function watchWorkflows(
	n8n: WorkflowRuns,
	now: Instant,
	timeZone: string,
	askedLast: AskedLast = nobodyKnows,
): Promise<WatchReport> {
	const findings: WatchFinding[] = [];
	let watched = 0;
	const published = await n8n.published();
	const unkept = published.filter(({ keepsGoodRuns }) => !keepsGoodRuns);
	const asked = await askedLast(unkept.map(({ id }) => id));
	for (const { id, name, intervals, tags, ...workflow } of published) {
		const expected = tags.map(taggedInterval).find((one) => one !== null) ?? null;
		if (intervals.length === 0 && expected === null) continue;
		watched += 1;
		// It is written down that it asked, and not each time: it may have asked since.
		const heard = asked.get(id);
		const runs = workflow.keepsGoodRuns || heard !== undefined ? await n8n.runs(id, RUNS) : [];
		findings.push(
			...judgeWorkflow(
				{
					id,
					name,
					intervals,
					expected,
					timeZone: workflow.timeZone ?? timeZone,
					keepsGoodRuns: workflow.keepsGoodRuns,
					asked: heard === undefined ? null : Math.min(now, heard + ASKED_EVERY),
					since: workflow.changedAt,
					runs,
				},
				now,
			),
		);
	}
	return { at: now, watched, findings };
}
