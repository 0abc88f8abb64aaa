import { counted } from '../stability/findings/finding';
import type { Desk, FormName, ReleaseSight, SpineSight } from './model';
import { inDoubtIn, type ReasonCount, registeredIn, type SlotSight } from './slot';
import { listedWords, shownRecipient, withoutAddresses } from './words';

/** One line of an answer, and the form that acts on it. */
export interface AnswerLine {
	readonly text: string;
	readonly tone: 'good' | 'bad' | 'warn' | 'plain';
	readonly form?: FormName;
	readonly release?: string;
	/** What the link to the form says. */
	readonly label?: string;
}

/** One of the questions that an operator asks first. */
export interface Answer {
	readonly id: 'live' | 'stuck' | 'held' | 'act' | 'back';
	readonly question: string;
	readonly lines: readonly AnswerLine[];
}

/** Lines shown of one answer; the rest is counted. */
const LINES = 2;

/** Letters of one line: the whole sentence stands further down. */
const LETTERS = 120;

const short = (text: string): string =>
	text.length <= LETTERS ? text : `${text.slice(0, LETTERS - 1).trimEnd()}…`;

function some(
	lines: readonly AnswerLine[],
	none: string,
	tone: AnswerLine['tone'] = 'good',
): readonly AnswerLine[] {
	if (lines.length === 0) return [{ text: none, tone }];
	const shown = lines.slice(0, LINES).map((line) => ({ ...line, text: short(withoutAddresses(line.text)) }));
	const more = lines.length - shown.length;
	return more > 0 ? [...shown, { text: `and ${more} more, further down`, tone: 'plain' }] : shown;
}

const stateText: Readonly<Record<SpineSight['state'], string>> = {
	live: 'is live',
	rehearsal: 'only rehearses: nothing is sent',
	paused: 'is paused: nothing new is handed out',
};

const publishedText: Readonly<Record<SpineSight['published']['status'], string>> = {
	'as-released': 'as released',
	'nothing-released': 'nothing was released through the gate yet',
	ungated: 'NOT as released',
	unpublished: 'not published',
};

function live({ spine, state, runs, published, strictness }: SpineSight): AnswerLine {
	const bad = published.status === 'ungated' || published.status === 'unpublished';
	const what =
		published.status === 'nothing-released'
			? publishedText[published.status]
			: `runs ${runs?.release ?? 'what it ran before its first release'}, ${publishedText[published.status]}`;
	return {
		text: `${spine} ${stateText[state]}; ${what} (${strictness})`,
		tone: bad ? 'bad' : state === 'live' ? 'good' : 'warn',
	};
}

/** Reasons of one state, in one clause: `no topic (2), opted out (1)`. */
export function reasonsIn({ reasons }: SlotSight, state: ReasonCount['state'], most = 4): string {
	return reasons
		.filter((one) => one.state === state)
		.slice(0, most)
		.map(
			({ reason, count }) =>
				`${withoutAddresses(reason ?? 'no reason was given').replace(/\.$/, '')} (${count})`,
		)
		.join(', ');
}

function heldOf({ spine, open, last }: SpineSight): AnswerLine[] {
	const slot = open ?? last;
	if (slot === null || slot.states.held === 0) return [];
	return [
		{
			text: `${slot.states.held} of ${counted(registeredIn(slot), 'recipient', 'recipients')} of ${spine} in slot ${slot.slot}: ${reasonsIn(slot, 'held')}`,
			tone: 'warn',
		},
	];
}

const isWaiting = ({ stage }: ReleaseSight): boolean =>
	['draft', 'prepared', 'dry-run', 'approved'].includes(stage);

function heldRelease(release: ReleaseSight): AnswerLine[] {
	if (!isWaiting(release) || release.sentence === null || !release.sentence.startsWith('Held')) return [];
	return [{ text: `${release.id}: ${release.sentence}`, tone: 'warn' }];
}

