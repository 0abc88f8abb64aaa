import type { Instant, Milliseconds } from '../../delivery/types';
import { type FailedRun, failedRunSentence } from '../../stability/failed-run';
import { spell } from '../../stability/findings/finding';
import type { Alarm, SpineSight } from '../model';
import { inDoubtIn, type ReasonCount, registeredIn, type SlotSight } from '../slot';
import { withoutAddresses } from '../words';
import { deliveries, trouble, warning } from './alarm';

const where: Readonly<Record<string, string>> = {
	'before-generation': 'before generation',
	generation: 'at the generator',
	send: 'at the send',
	commit: 'at the commit',
};

/** Where the deliveries failed that have failed and were not sent since, most frequent first. */
const failedReasons = ({ reasons }: SlotSight): readonly ReasonCount[] =>
	reasons.filter(
		({ failureClass, state }) => failureClass !== null && state !== 'committed' && state !== 'held',
	);

export function failing(spine: string, slot: SlotSight): Alarm[] {
	const failed = failedReasons(slot);
	const count = failed.reduce((all, one) => all + one.count, 0);
	if (count === 0) return [];
	const tried = count + slot.states.committed;
	const [first] = failed;
	const place = where[first?.failureClass ?? ''] ?? 'on the way';
	const said = first?.reason ? ` “${withoutAddresses(first.reason)}”` : '';
	const left =
		slot.retryable > 0
			? ` ${slot.retryable === count ? 'All' : slot.retryable} of them are tried again while the slot is open.`
			: '';
	const sentence = `${count} of ${deliveries(tried)} of slot ${slot.slot} failed, most of them ${place}.${said}${left}`;
	const mend = `Mend what fails ${place}: the next run of the spine takes them up again from their frozen input. Nothing is sent twice.`;
	const most = count * 2 >= tried;
	return [
		most
			? trouble('failing', spine, `Most sends fail: ${sentence}`, mend)
			: warning('failing', spine, sentence, mend),
	];
}

/** How long a run that failed is told of: whoever looks each morning sees it. */
const RUN_TOLD: Milliseconds = 24 * 3_600_000;

/** Runs of the last day in which most deliveries failed, newest first. */
export const runsTold = (
	{ failedRuns }: Pick<SpineSight, 'failedRuns'>,
	now: Instant,
): readonly FailedRun[] => failedRuns.filter(({ at }) => now - at <= RUN_TOLD);

/** The same as one alarm about the newest. */
export function failedRun(sight: SpineSight, now: Instant): Alarm[] {
	const { spine } = sight;
	const [newest, ...others] = runsTold(sight, now);
	if (newest === undefined) return [];
	const more = others.length > 0 ? ` ${others.length} more of its runs of the last day failed so.` : '';
	return [
		trouble(
			'run-failed',
			spine,
			`${failedRunSentence(spine, newest)}${more}`,
			'See its reasons on the spine, and the execution in n8n. What may be tried again is taken up by the next run while the slot is open; nothing is sent twice.',
			newest.at,
		),
	];
}

export function closedUnsent(spine: string, last: SlotSight): Alarm[] {
	const waiting = last.states.due + last.states.claimed + last.retryable;
	const alarms: Alarm[] = [];
	if (last.states.missed > 0)
		alarms.push(
			warning(
				'missed',
				spine,
				`${deliveries(last.states.missed)} of slot ${last.slot} were missed: the slot closed before they were sent.`,
				'They are not made up: each recipient is served in the next slot. See why the slot was too short.',
				last.closesAt,
			),
		);
	if (waiting > 0)
		alarms.push(
			warning(
				'not-swept',
				spine,
				`Slot ${last.slot} is over, and nobody has looked since: ${deliveries(waiting)} in it wait for being told missed.`,
				'See whether the workflow Reconcile is published and runs.',
				last.closesAt,
			),
		);
	return alarms;
}

export function doubtful(sight: SpineSight): Alarm[] {
	const { spine, doubts, inDoubt, open, last } = sight;
	const known = (open ? inDoubtIn(open) : 0) + (last ? inDoubtIn(last) : 0);
	const count = Math.max(doubts.length, known);
	if (count === 0) return [];
	const waits = inDoubt === 'wait-for-a-person';
	const sentence = `${deliveries(count)} of ${spine} ${count === 1 ? 'is' : 'are'} in doubt: a send began, and nobody knows how it ended.`;
	const mend = waits
		? 'Look it up at the provider and settle it: this spine waits for a person. It is never sent again meanwhile.'
		: 'Reconcile asks the provider and settles it by policy; it is never sent again meanwhile.';
	const alarm = waits
		? trouble('in-doubt', spine, sentence, mend)
		: warning('in-doubt', spine, sentence, mend);
	return [{ ...alarm, form: 'act' }];
}

/** How long an open slot may stay without anybody asking: the shipped schedule asks every 15 minutes. */
export const ASKED_LATE: Milliseconds = 20 * 60_000;

export function unasked({ spine, state, openSlot, open, configuredAt }: SpineSight, now: Instant): Alarm[] {
	if (state !== 'live' || openSlot === null || open !== null) return [];
	const since = Math.max(openSlot.opensAt, configuredAt);
	if (now - since < ASKED_LATE) return [];
	return [
		trouble(
			'not-asked',
			spine,
			`Nobody has asked for the deliveries of slot ${openSlot.id} of ${spine}, open for ${spell(now - openSlot.opensAt)}.`,
			'See whether n8n runs, the workflow of the spine is published and its schedule fires. With nobody due it would have asked all the same.',
			since,
		),
	];
}

/** A slot that is over and in which nothing was sent, though nobody had paused the spine. */
export function unserved(sight: SpineSight): 'nobody-asked' | 'nothing-sent' | null {
	const { state, closedSlot, open, last, pause } = sight;
	if (state !== 'live' || pause !== null || closedSlot === null) return null;
	const known = [open, last].find((slot) => slot?.slot === closedSlot.id);
	if (known === undefined || known === null) return 'nobody-asked';
	const owed = registeredIn(known) - known.states.held;
	return owed > 0 && known.states.committed + inDoubtIn(known) === 0 ? 'nothing-sent' : null;
}

export function silent(sight: SpineSight): Alarm[] {
	const { spine, closedSlot, silent: told } = sight;
	const how = unserved(sight);
	if (how === null || closedSlot === null) return [];
	const own =
		how === 'nobody-asked'
			? `Slot ${closedSlot.id} of ${spine} was missed: it is over, and nobody asked for its deliveries.`
			: `Slot ${closedSlot.id} of ${spine} was missed: deliveries were due, and none was sent.`;
	return [
		trouble(
			'slot-missed',
			spine,
			told?.slot === closedSlot.id && how === 'nothing-sent' ? told.sentence : own,
			'It is not made up: each recipient is served in the next slot. See whether n8n runs, the workflow of the spine is published and its schedule fires.',
			closedSlot.closesAt,
		),
	];
}
