import type { Instant } from '../../delivery/types';
import type { Alarm, Desk, SpineSight } from '../model';
import { ofOutbox, ofRelease } from './others';
import { closedUnsent, doubtful, failedRun, failing, silent, unasked } from './slots';
import { looked, paused, published, unread, unreadable } from './spines';

export { runsTold, unserved } from './slots';
export { ofWatch } from './watch';

/** What alarms are made from. */
export type Watched = Pick<Desk, 'at' | 'spines' | 'releases' | 'outbox'>;

const weight = ({ level }: Alarm): number => (level === 'trouble' ? 0 : 1);

/** Where most of the open slot fails, that says it of its newest run as well. */
function failures(sight: SpineSight, at: Instant): readonly Alarm[] {
	const ofSlot = sight.open ? failing(sight.spine, sight.open) : [];
	return ofSlot.some(({ level }) => level === 'trouble') ? ofSlot : [...failedRun(sight, at), ...ofSlot];
}

/** Everything somebody should know of, most urgent first; nothing is told twice for one spine. */
export function alarmsOf({ at, spines, releases, outbox }: Watched): readonly Alarm[] {
	const ofSpines = spines.flatMap((sight) => [
		...unreadable(sight),
		...published(sight),
		...unread(sight, at),
		...failures(sight, at),
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
