import type { Slot } from '../delivery/cadence';
import type { DeliveryRecord } from '../delivery/record';
import type { Instant, Milliseconds } from '../delivery/types';
import type { Strictness } from '../release/policy/schema';
import type { Stage } from '../release/stages';
import type { FailedRun } from '../stability/failed-run';
import type { LimitsSight } from './limits';
import type { SlotSight } from './slot';

/** One thing that somebody should know of, with what to do about it. */
export interface Alarm {
	/** `trouble`: something is wrong now. `warning`: it waits for somebody, or may become wrong. */
	readonly level: 'trouble' | 'warning';
	/** Names the kind of alarm, e.g. `silent`. */
	readonly id: string;
	/** The spine or product; `null` where it is about the whole ledger or n8n. */
	readonly spine: string | null;
	/** What is wrong, in one sentence. */
	readonly sentence: string;
	/** How to mend it, in one sentence. */
	readonly mend: string;
	/** The form that does it. */
	readonly form?: FormName;
	/** The release it is about. */
	readonly release?: string;
	readonly since: Instant | null;
}

/** Forms that a page may lead to; each asks who is signed in. */
export type FormName = 'release' | 'approve' | 'rollBack' | 'act';

/** How what is published of a spine stands to what was released. */
export type Published =
	| { readonly status: 'as-released' | 'nothing-released' }
	| { readonly status: 'ungated'; readonly differences: readonly string[]; readonly since: Instant | null }
	/** The workflow is not published, so its schedule does not fire. */
	| { readonly status: 'unpublished' };

/** What runs of a spine with the gate's leave. */
export interface Runs {
	/** `null` where it ran before the first release. */
	readonly release: string | null;
	readonly version: string | null;
	readonly workflow: string;
	readonly at: Instant;
	readonly by: string;
}

/** One spine as it stands. */
export interface SpineSight {
	readonly spine: string;
	readonly state: 'live' | 'rehearsal' | 'paused';
	readonly pause: {
		readonly by: string | null;
		readonly reason: string | null;
		readonly at: Instant | null;
	} | null;
	readonly strictness: Strictness;
	readonly policy: string;
	/** What becomes of deliveries in doubt that no provider can settle. */
	readonly inDoubt: 'assume-delivered' | 'wait-for-a-person';
	/** The slot that is open by the cadence; `null` between two windows. */
	readonly openSlot: Slot | null;
	/** The next slots, soonest first. */
	readonly next: readonly Slot[];
	/** The newest slot that is over by the cadence and opened since the spine was configured; `null` before the first. */
	readonly closedSlot: Slot | null;
	/** What the ledger counted in the open slot; `null` when nobody asked in it yet. */
	readonly open: SlotSight | null;
	/** The newest slot before it that the ledger knows. */
	readonly last: SlotSight | null;
	/** Runs of the newest slots in which most deliveries failed, newest first. */
	readonly failedRuns: readonly FailedRun[];
	readonly runs: Runs | null;
	readonly published: Published;
	/** Deliveries in doubt, at most as many as were asked for. */
	readonly doubts: readonly DeliveryRecord[];
	/** Time between two sends to one recipient, a sample of the newest slots; and what the cadence asks. */
	readonly intervals: readonly Milliseconds[];
	readonly intervalMs: Milliseconds | null;
	readonly configuredAt: Instant;
	/** When contacts could not be read last; `null` where that was not within the newest events, or somebody was registered since. */
	readonly unread: {
		readonly at: Instant;
		/** Code of the catalogue of errors. */
		readonly reason: string;
		/** How many were handed out all the same. */
		readonly handedOut: number;
	} | null;
	/** A slot in which it stayed silent, or that nobody asked about, told last. */
	readonly silent: { readonly at: Instant; readonly slot: string; readonly sentence: string } | null;
	/** What the newest look of the monitor said; `null` before the first. */
	readonly look: {
		readonly at: Instant;
		readonly sentence: string | null;
		readonly verdict: 'watching' | 'stable' | 'roll-back' | null;
		readonly errorBudget: 'healthy' | 'spent' | 'unknown';
	} | null;
	/** Why the spine's settings cannot be read by this version; `null` where they can. */
	readonly unreadable: string | null;
}

