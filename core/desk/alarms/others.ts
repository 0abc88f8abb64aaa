import type { Instant, Milliseconds } from '../../delivery/types';
import { counted, spell } from '../../stability/findings/finding';
import type { Alarm, OutboxSight, ReleaseSight } from '../model';
import { ago, withoutAddresses } from '../words';
import { trouble, warning } from './alarm';

/** How long a write may wait before somebody should look: *Reconcile* writes every five minutes. */
export const OUTBOX_LATE: Milliseconds = 15 * 60_000;

export function ofRelease({ id, subject, rollback }: ReleaseSight, now: Instant): Alarm[] {
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

export function ofOutbox({ name, waiting, refused, oldestAt }: OutboxSight, now: Instant): Alarm[] {
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
