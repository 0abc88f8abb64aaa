import type { Instant } from '../../core/delivery/types';
import type { Interval } from '../../core/stability/schedule/rule';
import type { Run } from '../../core/stability/schedule/judge';

/** A published workflow with what starts it by time. */
export interface ScheduledWorkflow {
	readonly id: string;
	readonly name: string;
	/** Of its schedules that are not switched off; `null` for one that cannot be read, e.g. an expression. */
	readonly intervals: readonly (Interval | null)[];
	readonly tags: readonly string[];
	/** `null` where it goes by the instance's own. */
	readonly timeZone: string | null;
	readonly keepsGoodRuns: boolean;
	/** When it was changed or published last. */
	readonly changedAt: Instant;
}

/** Published workflows of one n8n and how they ran. Every method throws catalogue errors. */
export interface WorkflowRuns {
	published(): Promise<readonly ScheduledWorkflow[]>;
	/** The newest runs by its triggers, newest first. */
	runs(id: string, limit: number): Promise<readonly Run[]>;
}
