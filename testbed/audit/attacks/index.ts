import type { Attack } from './attack';
import { contents } from './contents';
import { copies, time } from './copies';
import { byHand, channels, entries, hidden, nothing, spines } from './entries';
import { loops, losses, throwing } from './flow';
import { rehearsals } from './rehearsals';
import { answers, gets, recipients, retries } from './send';

export type { Attack } from './attack';

/**
 * Unsafe workflows by the classes in which an audit was found to be wrong. Class 15 (evidence that stays while what it
 * rests on changes) is held by the tests of the workflow's identity.
 */
export const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
	'1 loops that stall': loops,
	'2 items that get lost': [...losses, ...rehearsals],
	'3 a node that throws on one item': throwing,
	'4 a GET that sends': gets,
	'5 copies after the confirmation': copies,
	'6 time between confirmation and send': time,
	'7 a retry that is not dropped': retries,
	'8 an answer that is no acceptance': answers,
	'9 a constant or wrong recipient': [...recipients, ...contents],
	'10 two ledgers or spines': spines,
	'11 pinned data': byHand,
	'12 entries that are overlooked': entries,
	'13 code that hides a request': hidden,
	'14 operations that send': channels,
	'16 nothing looked at': nothing,
};
