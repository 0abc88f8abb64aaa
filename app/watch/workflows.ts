import type { Instant } from '../../core/delivery/types';
import { judgeWorkflow, type WatchFinding } from '../../core/stability/schedule/judge';
import { taggedInterval } from '../../core/stability/schedule/rule';
import type { WorkflowRuns } from '../ports/workflow-runs';

/** Newest runs that are read of a workflow. */
const RUNS = 50;

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
 */
export async function watchWorkflows(
	n8n: WorkflowRuns,
	now: Instant,
	timeZone: string,
): Promise<WatchReport> {
	const findings: WatchFinding[] = [];
	let watched = 0;
	for (const { id, name, intervals, tags, ...workflow } of await n8n.published()) {
		const expected = tags.map(taggedInterval).find((one) => one !== null) ?? null;
		if (intervals.length === 0 && expected === null) continue;
		watched += 1;
		const runs = workflow.keepsGoodRuns ? await n8n.runs(id, RUNS) : [];
		findings.push(
			...judgeWorkflow(
				{
					id,
					name,
					intervals,
					expected,
					timeZone: workflow.timeZone ?? timeZone,
					keepsGoodRuns: workflow.keepsGoodRuns,
					since: workflow.changedAt,
					runs,
				},
				now,
			),
		);
	}
	return { at: now, watched, findings };
}