/** What one release waits for. */
export interface ReleaseSight {
	readonly id: string;
	readonly title: string;
	readonly subject: string;
	readonly kind: string;
	readonly stage: Stage;
	readonly since: Instant;
	readonly requestedBy: string;
	/** The gate's word as of now, in one sentence; `null` where it has none to give at this stage. */
	readonly sentence: string | null;
	readonly next: string;
	/** Roles whose word is wanted. */
	readonly mustAnswer: readonly string[];
	/** Of these, roles that must approve. */
	readonly mustApprove: readonly string[];
	/** Open checks by what they wait for. */
	readonly open: { readonly mend: number; readonly people: number; readonly moment: number };
	/** Open checks, most urgent first, as the gate asks them; at most twelve. */
	readonly checks: readonly {
		readonly id: string;
		readonly question: string;
		readonly reason: string;
		readonly remedy: string;
	}[];
	/** What changes, line by line, as machines saw it. */
	readonly changes: readonly string[];
	/** A rollback that was ordered; `finishedAt` is `null` while it runs. */
	readonly rollback: {
		readonly by: string;
		readonly reason: string;
		readonly startedAt: Instant;
		readonly finishedAt: Instant | null;
	} | null;
}

/** One line of what happened. */
export interface Happening {
	readonly at: Instant;
	readonly spine: string | null;
	readonly kind: string;
	readonly sentence: string;
	/** Who did it, as far as the event tells. */
	readonly by: string | null;
	/** How many events alike it stands for. */
	readonly times: number;
}

/** What a search found. */
export interface Found {
	readonly asked: string;
	readonly deliveries: readonly DeliveryRecord[];
	readonly releases: readonly string[];
	readonly happenings: readonly Happening[];
	/** How many of the newest events were looked through. */
	readonly within: number;
}

/** One thing that a look at the installation found; see *doctor*. */
export interface HealthFinding {
	readonly level: 'trouble' | 'advice' | 'unseen';
	readonly sentence: string;
	readonly mend: string;
}

/** What a person accepted as it stood although it disagreed with the history. */
export interface AcceptanceSight {
	readonly at: Instant;
	readonly person: string;
	readonly reason: string;
	/** Records as people name them. */
	readonly records: readonly string[];
}

/** Writes to other systems that wait. */
export interface OutboxSight {
	/** What the other system is called, in sentences. */
	readonly name: string;
	readonly waiting: number;
	readonly refused: number;
	readonly oldestAt: Instant | null;
}

/** Everything the desk shows. */
export interface Desk {
	readonly at: Instant;
	readonly spines: readonly SpineSight[];
	readonly releases: readonly ReleaseSight[];
	readonly outbox: OutboxSight;
	/** Calls of other systems that are left, as they were read within the last day. */
	readonly limits: readonly LimitsSight[];
	/** Most urgent first. */
	readonly alarms: readonly Alarm[];
	readonly happenings: readonly Happening[];
	readonly found: Found | null;
	/** What people accepted against the history, newest first; kept for good. */
	readonly accepted: readonly AcceptanceSight[];
	/** Events no sealer has chained yet. */
	readonly unsealed: number;
	/** How many of the newest events of the last hour were of each kind. */
	readonly lastHour: Readonly<Record<string, number>>;
	/** What *doctor* found last, and when; `null` where nobody handed it in. */
	readonly health: { readonly at: Instant; readonly findings: readonly HealthFinding[] } | null;
	/** Whether n8n was asked what is published and what ran. */
	readonly lookedAtN8n: boolean;
	/** Why n8n could not be asked; `null` where it was, or where nobody asked it. */
	readonly n8nProblem: string | null;
}
