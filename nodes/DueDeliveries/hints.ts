import type { NodeExecutionHint } from 'n8n-workflow';
import { nextSlot, parseCadence } from '../../core/delivery/cadence';
import { countedReasons } from '../../core/delivery/outcome-words';
import type { Instant } from '../../core/delivery/types';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { nextSlots } from '../../core/setup/rhythm';
import type { Collected, Tally } from '../../app/deliver/collected';
import type { DueRun } from '../../app/deliver/due';

const hint = (type: NodeExecutionHint['type'], message: string): NodeExecutionHint => ({
	type,
	message,
	location: 'outputPane',
});

/** Most items named in one hint. */
const NAMED = 3;

const counts: ReadonlyArray<readonly [keyof Tally, string]> = [
	['registered', 'registered now'],
	['again', 'handed out again from their frozen input'],
	['waiting', 'kept back until HubSpot can say whether they were merged'],
	['elsewhere', 'handed to another run a moment ago'],
	['held', 'held'],
	['known', 'registered before in this slot'],
	['tooSoon', 'closer than the minimum gap to their last send'],
	['notDue', 'not due'],
	['gone', 'archived, deleted or merged away'],
];

/** Why a paused spine hands out nothing. */
const pausedHint = ({ settings, pauseReason }: SpineRecord): NodeExecutionHint =>
	hint(
		'info',
		`The spine '${settings.spine}' is paused${pauseReason ? ` (${pauseReason})` : ''}: nothing is handed out. Resume it with the node Release.`,
	);

/** When the next slot opens. Throws errors of the cadence. */
function closedHint({ settings }: SpineRecord, now: Instant): NodeExecutionHint {
	const next = nextSlot(parseCadence(settings.cadence), now);
	const [opens = ''] = nextSlots(settings.cadence, now, 1);
	return hint('info', `No slot of the spine '${settings.spine}' is open. Slot ${next.id} opens ${opens}.`);
}

/** Which slot a shadow run takes its inputs from. */
const shadowHint = (from: string | null): NodeExecutionHint =>
	hint(
		'info',
		from === null
			? 'A shadow, and there are no frozen inputs: no slot of the last 30 days had a delivery.'
			: `A shadow: the inputs of slot ${from}, in dry run.`,
	);

/** Why contacts were not read, or not to the end. */
const whyUnread: Readonly<Record<NonNullable<Collected['reading']>, string>> = {
	waited: 'Other runs of this spine are reading contacts. The next run goes on where they end.',
	overtaken: 'This run took so long to read contacts that another one went on in its place.',
	rested:
		'All contacts were read a moment ago, and other runs may still work on them. They are read again in a minute.',
};

/** What one run found, in numbers; and what it could not do, with the remedy. No contact data. */
function runHints(
	slot: string,
	{ due, tally, held, notDue, unread, stopped, limited, reading }: Collected,
	committed: number | null,
): NodeExecutionHint[] {
	const because = (reasons: readonly string[]): string =>
		reasons.length > 0 ? `: ${countedReasons(reasons)}` : '';
	const why: Partial<Record<keyof Tally, string>> = { held: because(held), notDue: because(notDue) };
	const said = counts.flatMap(([key, words]) =>
		tally[key] > 0 ? [`${tally[key]} ${words}${why[key] ?? ''}`] : [],
	);
	const before = committed === null ? '' : ` Delivered in this slot so far: ${committed}.`;
	const summary = `Slot ${slot}: ${due.length} handed out${said.length > 0 ? ` - ${said.join(', ')}` : ''}.${before}`;
	const hints = [hint('info', summary)];
	if (limited) {
		hints.push(
			hint('info', 'The limit was reached. The next run of the same slot goes on where this one ended.'),
		);
	}
	if (reading !== undefined) hints.push(hint('info', whyUnread[reading]));
	if (stopped) {
		hints.push(
			hint(
				'warning',
				`${stopped.message} The next run goes on, and the rhythm stays as it is. ${stopped.remedy}`,
			),
		);
	}
	if (unread.length > 0) {
		const first = unread.slice(0, NAMED).map(({ message }) => message);
		const more = unread.length > NAMED ? ` And ${unread.length - NAMED} more.` : '';
		hints.push(
			hint(
				'warning',
				`${unread.length} could not be read: ${[...new Set(first)].join(' ')}${more} ${unread[0]?.remedy ?? ''}`,
			),
		);
	}
	return hints;
}

/**
 * What a run says below its output. `committed`: deliveries of the slot that are committed; `null` where nobody counted. Throws
 * errors of the cadence.
 */
export function hintsOf(
	spine: SpineRecord,
	run: DueRun,
	committed: number | null,
): readonly NodeExecutionHint[] {
	if (run.status === 'paused') return [pausedHint(spine)];
	if (run.status === 'closed') return [closedHint(spine, run.at)];
	const shadow = run.shadowOf === undefined ? [] : [shadowHint(run.shadowOf)];
	return [...shadow, ...runHints(run.slot.id, run.found, committed)];
}
