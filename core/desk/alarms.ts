import type { Instant, Milliseconds } from '../delivery/types';
import { catalogue, type ErrorCode } from '../errors';
import { counted, spell } from '../stability/findings/finding';
import type { Alarm, Desk, OutboxSight, ReleaseSight, SpineSight } from './model';
import { inDoubtIn, type ReasonCount, registeredIn, type SlotSight } from './slot';
import { ago, withoutAddresses } from './words';

/** What alarms are made from. */
export type Watched = Pick<Desk, 'at' | 'spines' | 'releases' | 'outbox'>;

/** How long a write may wait before somebody should look: *Reconcile* writes every five minutes. */
export const OUTBOX_LATE: Milliseconds = 15 * 60_000;

/** How long an open slot may stay without anybody asking: the shipped schedule asks every 15 minutes. */
export const ASKED_LATE: Milliseconds = 20 * 60_000;

const trouble = (
	id: string,
	spine: string | null,
	sentence: string,
	mend: string,
	since: Instant | null = null,
): Alarm => ({ level: 'trouble', id, spine, sentence, mend, since });

const warning = (
	id: string,
	spine: string | null,
	sentence: string,
	mend: string,
	since: Instant | null = null,
): Alarm => ({ ...trouble(id, spine, sentence, mend, since), level: 'warning' });

const deliveries = (count: number): string => counted(count, 'delivery', 'deliveries');

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

function failing(spine: string, slot: SlotSight): Alarm[] {
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

function closedUnsent(spine: string, last: SlotSight): Alarm[] {
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

function doubtful(sight: SpineSight): Alarm[] {
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

function unasked({ spine, state, openSlot, open, configuredAt }: SpineSight, now: Instant): Alarm[] {
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

/** The contacts of a spine could not be read. A run that still cannot would have told it again meanwhile. */
function unread({ spine, unread: told }: SpineSight, now: Instant): Alarm[] {
	if (told === null || now - told.at > ASKED_LATE) return [];
	const entry = catalogue[told.reason as ErrorCode] as (typeof catalogue)[ErrorCode] | undefined;
	const said =
		entry === undefined || entry.message.includes('{') ? told.reason : entry.message.replace(/\.$/, '');
	const sentence = `The contacts of ${spine} could not be read: ${said}; ${
		told.handedOut === 0 ? 'nobody was handed out' : `only ${told.handedOut} were handed out`
	}.`;
	const mend = `${(entry?.remedy ?? 'See the credential of the contacts.').replace(/\{\w+\}/g, '…')} The next run goes on, and the rhythm stays as it is.`;
	const make = told.handedOut === 0 ? trouble : warning;
	return [make('contacts-unread', spine, sentence, mend, told.at)];
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

function silent(sight: SpineSight): Alarm[] {
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

function published({ spine, published: state, state: mode }: SpineSight): Alarm[] {
	if (state.status === 'unpublished' && mode === 'live')
		return [
			trouble(
				'unpublished',
				spine,
				`The workflow of ${spine} is not published: its schedule does not fire, and nobody is served.`,
				'Publish it through the gate, or pause the spine so that everybody knows it stands still on purpose.',
			),
		];
	if (state.status !== 'ungated') return [];
	const named = state.differences.slice(0, 3).join('; ');
	const more = state.differences.length > 3 ? ` and ${state.differences.length - 3} more` : '';
	return [
		{
			...trouble(
				'ungated',
				spine,
				`Somebody published beside the gate: what runs of ${spine} is not what was released (${named}${more}).`,
				'Publish the released version again in n8n, or release this change.',
				state.since,
			),
			form: 'release',
		},
	];
}

function paused({ spine, pause }: SpineSight, now: Instant): Alarm[] {
	if (pause === null) return [];
	const by = pause.by === null ? '' : ` by ${withoutAddresses(pause.by)}`;
	const since = pause.at === null ? '' : `, ${ago(pause.at, now)}`;
	return [
		{
			...warning(
				'paused',
				spine,
				`${spine} is paused${by}${since}${pause.reason ? `: ${withoutAddresses(pause.reason)}` : ''}.`,
				'Nothing new is handed out until somebody resumes it.',
				pause.at,
			),
			form: 'act',
		},
	];
}

function looked({ spine, look }: SpineSight): Alarm[] {
	if (look === null) return [];
	const alarms: Alarm[] = [];
	if (look.errorBudget === 'spent')
		alarms.push(
			warning(
				'budget-spent',
				spine,
				`The error budget of ${spine} is spent: only hotfixes may ship.`,
				'See the service levels in the report of the newest release.',
				look.at,
			),
		);
	if (look.verdict === 'roll-back')
		alarms.push({
			...trouble(
				'verdict',
				spine,
				look.sentence ?? `The monitor says: roll back.`,
				'The monitor rolls back by itself where the policy lets it; else a person decides.',
				look.at,
			),
			form: 'rollBack',
		});
	return alarms;
}

function unreadable({ spine, unreadable: why }: SpineSight): Alarm[] {
	return why === null
		? []
		: [
				trouble(
					'unreadable',
					spine,
					`The settings of ${spine} cannot be read: ${why}`,
					'Configure the spine again.',
				),
			];
}

function ofRelease({ id, subject, rollback }: ReleaseSight, now: Instant): Alarm[] {
	if (rollback === null || rollback.finishedAt !== null) return [];
	return [
		{
			...trouble(
				'rolling-back',
				subject,
				`The rollback of ${id} began ${ago(rollback.startedAt, now)} and has not ended: ${withoutAddresses(rollback.reason)}`,
				'The spine stays paused until it ends. Send the form again: it goes on where it stopped.',
				rollback.startedAt,
			),
			form: 'rollBack',
			release: id,
		},
	];
}

function ofOutbox({ name, waiting, refused, oldestAt }: OutboxSight, now: Instant): Alarm[] {
	const alarms: Alarm[] = [];
	if (oldestAt !== null && now - oldestAt >= OUTBOX_LATE)
		alarms.push(
			trouble(
				'outbox-late',
				null,
				`${counted(waiting, 'write', 'writes')} to ${name} wait, the oldest for ${spell(now - oldestAt)}.`,
				`See the credential for ${name} and whether Reconcile runs. No delivery is lost or sent again by it.`,
				oldestAt,
			),
		);
	if (refused > 0)
		alarms.push(
			warning(
				'outbox-refused',
				null,
				`${name} refused ${counted(refused, 'write', 'writes')} for good.`,
				'See Flush Outbox in Reconcile for the reasons; the deliveries stand.',
			),
		);
	return alarms;
}

const weight = ({ level }: Alarm): number => (level === 'trouble' ? 0 : 1);

/** Everything somebody should know of, most urgent first; nothing is told twice for one spine. */
export function alarmsOf({ at, spines, releases, outbox }: Watched): readonly Alarm[] {
	const ofSpines = spines.flatMap((sight) => [
		...unreadable(sight),
		...published(sight),
		...unread(sight, at),
		...(sight.open ? failing(sight.spine, sight.open) : []),
		...unasked(sight, at),
		...silent(sight),
		...doubtful(sight),
		...paused(sight, at),
		...looked(sight),
		...(sight.last ? closedUnsent(sight.spine, sight.last) : []),
	]);
	return [...ofSpines, ...releases.flatMap((one) => ofRelease(one, at)), ...ofOutbox(outbox, at)].sort(
		(a, b) => weight(a) - weight(b),
	);
}
