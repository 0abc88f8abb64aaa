import type { Instant, Milliseconds } from '../../core/delivery/types';
import type { Approval, Evidence } from '../../core/release/evidence';
import type { Acceptance } from '../ledger/api/upkeep';
import type { SignedHead } from '../ledger/history/head';
import type { StoredRelease } from '../release';
import type { Check } from '../../core/release/policy/schema';
import type { SlotCounts } from '../../core/stability/observation';
import type { LevelsReport } from '../../core/stability/service-levels';
import type { ShownRollback } from '../../core/snapshot/page';
import type { Look, RollbackOrder } from '../../core/stability/documents';
import type { ValuesChanged } from './changes';
import type { RollbackPlan } from './plan';

/** Everything the page about one release shows. */
export interface ReleaseReport {
	readonly at: Instant;
	readonly release: StoredRelease;
	readonly riskClass: string;
	readonly policy: { readonly name: string; readonly version: number; readonly heldTo: readonly string[] };
	/** The end of the ledger's chain as this page was made, to hold the ledger against later. */
	readonly head: SignedHead;
	/** What people accepted although it disagreed with the history, newest first. */
	readonly acceptances: readonly Acceptance[];
	/** The checks of its policy, by which what was answered is sorted. */
	readonly checks: readonly Pick<Check, 'id' | 'question'>[];
	/** Newest first; after its own, each no to a release whose place it takes that nobody took back. So with approvals. */
	readonly evidence: readonly Evidence[];
	readonly approvals: readonly Approval[];
	/** Slots from a month before it shipped, oldest first. */
	readonly slots: readonly SlotCounts[];
	/** Time between consecutive sends to one recipient since it shipped; a sample. */
	readonly intervals: readonly Milliseconds[];
	/** Time between two slots of the cadence; `null` without a spine. */
	readonly intervalMs: Milliseconds | null;
	readonly levels: LevelsReport;
	/** Newest first. */
	readonly trail: readonly Look[];
	readonly order: RollbackOrder | null;
	/** What the rollback did, as the restore wrote it down; `null` when there was none. */
	readonly restore: ShownRollback | null;
	/** What it changes of its workflow, value by value. */
	readonly values: ValuesChanged;
	/** What a rollback would do now. */
	readonly rollbackPlan: RollbackPlan;
}

/** One thing that happened to the release. */
export interface Moment {
	readonly at: Instant;
	readonly what: string;
	readonly tone: 'good' | 'bad' | 'warn' | 'plain';
}

const tones: Readonly<Record<string, Moment['tone']>> = {
	stable: 'good',
	'rolled-back': 'bad',
	'roll-back': 'bad',
	watching: 'plain',
};

/** What happened, oldest first: stages, the gate's word, verdicts where they changed, the rollback. */
export function timeline({ release, trail, order, restore }: ReleaseReport): readonly Moment[] {
	const { history, decision } = release.body;
	const looks = [...trail].reverse().filter(({ verdict }) => verdict !== null);
	const newVerdicts = looks.filter(
		({ verdict }, at) => at === 0 || looks[at - 1]?.verdict?.verdict !== verdict?.verdict,
	);
	const finished = restore?.finishedAt;
	return [
		...history.map(({ stage, at, by }): Moment => ({
			at,
			what: `Stage ${stage}, by ${by}`,
			tone: tones[stage] ?? 'plain',
		})),
		...(decision
			? [
					{
						at: decision.at,
						what: `Gate: ${decision.sentence}`,
						tone: decision.decision === 'ship' ? ('good' as const) : ('warn' as const),
					},
				]
			: []),
		...newVerdicts.map(({ at, verdict }): Moment => ({
			at,
			what: verdict?.sentence ?? '',
			tone: tones[verdict?.verdict ?? ''] ?? 'plain',
		})),
		...(order
			? [{ at: order.startedAt, what: `Rollback ordered by ${order.by}`, tone: 'bad' as const }]
			: []),
		...(typeof finished === 'number'
			? [{ at: finished, what: 'Rollback finished', tone: 'good' as const }]
			: []),
	].sort((a, b) => a.at - b.at);
}

/** Counts of values in equal bins around the expected one, so that a healthy rhythm is one bar in the middle. */
export function histogram(
	values: readonly Milliseconds[],
	expected: Milliseconds,
	bins = 9,
): readonly { readonly from: Milliseconds; readonly to: Milliseconds; readonly count: number }[] {
	const width = (2 * expected) / bins;
	const counts = Array.from({ length: bins + 1 }, () => 0);
	for (const value of values) {
		const bin = Math.min(bins, Math.max(0, Math.floor(value / width)));
		counts[bin] = (counts[bin] ?? 0) + 1;
	}
	return counts.map((count, bin) => ({
		from: bin * width,
		to: bin === bins ? Infinity : (bin + 1) * width,
		count,
	}));
}
