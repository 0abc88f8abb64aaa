import type { Instant } from '../../delivery/types';
import { catalogue, type ErrorCode } from '../../errors';
import type { Alarm, SpineSight } from '../model';
import { ago, withoutAddresses } from '../words';
import { trouble, warning } from './alarm';
import { ASKED_LATE } from './slots';

/** The contacts of a spine could not be read. A run that still cannot would have told it again meanwhile. */
export function unread({ spine, unread: told }: SpineSight, now: Instant): Alarm[] {
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

export function published({ spine, published: state, state: mode }: SpineSight): Alarm[] {
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

export function paused({ spine, pause }: SpineSight, now: Instant): Alarm[] {
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

export function looked({ spine, look }: SpineSight): Alarm[] {
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

export function unreadable({ spine, unreadable: why }: SpineSight): Alarm[] {
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
