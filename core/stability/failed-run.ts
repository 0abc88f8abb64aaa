import type { Instant, Milliseconds } from '../delivery/types';
import { counted } from './findings/finding';

/** What became of the deliveries that one owner of claims claimed last in one slot. Each belongs to one owner. */
export interface ClaimedBy {
	/** Execution and node, e.g. `execution 12 / Claim`. */
	readonly owner: string;
	/** All of them. */
	readonly claimed: number;
	readonly sent: number;
	/** Still under way, under a lease that holds. */
	readonly open: number;
	/** Of the rest: those nobody knows the end of. */
	readonly inDoubt: number;
	/** When one of them changed last. */
	readonly lastAt: Instant;
}

/** The same of one slot, newest owner first. */
export interface SlotClaims {
	readonly slot: string;
	readonly owners: readonly ClaimedBy[];
}

/** A run that is over and in which most deliveries were not sent. */
export interface FailedRun {
	readonly slot: string;
	/** Execution that claimed them, as n8n numbers it; the whole owner where it names none. */
	readonly execution: string;
	readonly claimed: number;
	readonly failed: number;
	/** Of the failed ones: those nobody knows the end of. */
	readonly inDoubt: number;
	readonly at: Instant;
}

/** How long nothing may have changed before a run counts as over: between two batches of a loop nothing is claimed. */
export const RUN_QUIET: Milliseconds = 60_000;

/** The execution of an owner; the whole owner where it names none. */
export const executionOf = (owner: string): string => /^execution (\S+) \//.exec(owner)?.[1] ?? owner;

/** What every node of one execution claimed, together. */
function byExecution(owners: readonly ClaimedBy[]): ReadonlyMap<string, Omit<ClaimedBy, 'owner'>> {
	const runs = new Map<string, Omit<ClaimedBy, 'owner'>>();
	for (const { owner, ...one } of owners) {
		const execution = executionOf(owner);
		const before = runs.get(execution) ?? { claimed: 0, sent: 0, open: 0, inDoubt: 0, lastAt: one.lastAt };
		runs.set(execution, {
			claimed: before.claimed + one.claimed,
			sent: before.sent + one.sent,
			open: before.open + one.open,
			inDoubt: before.inDoubt + one.inDoubt,
			lastAt: Math.max(before.lastAt, one.lastAt),
		});
	}
	return runs;
}

/**
 * The runs of a slot in which most deliveries were not sent, newest first. A run counts once it is over: nothing is under
 * way, and nothing changed for {@link RUN_QUIET}. n8n calls such a run a success, since each item that failed went its own
 * way. What a later run claimed again is that run's.
 */
export function failedRuns({ slot, owners }: SlotClaims, now: Instant): readonly FailedRun[] {
	return [...byExecution(owners)]
		.filter(([, { open, lastAt }]) => open === 0 && now - lastAt >= RUN_QUIET)
		.map(([execution, { claimed, sent, inDoubt, lastAt }]) => ({
			slot,
			execution,
			claimed,
			failed: claimed - sent,
			inDoubt,
			at: lastAt,
		}))
		.filter(({ claimed, failed }) => failed * 2 > claimed)
		.sort((a, b) => b.at - a.at);
}

/** Such a run in one sentence. */
export function failedRunSentence(
	spine: string,
	{ execution, slot, claimed, failed, inDoubt }: FailedRun,
): string {
	const doubt = inDoubt > 0 ? `, ${inDoubt} of them in doubt` : '';
	return `Most of execution ${execution} of ${spine} failed, whatever n8n calls it: ${failed} of ${counted(claimed, 'delivery', 'deliveries')} in slot ${slot} were not sent${doubt}.`;
}