function mustAct({ releases, spines, alarms }: Desk): AnswerLine[] {
	const approvals = releases.filter(isWaiting).flatMap((release): AnswerLine[] => {
		const { id, mustApprove, mustAnswer, open } = release;
		if (mustApprove.length > 0)
			return [
				{
					text: `${listedWords(mustApprove, 'or')} must approve ${id}`,
					tone: 'warn',
					form: 'approve',
					release: id,
					label: 'Approve or reject',
				},
			];
		if (mustAnswer.length > 0)
			return [
				{ text: `${listedWords(mustAnswer, 'or')} must answer for ${id}`, tone: 'warn', form: 'release' },
			];
		return open.mend > 0
			? [{ text: `${shownRecipient(release.requestedBy)} must mend ${id}: ${release.next}`, tone: 'warn' }]
			: [];
	});
	const doubts = spines.flatMap((sight): AnswerLine[] => {
		const count = Math.max(
			sight.doubts.length,
			(sight.open ? inDoubtIn(sight.open) : 0) + (sight.last ? inDoubtIn(sight.last) : 0),
		);
		return count > 0 && sight.inDoubt === 'wait-for-a-person'
			? [
					{
						text: `Somebody must settle ${counted(count, 'delivery', 'deliveries')} in doubt of ${sight.spine}`,
						tone: 'bad',
						form: 'act',
						label: 'Settle',
					},
				]
			: [];
	});
	const urgent = alarms
		.filter(({ level, id }) => level === 'trouble' && id !== 'in-doubt')
		.map((alarm): AnswerLine => ({
			text: alarm.mend,
			tone: 'bad',
			form: alarm.form,
			release: alarm.release,
		}));
	const paused = spines
		.filter(({ state }) => state === 'paused')
		.map(({ spine }): AnswerLine => ({
			text: `Somebody must resume ${spine}, when its reason is gone`,
			tone: 'warn',
			form: 'act',
			label: 'Resume',
		}));
	return [...doubts, ...approvals, ...urgent, ...paused];
}

function goBack({ releases, spines }: Desk): AnswerLine[] {
	const live = releases.filter(({ stage }) => ['deploying', 'monitoring', 'stable'].includes(stage));
	return spines.flatMap(({ spine, runs }): AnswerLine[] => {
		const newest = live.find(({ subject }) => subject === spine);
		if (newest === undefined) return [];
		return [
			{
				text: `${newest.id} of ${spine} goes back to what ran before it${runs?.release === newest.id ? '' : ' (it is not what runs now)'}; no delivery is rewound`,
				tone: 'plain',
				form: 'rollBack',
				release: newest.id,
				label: 'Roll back',
			},
		];
	});
}

/** The five questions of an operator, answered. */
export function answersOf(desk: Desk): readonly Answer[] {
	const stuck = desk.alarms
		.filter(({ level }) => level === 'trouble')
		.map(({ sentence }): AnswerLine => ({ text: sentence, tone: 'bad' }));
	return [
		{
			id: 'live',
			question: 'What is live?',
			lines: some(desk.spines.map(live), 'No spine is configured yet.', 'plain'),
		},
		{ id: 'stuck', question: 'Is anything stuck?', lines: some(stuck, 'Nothing is stuck.') },
		{
			id: 'held',
			question: 'Who or what is held, and why?',
			lines: some(
				[...desk.spines.flatMap(heldOf), ...desk.releases.flatMap(heldRelease)],
				'Nobody is held, and no release waits.',
			),
		},
		{ id: 'act', question: 'Who must act?', lines: some(mustAct(desk), 'Nobody has to do anything.') },
		{
			id: 'back',
			question: 'How do I go back?',
			lines: some(goBack(desk), 'Nothing was released through the gate that could be rolled back.', 'plain'),
		},
	];
}

/** How it stands, in one sentence. */
export function headline({ alarms, spines }: Desk): {
	readonly text: string;
	readonly tone: 'good' | 'bad' | 'warn' | 'plain';
} {
	const wrong = alarms.filter(({ level }) => level === 'trouble').length;
	const waits = alarms.length - wrong;
	if (wrong > 0)
		return {
			text: `${counted(wrong, 'thing is wrong', 'things are wrong')}${waits > 0 ? `, and ${counted(waits, 'waits', 'wait')}` : ''}.`,
			tone: 'bad',
		};
	if (waits > 0)
		return {
			text: `Nothing is wrong. ${counted(waits, 'thing waits', 'things wait')} for somebody.`,
			tone: 'warn',
		};
	if (spines.length === 0) return { text: 'No spine is configured yet.', tone: 'plain' };
	return { text: 'All is well.', tone: 'good' };
}
